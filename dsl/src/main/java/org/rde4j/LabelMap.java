package org.rde4j;

import java.util.BitSet;

/**
 * One component per label. See {@link Representation#labelMap(Tensor)}.
 *
 * @param labels shape [H, W], [T] or [n]; {@value #KEPT} where a place belongs to no component
 */
public record LabelMap(Tensor labels) implements Representation {
    /** The label of places that are always kept. */
    public static final int KEPT = -1;

    /** Checks that the labels count the components. */
    public LabelMap {
        if (labels.rank() < 1 || labels.rank() > 2) {
            throw new RdeException(
                    "A label map of rank %s must be [H, W] for images, [T] or [n] otherwise.".formatted(labels.rank()),
                    "Give one label for each place, without an axis for channels.");
        }
        BitSet seen = new BitSet();
        for (float label : labels.values()) {
            if (label == KEPT) {
                continue;
            }
            if (!(label >= 0 && label < labels.size()) || label != Math.rint(label)) {
                throw new RdeException(
                        "The label %s must be a whole number from 0 to %s.".formatted(label, labels.size() - 1),
                        "Number the components 0, 1, 2, …, and give %s to what is always kept.".formatted(KEPT));
            }
            seen.set((int) label);
        }
        if (seen.isEmpty()) {
            throw new RdeException(
                    "All labels are %s, so there is no component.".formatted(KEPT), "Give one place the label 0.");
        }
        if (seen.cardinality() != seen.length()) {
            throw new RdeException(
                    "No place has the label %s, but one has the label %s."
                            .formatted(seen.nextClearBit(0), seen.length() - 1),
                    "Number the components without gaps.");
        }
    }

    /**
     * The number of components.
     *
     * @return one more than the largest label
     */
    public int count() {
        float most = KEPT;
        for (float label : labels.values()) {
            most = Math.max(most, label);
        }
        return (int) most + 1;
    }
}
