package org.rde4j.nd4j.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.rde4j.Priced;
import org.rde4j.RateConstrained;
import org.rde4j.Relaxed;

/**
 * The mask that a search found for one task.
 *
 * @param mask k entries in [0, 1]
 * @param binary a mask of zeros and ones besides a relaxed one, if the solver gives one
 * @param lambda the price of the rate that led to the mask, if one was paid
 * @param choices what a greedy search did, if it was one
 * @param end how a search that looks for its own end found it, if it was one
 * @param warnings sentences about what needs a second look
 */
public record Solution(
        float[] mask,
        Optional<float[]> binary,
        OptionalDouble lambda,
        Optional<Choices> choices,
        Optional<End> end,
        List<String> warnings) {

    /** What a relaxed solver answers with a mask. */
    static Solution relaxed(Relaxed<?> solver, float[] mask, List<String> warnings) {
        OptionalDouble lambda =
                solver instanceof Priced<?> priced ? OptionalDouble.of(priced.lambda()) : OptionalDouble.empty();
        return new Solution(mask, binary(solver, mask), lambda, Optional.empty(), Optional.empty(), warnings);
    }

    private static Optional<float[]> binary(Relaxed<?> solver, float[] mask) {
        if (solver instanceof RateConstrained constrained) {
            return Optional.of(Ranking.greatest(mask, constrained.budget().of(mask.length)));
        }
        OptionalDouble threshold = ((Priced<?>) solver).threshold();
        if (threshold.isEmpty()) {
            return Optional.empty();
        }
        float[] ones = new float[mask.length];
        for (int i = 0; i < ones.length; i++) {
            ones[i] = mask[i] >= (float) threshold.getAsDouble() ? 1 : 0;
        }
        return Optional.of(ones);
    }

    /** The same with one more warning, the first. */
    Solution warned(String warning) {
        List<String> all = new ArrayList<>(List.of(warning));
        all.addAll(warnings);
        return new Solution(mask, binary, lambda, choices, end, all);
    }

    /** The same with how its search ended. */
    Solution ended(End how) {
        return new Solution(mask, binary, lambda, choices, Optional.of(how), warnings);
    }

    /**
     * How a search ended.
     *
     * @param converged whether two doublings of the effort gained nothing that is sure; if not, its budget was spent
     * @param gain of the last doubling of the effort
     */
    public record End(boolean converged, Gain gain) {}

    /**
     * By how much an objective fell.
     *
     * @param fall in units of the objective
     * @param standardError of it
     */
    public record Gain(double fall, double standardError) {
        /** Nothing was compared. */
        static final Gain UNKNOWN = new Gain(Double.NaN, Double.NaN);
    }

    /**
     * What a greedy search did.
     *
     * @param picks component indexes in the order of their choice
     * @param distortions the estimated distortion after each choice
     * @param candidates how many masks were tried
     * @param naive how many the plain rule would have tried
     * @param diminishing whether no gain grew
     */
    public record Choices(
            List<Integer> picks, List<Double> distortions, long candidates, long naive, boolean diminishing) {}
}
