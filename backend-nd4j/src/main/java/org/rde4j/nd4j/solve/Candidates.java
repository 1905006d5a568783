package org.rde4j.nd4j.solve;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Estimates many masks of the only task on the same samples, as many in one run as the model takes. */
final class Candidates {
    /** Entries of masks that are written out at once. */
    private static final int MASK_ENTRIES = 1 << 22;

    private final Distortions distortions;
    private final Distortions.Samples samples;
    private long tried;

    Candidates(Distortions distortions, Distortions.Samples samples) {
        this.distortions = distortions;
        this.samples = samples;
    }

    /** What an answer says about a bound of the distortion that it does not meet. */
    static List<String> missed(OptionalDouble bound, double distortion) {
        return bound.isPresent() && distortion > bound.getAsDouble()
                ? List.of(String.format(
                        Locale.ROOT,
                        "The distortion (%.4g) is still above the tolerance (%s). Maybe allow more components or distortion.",
                        distortion,
                        bound.getAsDouble()))
                : List.of();
    }

    /** How many masks were estimated so far. */
    long tried() {
        return tried;
    }

    /** Counts masks that were estimated before an interruption. */
    void triedBefore(long count) {
        tried += count;
    }

    /** One mask. */
    Best of(float[] mask) {
        Distortions.Estimate one = estimate(new float[][] {mask});
        return new Best(-1, one.distortion()[0], one.probability()[0]);
    }

    /** A mask with one entry changed from 0 to 1 or back, for each of the given components. */
    Outcome flipped(float[] mask, int[] components) {
        double[] distortion = new double[components.length];
        double[] probability = new double[components.length];
        int atOnce = Math.max(1, MASK_ENTRIES / mask.length);
        for (int from = 0; from < components.length; from += atOnce) {
            int count = Math.min(atOnce, components.length - from);
            float[][] masks = new float[count][];
            for (int i = 0; i < count; i++) {
                int c = components[from + i];
                masks[i] = mask.clone();
                masks[i][c] = 1 - mask[c];
            }
            Distortions.Estimate estimate = estimate(masks);
            System.arraycopy(estimate.distortion(), 0, distortion, from, count);
            System.arraycopy(estimate.probability(), 0, probability, from, count);
        }
        tried += components.length;
        return new Outcome(components, distortion, probability);
    }

    private Distortions.Estimate estimate(float[][] masks) {
        return distortions
                .at(new int[masks.length], masks, samples, new float[0][])
                .finite();
    }

    /**
     * What was estimated.
     *
     * @param components the changed component of each mask
     * @param distortion of each mask
     * @param probability of each mask
     */
    record Outcome(int[] components, double[] distortion, double[] probability) {
        /** The mask with the least distortion; of equal ones the first. */
        Best best() {
            int best = 0;
            for (int i = 1; i < components.length; i++) {
                best = distortion[i] < distortion[best] ? i : best;
            }
            return new Best(components[best], distortion[best], probability[best]);
        }
    }

    /**
     * One candidate.
     *
     * @param component the changed component
     * @param distortion of the mask with it changed
     * @param probability the label's
     */
    record Best(int component, double distortion, double probability) {
        /** Whether this one is chosen before another: less distortion, or as little and an earlier component. */
        boolean beats(Best other) {
            return distortion < other.distortion || (distortion == other.distortion && component < other.component);
        }
    }
}
