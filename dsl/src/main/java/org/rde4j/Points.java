package org.rde4j;

/**
 * One component per chosen place, in the order of the places. See {@link Representation#points(Tensor)}.
 *
 * @param mask shape [H, W], [T] or [n], not zero at the chosen places
 */
public record Points(Tensor mask) implements Representation {
    /** Checks that there are components. */
    public Points {
        if (mask.rank() < 1 || mask.rank() > 2) {
            throw new RdeException(
                    "A mask of points of rank %s must be [H, W] for images, [T] or [n] otherwise."
                            .formatted(mask.rank()),
                    "Give one number for each place, without an axis for channels.");
        }
        boolean none = true;
        for (float value : mask.values()) {
            none &= value == 0;
        }
        if (none) {
            throw new RdeException("A mask of points must not be zero everywhere.", "Set it to 1 at chosen places.");
        }
    }
}
