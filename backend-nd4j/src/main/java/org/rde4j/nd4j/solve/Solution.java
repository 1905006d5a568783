package org.rde4j.nd4j.solve;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.rde4j.Explanation;

/**
 * The end of a search for one task.
 *
 * @param mask the mask that was found
 * @param binary a mask of zeros and ones besides a relaxed one, if the solver gives one
 * @param lambda the price of the rate that led to the mask, if one was paid
 * @param choices what a greedy search did, if it was one
 * @param history one entry for each step
 * @param secondsPerStep the median over the steps
 * @param warnings sentences about what needs a second look
 */
public record Solution(
        float[] mask,
        Optional<float[]> binary,
        OptionalDouble lambda,
        Optional<Choices> choices,
        List<Explanation.Step> history,
        double secondsPerStep,
        List<String> warnings) {

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
