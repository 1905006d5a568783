package org.rde4j;

import java.util.OptionalInt;

/**
 * A search without settings. It goes through descents of two samples a step: one that lets the mask fall to nothing and
 * grow again, one that only shrinks it, and ever longer ones from the best mask so far. How much of a gradient is noise,
 * and over how many neighbouring components it must be averaged, is estimated in every step. After each descent its mask
 * is compared with the best on samples that all candidates share, those of ones alone and of zeros alone included, so
 * that the answer is no worse than these. The search ends when two doublings of the effort in a row have not lowered the
 * objective by more than two standard errors or a tenth, or when its evaluations are spent; the answer says which, and
 * what the last doubling gained.
 *
 * @param evaluations passes of single samples through the model that may be spent, at least
 *     {@value #LEAST_EVALUATIONS}; empty for as many as convergence takes, but no more than
 *     {@value #MOST_EVALUATIONS}
 * @param seed the seed of all random draws
 */
public record Convergence(OptionalInt evaluations, long seed) implements Minimiser {
    /** With fewer evaluations there is no search. */
    public static final int LEAST_EVALUATIONS = 200;

    /** As many as a search may take that was given no budget. */
    public static final int MOST_EVALUATIONS = 20_000;

    /** Checks the range. */
    public Convergence {
        if (evaluations.isPresent()) {
            Check.atLeast(
                    "number of evaluations",
                    evaluations.getAsInt(),
                    LEAST_EVALUATIONS,
                    "Maybe use converging(2000), or converging() for as many as it takes.");
        }
    }

    /**
     * As many evaluations as convergence takes, seed 0.
     *
     * @return the settings
     */
    public static Convergence defaults() {
        return new Convergence(OptionalInt.empty(), 0);
    }

    /** Two: what both agree on is the gradient. */
    @Override
    public int samples() {
        return 2;
    }

    @Override
    public Convergence seed(long newSeed) {
        return new Convergence(evaluations, newSeed);
    }
}
