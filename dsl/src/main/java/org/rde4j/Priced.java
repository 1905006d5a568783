package org.rde4j;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A relaxed solver that pays a price λ for the rate.
 *
 * @param <S> the solver itself, which with-ers return
 */
public sealed interface Priced<S extends Priced<S>> extends Relaxed<S> permits L1Relaxation, BernoulliRelaxation {

    /**
     * The price λ of the rate.
     *
     * @return at least 0
     */
    double lambda();

    /**
     * What λ multiplies.
     *
     * @return the normalised rate or the plain sum
     */
    RateScale scale();

    /**
     * What one fully kept component costs.
     *
     * @param components the number k of components
     * @return λ/k, or λ where prices multiply plain sums
     */
    default double pricePerComponent(int components) {
        return scale() == RateScale.NORMALISED ? lambda() / components : lambda();
    }

    /**
     * Where the relaxed mask is cut into a binary one, s ≥ threshold, whose distortion is measured as well.
     *
     * @return in (0, 1], or empty for no binary mask
     */
    OptionalDouble threshold();

    /**
     * With another way to move the mask.
     *
     * @param newMinimiser the settings
     * @return the changed solver
     */
    S minimiser(Minimiser newMinimiser);

    @Override
    default S descent(Descent newDescent) {
        return minimiser(newDescent);
    }

    @Override
    default S seed(long newSeed) {
        return minimiser(minimiser().seed(newSeed));
    }

    /**
     * With the search that needs no settings and ends when more effort does not pay, see {@link Convergence}.
     *
     * @return the changed solver, with the same seed
     */
    default S converging() {
        return minimiser(Convergence.defaults().seed(seed()));
    }

    /**
     * The same with a budget.
     *
     * @param evaluations passes of single samples through the model, at least {@value Convergence#LEAST_EVALUATIONS}
     * @return the changed solver, with the same seed
     */
    default S converging(int evaluations) {
        return minimiser(new Convergence(OptionalInt.of(evaluations), seed()));
    }

    /**
     * With another price of the rate.
     *
     * @param newLambda at least 0
     * @return the changed solver
     */
    S lambda(double newLambda);

    /**
     * With prices that multiply plain sums instead of means.
     *
     * @return the changed solver
     */
    S plainSum();

    /**
     * With a binary mask besides the relaxed one: 1 where the relaxed entry is at least the threshold.
     *
     * @param at in (0, 1]
     * @return the changed solver
     */
    S thresholdedAt(double at);

    /** The check of a threshold. */
    static void checkThreshold(OptionalDouble threshold) {
        threshold.ifPresent(at -> {
            if (!(at > 0 && at <= 1)) {
                throw new RdeException(
                        "The threshold of the mask (%s) must lie in (0, 1].".formatted(at),
                        "Maybe use thresholdedAt(0.5).");
            }
        });
    }
}
