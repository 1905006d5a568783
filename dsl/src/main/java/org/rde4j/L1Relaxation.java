package org.rde4j;

import java.util.OptionalDouble;

/**
 * The l1 relaxation (P1). See {@link Solver#l1(double)}.
 *
 * @param lambda the price of the rate, at least 0
 * @param scale whether prices multiply means or plain sums
 * @param spatialL1 the price of the absolute values of the kept signal f(s⊙h), at least 0; 0 leaves it out
 * @param threshold where the mask is cut into a binary one, in (0, 1], or empty
 * @param minimiser how the mask moves
 */
public record L1Relaxation(
        double lambda, RateScale scale, double spatialL1, OptionalDouble threshold, Minimiser minimiser)
        implements Priced<L1Relaxation> {

    /** Checks the ranges. */
    public L1Relaxation {
        Check.notNegative("lambda", lambda, "Maybe use l1(3) for wavelets or l1(0.6) for pixels.");
        Check.notNegative("spatial l1 penalty", spatialL1, "Use 0 to leave it out.");
        Priced.checkThreshold(threshold);
    }

    @Override
    public L1Relaxation lambda(double newLambda) {
        return new L1Relaxation(newLambda, scale, spatialL1, threshold, minimiser);
    }

    @Override
    public L1Relaxation plainSum() {
        return new L1Relaxation(lambda, RateScale.PLAIN_SUM, spatialL1, threshold, minimiser);
    }

    /**
     * With a price on the absolute values of the kept signal f(s⊙h), as in ShearletX and WaveletX.
     *
     * @param price at least 0; 0 leaves it out
     * @return the changed solver
     */
    public L1Relaxation spatialL1(double price) {
        return new L1Relaxation(lambda, scale, price, threshold, minimiser);
    }

    /**
     * What an absolute value of one in one place of the kept signal costs.
     *
     * @param values how many values the signal has
     * @return the spatial price divided by them, or itself where prices multiply plain sums
     */
    public double spatialPricePerValue(int values) {
        return scale == RateScale.NORMALISED ? spatialL1 / values : spatialL1;
    }

    @Override
    public L1Relaxation thresholdedAt(double at) {
        return new L1Relaxation(lambda, scale, spatialL1, OptionalDouble.of(at), minimiser);
    }

    @Override
    public Descent descent() {
        return Descent.of(minimiser, Descent.defaults());
    }

    @Override
    public L1Relaxation minimiser(Minimiser newMinimiser) {
        return new L1Relaxation(lambda, scale, spatialL1, threshold, newMinimiser);
    }
}
