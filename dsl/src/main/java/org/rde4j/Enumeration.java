package org.rde4j;

/**
 * The best of all binary masks. See {@link Solver#enumeration(double)}. Masks are compared on the same samples;
 * of equally good ones the sparser, then the one that comes first, is the answer.
 *
 * @param criterion what makes a mask the best
 * @param samples perturbations per estimate, at least 1
 * @param seed the seed of all random draws
 */
public record Enumeration(Criterion criterion, int samples, long seed) implements Solver {

    /** The largest number k of components: 2^20 masks. */
    public static final int MOST_COMPONENTS = 20;

    /** What makes a mask the best. */
    public sealed interface Criterion {}

    /**
     * The least D + λ·‖s‖₀/k.
     *
     * @param lambda at least 0
     */
    public record Price(double lambda) implements Criterion {
        /** Checks the range. */
        public Price {
            Check.notNegative("lambda", lambda, "Maybe use enumeration(1).");
        }
    }

    /**
     * The least D among masks of at most so many components.
     *
     * @param count at least 0
     */
    public record AtMost(int count) implements Criterion {
        /** Checks the range. */
        public AtMost {
            Check.atLeast("number of components", count, 0, "Maybe use atMost(3).");
        }
    }

    /**
     * The sparsest mask whose distortion stays within a bound, and of those the one with the least distortion.
     *
     * @param distortion the bound, at least 0
     */
    public record Within(double distortion) implements Criterion {
        /** Checks the range. */
        public Within {
            Check.notNegative("bound of the distortion", distortion, "Maybe use within(0.1).");
        }
    }

    /** Checks the range. */
    public Enumeration {
        Check.atLeast("number of samples", samples, 1, "Maybe use samples(16).");
    }

    /**
     * The best mask of at most so many components.
     *
     * @param count at least 0
     * @return the changed solver
     */
    public Enumeration atMost(int count) {
        return new Enumeration(new AtMost(count), samples, seed);
    }

    /**
     * The sparsest mask whose distortion stays within a bound.
     *
     * @param distortion the bound, at least 0
     * @return the changed solver
     */
    public Enumeration within(double distortion) {
        return new Enumeration(new Within(distortion), samples, seed);
    }

    /**
     * With another number of perturbations per estimate.
     *
     * @param newSamples at least 1
     * @return the changed solver
     */
    public Enumeration samples(int newSamples) {
        return new Enumeration(criterion, newSamples, seed);
    }

    @Override
    public Enumeration seed(long newSeed) {
        return new Enumeration(criterion, samples, newSeed);
    }
}
