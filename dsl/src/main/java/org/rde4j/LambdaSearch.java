package org.rde4j;

import java.util.Optional;

/**
 * Searches the price λ of a relaxation until its mask meets a target, by bisection of log λ; every round starts
 * from the sparsest mask that was still too dense. See {@link Solver#distortionConstrained(double)} and {@link
 * Solver#aimingForRate(double)}.
 *
 * @param target what the mask has to meet
 * @param relaxation what is solved in each round; its λ is where the search begins
 * @param rounds how many prices are tried, at least 1
 */
public record LambdaSearch(Target target, Priced<?> relaxation, int rounds) implements Solver {

    /** What the mask has to meet. */
    public sealed interface Target {}

    /**
     * The distortion must not exceed a bound; among the masks that meet it, the sparsest is the answer.
     *
     * @param most greater than 0
     */
    public record DistortionAtMost(double most) implements Target {
        /** Checks the range. */
        public DistortionAtMost {
            Check.positive("bound of the distortion", most, "Maybe use distortionConstrained(0.1).");
        }
    }

    /**
     * The rate must come near a value.
     *
     * @param rate in (0, 1)
     */
    public record RateNear(double rate) implements Target {
        /** Checks the range. */
        public RateNear {
            if (!(rate > 0 && rate < 1)) {
                throw new RdeException(
                        "The wanted rate (%s) must lie in (0, 1).".formatted(rate), "Maybe use aimingForRate(0.1).");
            }
        }
    }

    /** Checks the ranges. */
    public LambdaSearch {
        Check.atLeast("number of rounds", rounds, 1, "Maybe use rounds(8).");
        if (relaxation.lambda() == 0) {
            throw new RdeException("The search of lambda cannot begin at 0.", "Maybe begin with l1(1).");
        }
    }

    /**
     * With another relaxation, for instance the Bernoulli one or more steps.
     *
     * @param newRelaxation what is solved in each round
     * @return the changed solver
     */
    public LambdaSearch over(Priced<?> newRelaxation) {
        return new LambdaSearch(target, newRelaxation, rounds);
    }

    /**
     * With another number of prices.
     *
     * @param newRounds at least 1
     * @return the changed solver
     */
    public LambdaSearch rounds(int newRounds) {
        return new LambdaSearch(target, relaxation, newRounds);
    }

    @Override
    public Optional<Relaxed<?>> relaxed() {
        return Optional.of(relaxation);
    }

    @Override
    public int samples() {
        return relaxation.samples();
    }

    @Override
    public long seed() {
        return relaxation.seed();
    }

    @Override
    public LambdaSearch seed(long newSeed) {
        return new LambdaSearch(target, relaxation.seed(newSeed), rounds);
    }
}
