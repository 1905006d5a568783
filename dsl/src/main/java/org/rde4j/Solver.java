package org.rde4j;

import java.util.Optional;
import java.util.OptionalDouble;

/** How the mask is found (seed section 3.2). Every solver goes with every other part of a problem. */
public sealed interface Solver permits Relaxed, MatchingPursuit, LambdaSearch, Enumeration {

    /**
     * Perturbations per Monte-Carlo estimate of the distortion.
     *
     * @return at least 1
     */
    int samples();

    /**
     * The seed of all random draws; one seed, one answer.
     *
     * @return any number
     */
    long seed();

    /**
     * The relaxation that moves a mask downhill, possibly in rounds.
     *
     * @return the solver itself or the one that it repeats; empty if it tries binary masks only
     */
    default Optional<Relaxed<?>> relaxed() {
        return Optional.empty();
    }

    /**
     * With another seed.
     *
     * @param newSeed any number
     * @return the changed solver
     */
    Solver seed(long newSeed);

    /**
     * The relaxation with a Lagrange multiplier, min over s ∈ [0,1]^k of D(x, s) + λ·rate(s) (seed section
     * 3.2.1, problem P1), searched until it converges ({@link Convergence}). {@code l1(3).adam(0.003)} instead takes
     * the published way: Adam, 2000 steps of 64 samples, from a mask of ones.
     *
     * @param lambda the price λ of the rate, at least 0
     * @return the solver
     */
    static L1Relaxation l1(double lambda) {
        return new L1Relaxation(lambda, RateScale.NORMALISED, 0, OptionalDouble.empty(), Convergence.defaults());
    }

    /**
     * The Bernoulli relaxation, min over θ ∈ [0,1]^k of E D(x, s) + λ·E‖s‖₁/k with s ∼ Ber(θ), made
     * differentiable by the concrete distribution (seed section 3.2.2, problem P2), with temperature 0.1, searched until
     * it converges ({@link Convergence}). {@code bernoulli(50).adam(0.003)} instead takes Adam, 2000 steps of 64 samples,
     * from θ = 0.5. Besides θ it gives the binary mask θ ≥ 0.5.
     *
     * @param lambda the price λ of the rate, at least 0
     * @return the solver
     */
    static BernoulliRelaxation bernoulli(double lambda) {
        return new BernoulliRelaxation(
                lambda, RateScale.NORMALISED, 0.1, false, OptionalDouble.of(0.5), Convergence.defaults());
    }

    /**
     * Matching pursuit: starting from the zero mask, adds the component that lowers the distortion most, again
     * and again (seed section 3.2.3), and after each takes away again what then helps least, where that gives the best set
     * of that size so far (Pudil, Novovičová and Kittler 1994), with 16 samples that all candidates share.
     * {@link MatchingPursuit#forward} only adds.
     *
     * @param maxComponents how many components are chosen at most, at least 1
     * @return the solver
     */
    static MatchingPursuit matchingPursuit(int maxComponents) {
        return new MatchingPursuit(
                maxComponents, OptionalDouble.empty(), MatchingPursuit.Direction.FLOATING, false, 0, false, 16, 0);
    }

    /**
     * The least distortion with a bounded rate, min D(x, s) subject to ‖s‖₁ ≤ ℓ, s ∈ [0,1]^k (seed problem (2),
     * relaxed), by Frank-Wolfe steps (Macdonald et al. 2021), 200 steps of 64 samples (projected: of Adam with step size 0.02). Besides the relaxed mask
     * it gives the binary mask of the ℓ largest entries.
     *
     * @param components the bound ℓ, at least 1
     * @return the solver
     */
    static RateConstrained atMost(int components) {
        return new RateConstrained(
                new RateConstrained.Components(components),
                RateConstrained.Method.FRANK_WOLFE,
                brisk(200).start(new Descent.Constant(0)));
    }

    /**
     * As {@link #atMost(int)} with ℓ = rate·k, rounded, at least 1.
     *
     * @param rate the bound of the rate, in (0, 1]
     * @return the solver
     */
    static RateConstrained rateConstrained(double rate) {
        RateConstrained any = atMost(1);
        return new RateConstrained(new RateConstrained.Rate(rate), any.method(), any.descent());
    }

    /**
     * The sparsest mask whose distortion stays within a bound: searches the price λ of the l1 relaxation in 8 rounds of
     * 300 steps of Adam with step size 0.02, each starting from the mask of a round before. The bound is met on 256
     * samples that the steps have not seen; the answer warns if it is not on its own fresh ones.
     *
     * @param most the bound ε of the distortion, greater than 0
     * @return the solver
     */
    static LambdaSearch distortionConstrained(double most) {
        return new LambdaSearch(new LambdaSearch.DistortionAtMost(most), l1(1).descent(brisk(300)), 8);
    }

    /**
     * The l1 relaxation with the price λ that leads to a wanted rate, in rounds as of {@link #distortionConstrained}.
     *
     * @param rate the wanted rate ‖s‖₁/k, in (0, 1)
     * @return the solver
     */
    static LambdaSearch aimingForRate(double rate) {
        return new LambdaSearch(new LambdaSearch.RateNear(rate), l1(1).descent(brisk(300)), 8);
    }

    /**
     * The best of all binary masks, min over s ∈ {0,1}^k of D(x, s) + λ·‖s‖₀/k, for at most
     * {@value Enumeration#MOST_COMPONENTS} components; the oracle that other solvers are measured against.
     *
     * @param lambda the price λ of the rate, at least 0
     * @return the solver
     */
    static Enumeration enumeration(double lambda) {
        return new Enumeration(new Enumeration.Price(lambda), 16, 0);
    }

    /** Steps that cross [0, 1] several times in so few of them. */
    private static Descent brisk(int steps) {
        return Descent.defaults().optimizer(new Optimizer.Adam(0.02)).steps(steps);
    }

    /** What λ multiplies. */
    enum RateScale {
        /** The rate ‖s‖₁/k in [0, 1], and the mean absolute value of the kept signal. */
        NORMALISED,
        /** The plain sums. */
        PLAIN_SUM
    }
}
