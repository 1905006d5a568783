package org.rde4j;

/**
 * The least distortion with a bounded rate. See {@link Solver#atMost(int)}.
 *
 * @param budget the bound ℓ of ‖s‖₁
 * @param method how the mask stays within the bound
 * @param descent how the mask moves; Frank-Wolfe has no step size, and takes its first gradient at the start: its first
 *     step goes from there to the best corner
 */
public record RateConstrained(Budget budget, Method method, Descent descent) implements Relaxed<RateConstrained> {

    /** The bound of the rate. */
    public sealed interface Budget {
        /**
         * The bound ℓ of ‖s‖₁.
         *
         * @param components the number k of components
         * @return between 1 and k
         */
        int of(int components);
    }

    /**
     * A number of components.
     *
     * @param count at least 1
     */
    public record Components(int count) implements Budget {
        /** Checks the range. */
        public Components {
            Check.atLeast("number of components", count, 1, "Maybe use atMost(20).");
        }

        @Override
        public int of(int components) {
            return Math.min(count, components);
        }
    }

    /**
     * A share of the components.
     *
     * @param value in (0, 1]
     */
    public record Rate(double value) implements Budget {
        /** Checks the range. */
        public Rate {
            if (!(value > 0 && value <= 1)) {
                throw new RdeException(
                        "The bound of the rate (%s) must lie in (0, 1].".formatted(value),
                        "Maybe use rateConstrained(0.1).");
            }
        }

        @Override
        public int of(int components) {
            return Math.max(1, (int) Math.round(value * components));
        }
    }

    /** How the mask stays within the bound. */
    public enum Method {
        /**
         * Each step mixes in the best corner of the feasible set, with weight 2/(t+2) for the gradient averaged
         * over steps (Macdonald, Besançon and Pokutta 2021; Mokhtari, Hassani and Karbasi 2020).
         */
        FRANK_WOLFE,
        /** Each step is followed by the projection on {s ∈ [0,1]^k : ‖s‖₁ ≤ ℓ}. */
        PROJECTED_GRADIENT
    }

    /**
     * With gradient steps that are projected on the feasible set.
     *
     * @return the changed solver
     */
    public RateConstrained projected() {
        return new RateConstrained(budget, Method.PROJECTED_GRADIENT, descent);
    }

    @Override
    public Minimiser minimiser() {
        return descent;
    }

    @Override
    public RateConstrained seed(long newSeed) {
        return descent(descent.seed(newSeed));
    }

    @Override
    public RateConstrained descent(Descent newDescent) {
        return new RateConstrained(budget, method, newDescent);
    }
}
