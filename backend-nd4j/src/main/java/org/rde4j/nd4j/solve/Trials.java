package org.rde4j.nd4j.solve;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Tries binary masks of the only task, all on the same samples, in portions that are worth a look at the clock between.
 *
 * @param distortions estimates them
 * @param samples that all masks share
 */
record Trials(Distortions distortions, Distortions.Samples samples) {
    /** Entries of masks that are written out at once. */
    private static final int MASK_ENTRIES = 1 << 22;
    /** So many times the masks that fit into one run come between two looks at the clock. */
    private static final int LOOK_AFTER = 2;

    static Trials of(Distortions distortions, int samples) {
        return new Trials(distortions, Distortions.Samples.first(samples));
    }

    /** How many masks are tried at once. */
    int portion() {
        return Math.max(1, Math.min(LOOK_AFTER * distortions.rowsAtOnce(), MASK_ENTRIES / distortions.components()));
    }

    /** One mask. */
    Best of(float[] mask) {
        return extended(Round.EMPTY, new int[] {0}, only -> mask).best();
    }

    /** A round with more candidates tried, each with its mask. */
    Round extended(Round round, int[] candidates, IntFunction<float[]> mask) {
        float[][] masks = Arrays.stream(candidates).mapToObj(mask).toArray(float[][]::new);
        Distortions.Estimate estimate = distortions
                .at(new int[masks.length], masks, samples, new float[0][])
                .finite();
        return new Round(
                joined(round.candidates(), candidates),
                joined(round.distortion(), estimate.distortion()),
                joined(round.probability(), estimate.probability()));
    }

    /** A mask with one entry changed from 0 to 1 or back. */
    static float[] flipped(float[] mask, int component) {
        float[] flipped = mask.clone();
        flipped[component] = 1 - mask[component];
        return flipped;
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

    private static int[] joined(int[] first, int[] second) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
    }

    private static double[] joined(double[] first, double[] second) {
        double[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /**
     * The candidates for one choice that were tried so far.
     *
     * @param candidates their numbers
     * @param distortion of the mask of each
     * @param probability of the label with it
     */
    record Round(int[] candidates, double[] distortion, double[] probability) {
        /** No candidate yet. */
        static final Round EMPTY = new Round(new int[0], new double[0], new double[0]);

        int size() {
            return candidates.length;
        }

        /** The candidate with the least distortion; of equal ones that of the least number. */
        Best best() {
            return IntStream.range(0, candidates.length)
                    .mapToObj(i -> new Best(candidates[i], distortion[i], probability[i]))
                    .reduce((best, other) -> other.beats(best) ? other : best)
                    .orElseThrow();
        }
    }

    /** One candidate. */
    record Best(int candidate, double distortion, double probability) {
        /** Whether this one is chosen before another: less distortion, or as little and a smaller number. */
        boolean beats(Best other) {
            return distortion < other.distortion || distortion == other.distortion && candidate < other.candidate;
        }
    }
}
