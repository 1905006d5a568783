package org.rde4j.nd4j.training;

import org.rde4j.RdeException;

/** How the step size changes while training. */
@FunctionalInterface
public interface Schedule {

    /**
     * What multiplies the optimizer's step size.
     *
     * @param step the number of the step, counted from 0
     * @return a factor, at least 0
     */
    double factor(long step);

    /**
     * The same step size all the time.
     *
     * @return factor 1
     */
    static Schedule constant() {
        return step -> 1;
    }

    /**
     * Steps that get smaller by jumps.
     *
     * @param factor what each jump multiplies by, greater than 0, at most 1
     * @param every steps between jumps, at least 1
     * @return factor^⌊step / every⌋
     * @throws RdeException if a number is out of range
     */
    static Schedule decay(double factor, long every) {
        if (!(factor > 0 && factor <= 1) || every < 1) {
            throw new RdeException(
                    "A decay by %s every %s steps must have a factor in (0, 1] and at least 1 step."
                            .formatted(factor, every),
                    "Maybe use decay(0.1, 1000).");
        }
        return step -> StrictMath.pow(factor, Math.floorDiv(step, every));
    }

    /**
     * Half a cosine from 1 to 0 (Loshchilov and Hutter, ICLR 2017, without restarts).
     *
     * @param steps when 0 is reached, at least 1
     * @return (1 + cos(π·step / steps)) / 2, and 0 afterwards
     * @throws RdeException if there is no step
     */
    static Schedule cosine(long steps) {
        if (steps < 1) {
            throw new RdeException(
                    "A cosine schedule over %s steps must have at least 1 step.".formatted(steps),
                    "Give the length of the training.");
        }
        return step -> step >= steps ? 0 : (1 + StrictMath.cos(Math.PI * step / steps)) / 2;
    }
}
