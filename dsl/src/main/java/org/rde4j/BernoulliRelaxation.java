package org.rde4j;

import java.util.OptionalDouble;

/**
 * The Bernoulli relaxation (P2). See {@link Solver#bernoulli(double)}. A mask entry is drawn as
 * s = σ((logit θ + logit u) / temperature) with u uniform in (0, 1), fresh for every sample (Maddison et al.
 * 2017); inside the logit θ is squeezed to [0.001, 0.999]. The rate is that of the expectation, ‖θ‖₁/k.
 *
 * @param lambda the price of the rate, at least 0
 * @param scale whether the price multiplies the mean or the plain sum
 * @param temperature of the concrete distribution, greater than 0; lower is closer to zeros and ones
 * @param straightThrough whether the model sees s rounded to 0 or 1, while gradients pass as if it were not
 * @param threshold where θ is cut into a binary mask, in (0, 1], or empty
 * @param minimiser how θ moves
 */
public record BernoulliRelaxation(
        double lambda,
        RateScale scale,
        double temperature,
        boolean straightThrough,
        OptionalDouble threshold,
        Minimiser minimiser)
        implements Priced<BernoulliRelaxation> {

    /** Checks the ranges. */
    public BernoulliRelaxation {
        Check.notNegative("lambda", lambda, "Maybe use bernoulli(50) for scores.");
        Check.positive("temperature", temperature, "Maybe use temperature(0.1).");
        Priced.checkThreshold(threshold);
    }

    @Override
    public BernoulliRelaxation lambda(double newLambda) {
        return new BernoulliRelaxation(newLambda, scale, temperature, straightThrough, threshold, minimiser);
    }

    @Override
    public BernoulliRelaxation plainSum() {
        return new BernoulliRelaxation(lambda, RateScale.PLAIN_SUM, temperature, straightThrough, threshold, minimiser);
    }

    /**
     * With another temperature.
     *
     * @param newTemperature greater than 0
     * @return the changed solver
     */
    public BernoulliRelaxation temperature(double newTemperature) {
        return new BernoulliRelaxation(lambda, scale, newTemperature, straightThrough, threshold, minimiser);
    }

    /**
     * With masks rounded to 0 or 1 on the way to the model, and gradients as if they were not (Bengio et al.
     * 2013).
     *
     * @return the changed solver
     */
    public BernoulliRelaxation rounded() {
        return new BernoulliRelaxation(lambda, scale, temperature, true, threshold, minimiser);
    }

    @Override
    public BernoulliRelaxation thresholdedAt(double at) {
        return new BernoulliRelaxation(lambda, scale, temperature, straightThrough, OptionalDouble.of(at), minimiser);
    }

    @Override
    public Descent descent() {
        return Descent.of(minimiser, Descent.defaults().start(new Descent.Constant(0.5)));
    }

    @Override
    public BernoulliRelaxation minimiser(Minimiser newMinimiser) {
        return new BernoulliRelaxation(lambda, scale, temperature, straightThrough, threshold, newMinimiser);
    }
}
