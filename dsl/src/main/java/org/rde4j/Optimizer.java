package org.rde4j;

/** A first-order update rule for the mask; after each step the mask is clamped to [0, 1]. */
public sealed interface Optimizer {

    /**
     * The step size.
     *
     * @return greater than 0
     */
    double stepSize();

    /**
     * Stochastic gradient descent.
     *
     * @param stepSize greater than 0
     */
    record Sgd(double stepSize) implements Optimizer {
        /** Checks the range. */
        public Sgd {
            Check.positive("step size", stepSize, "Maybe use sgd(0.1).");
        }
    }

    /**
     * Adam (Kingma and Ba 2015) with bias correction.
     *
     * @param stepSize greater than 0
     * @param beta1 decay of the mean, in [0, 1)
     * @param beta2 decay of the squared mean, in [0, 1)
     * @param epsilon added to the root, greater than 0
     */
    record Adam(double stepSize, double beta1, double beta2, double epsilon) implements Optimizer {
        /** Checks the ranges. */
        public Adam {
            Check.positive("step size", stepSize, "Maybe use adam(0.003).");
            decay("first decay of Adam", beta1);
            decay("second decay of Adam", beta2);
            Check.positive("epsilon of Adam", epsilon, "Maybe use 1e-8.");
        }

        /**
         * Adam with the usual decays 0.9 and 0.999 and epsilon 1e-8.
         *
         * @param stepSize greater than 0
         */
        public Adam(double stepSize) {
            this(stepSize, 0.9, 0.999, 1e-8);
        }

        private static void decay(String what, double value) {
            if (!(value >= 0 && value < 1)) {
                throw new RdeException(
                        "The %s (%s) must lie in [0, 1).".formatted(what, value), "Maybe use 0.9 and 0.999.");
            }
        }
    }
}
