package org.rde4j.nd4j.solve;

import java.util.List;
import org.rde4j.RdeException;

/**
 * All that a solver sees: the expected distortion of masks, and its gradient. A task is one mask to be found;
 * tasks of one batch share their random numbers, so each gets the same answer in any batch.
 */
public interface Distortions {

    /** The number of masks to be found. */
    int tasks();

    /** The number k of components of every mask. */
    int components();

    /** Where the components lie, in the order of every mask; their numbers add up to k. */
    List<Grid> grids();

    /** How many masks are estimated in one run of the model; more at once save nothing. */
    int rowsAtOnce();

    /**
     * Estimates the distortion of masks. The same samples give the same replacements for every mask, so that
     * the estimate is one fixed function of the mask.
     *
     * @param tasks the task of each mask
     * @param masks the masks, k entries in [0, 1] each
     * @param samples the samples to average over
     * @param gradients where the gradient of each mask's distortion is written, or an empty array for none
     */
    Estimate at(int[] tasks, float[][] masks, Samples samples, float[][] gradients);

    /**
     * What single samples say of one mask.
     *
     * @param task of the mask
     * @param mask k entries in [0, 1]
     * @param samples which samples
     * @param slopes of which function, where masks are drawn
     * @param gradients where the gradient of each sample's distortion is written, or an empty array for none
     * @return one entry for each sample
     */
    Estimate perSample(int task, float[] mask, Samples samples, Slopes slopes, float[][] gradients);

    /** What gradients of distortions with drawn masks are of; all one where masks are as they are given. */
    enum Slopes {
        /** The slopes of the drawn function, ∂D/∂s · ∂s/∂θ: their mean is that of the expected distortion. */
        OF_CHANCES,
        /**
         * ∂D/∂s alone. The other factor has the mean 1, but mostly is nearly 0 and seldom very large, so that far fewer
         * samples tell these. They neglect what a component's own draw does to its slope, which is little where there are
         * many and none decides.
         */
        OF_DRAWS
    }

    /**
     * Components side by side, those of one place after each other.
     *
     * @param rows at least 1
     * @param columns at least 1
     * @param bands the components of one place, which are no neighbours of each other
     */
    record Grid(int rows, int columns, int bands) {
        /** Components of which none has neighbours. */
        public static Grid scattered(int components) {
            return new Grid(1, 1, components);
        }

        int components() {
            return rows * columns * bands;
        }
    }

    /**
     * A range of samples.
     *
     * @param first the number of the first one, which decides what is drawn
     * @param count how many
     */
    record Samples(long first, int count) {
        /** The first samples. */
        public static Samples first(int count) {
            return new Samples(0, count);
        }
    }

    /**
     * What was estimated, one entry for each mask.
     *
     * @param distortion the mean distortion
     * @param probability the mean probability of the label, NaN without a label
     */
    record Estimate(double[] distortion, double[] probability) {
        /** The same; RdeException if a distortion is no number. */
        public Estimate finite() {
            for (double d : distortion) {
                if (!Double.isFinite(d)) {
                    throw new RdeException(
                            "The distortion of a mask became %s.".formatted(d),
                            "Maybe the model's outputs overflow for obfuscated signals; try clippedTo(0, 1).");
                }
            }
            return this;
        }
    }
}
