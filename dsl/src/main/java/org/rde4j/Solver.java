package org.rde4j;

import java.util.Optional;

/** How the mask is found (seed section 3.2). */
public sealed interface Solver {

    /**
     * The relaxation with a Lagrange multiplier, min over s ∈ [0,1]^k of D(x, s) + λ·rate(s) (seed section
     * 3.2.1, problem P1), with Adam 0.003, 2000 steps of 64 samples, starting from a mask of ones.
     *
     * @param lambda the price λ of the rate, at least 0
     * @return the solver
     */
    static L1Relaxation l1(double lambda) {
        return new L1Relaxation(
                lambda, new Optimizer.Adam(0.003), 2000, 64, 0, 1, RateScale.NORMALISED, Optional.empty(), 0);
    }

    /** What λ multiplies. */
    enum RateScale {
        /** The rate ‖s‖₁/k in [0, 1], and the mean absolute value of the kept signal. */
        NORMALISED,
        /** The plain sums. */
        PLAIN_SUM
    }

    /**
     * An early stop: ends when the objective, averaged over {@code window} steps, is not lower than in the
     * window before by the given share.
     *
     * @param window the number of steps that are averaged, at least 1
     * @param relativeGain the share that counts as progress, in [0, 1]
     */
    record Plateau(int window, double relativeGain) {
        /** Checks the ranges. */
        public Plateau {
            Check.atLeast("window of the plateau", window, 1, "Maybe use 50 steps.");
            Check.unitInterval("gain of the plateau", relativeGain, "Maybe use 0.001.");
        }
    }

    /**
     * The l1 relaxation. See {@link #l1(double)}.
     *
     * @param lambda the price of the rate, at least 0
     * @param optimizer the update rule
     * @param steps the number of updates, at least 1
     * @param samples perturbations per step in the Monte-Carlo estimate of the distortion, at least 1
     * @param spatialL1 the price of the absolute values of the kept signal f(s⊙h), at least 0; 0 leaves it out
     * @param start the value that every mask entry starts with, in [0, 1]
     * @param scale whether prices multiply means or plain sums
     * @param plateau when to stop early, or empty
     * @param seed the seed of all random draws; one seed, one answer
     */
    record L1Relaxation(
            double lambda,
            Optimizer optimizer,
            int steps,
            int samples,
            double spatialL1,
            double start,
            RateScale scale,
            Optional<Plateau> plateau,
            long seed)
            implements Solver {

        /** Checks the ranges. */
        public L1Relaxation {
            Check.notNegative("lambda", lambda, "Maybe use l1(3) for wavelets or l1(0.6) for pixels.");
            Check.atLeast("number of steps", steps, 1, "Maybe use steps(300).");
            Check.atLeast("number of samples", samples, 1, "Maybe use samples(16).");
            Check.notNegative("spatial l1 penalty", spatialL1, "Use 0 to leave it out.");
            Check.unitInterval("start of the mask", start, "Maybe use startingAt(1).");
        }

        /**
         * With another price of the rate.
         *
         * @param newLambda at least 0
         * @return the changed solver
         */
        public L1Relaxation lambda(double newLambda) {
            return new L1Relaxation(newLambda, optimizer, steps, samples, spatialL1, start, scale, plateau, seed);
        }

        /**
         * With another update rule.
         *
         * @param newOptimizer the update rule
         * @return the changed solver
         */
        public L1Relaxation optimizer(Optimizer newOptimizer) {
            return new L1Relaxation(lambda, newOptimizer, steps, samples, spatialL1, start, scale, plateau, seed);
        }

        /**
         * With Adam.
         *
         * @param stepSize greater than 0
         * @return the changed solver
         */
        public L1Relaxation adam(double stepSize) {
            return optimizer(new Optimizer.Adam(stepSize));
        }

        /**
         * With plain gradient descent.
         *
         * @param stepSize greater than 0
         * @return the changed solver
         */
        public L1Relaxation sgd(double stepSize) {
            return optimizer(new Optimizer.Sgd(stepSize));
        }

        /**
         * With another number of updates.
         *
         * @param newSteps at least 1
         * @return the changed solver
         */
        public L1Relaxation steps(int newSteps) {
            return new L1Relaxation(lambda, optimizer, newSteps, samples, spatialL1, start, scale, plateau, seed);
        }

        /**
         * With another number of perturbations per step.
         *
         * @param newSamples at least 1
         * @return the changed solver
         */
        public L1Relaxation samples(int newSamples) {
            return new L1Relaxation(lambda, optimizer, steps, newSamples, spatialL1, start, scale, plateau, seed);
        }

        /**
         * With a price on the absolute values of the kept signal f(s⊙h), as in ShearletX and WaveletX.
         *
         * @param price at least 0; 0 leaves it out
         * @return the changed solver
         */
        public L1Relaxation spatialL1(double price) {
            return new L1Relaxation(lambda, optimizer, steps, samples, price, start, scale, plateau, seed);
        }

        /**
         * Starting from a constant mask.
         *
         * @param value in [0, 1]
         * @return the changed solver
         */
        public L1Relaxation startingAt(double value) {
            return new L1Relaxation(lambda, optimizer, steps, samples, spatialL1, value, scale, plateau, seed);
        }

        /**
         * With prices that multiply plain sums instead of means.
         *
         * @return the changed solver
         */
        public L1Relaxation plainSum() {
            return new L1Relaxation(
                    lambda, optimizer, steps, samples, spatialL1, start, RateScale.PLAIN_SUM, plateau, seed);
        }

        /**
         * Stopping early when the objective no longer falls.
         *
         * @param window the number of steps that are averaged, at least 1
         * @param relativeGain the share that counts as progress, in [0, 1]
         * @return the changed solver
         */
        public L1Relaxation stoppingOnPlateau(int window, double relativeGain) {
            return new L1Relaxation(
                    lambda,
                    optimizer,
                    steps,
                    samples,
                    spatialL1,
                    start,
                    scale,
                    Optional.of(new Plateau(window, relativeGain)),
                    seed);
        }

        /**
         * With another seed.
         *
         * @param newSeed any number
         * @return the changed solver
         */
        public L1Relaxation seed(long newSeed) {
            return new L1Relaxation(lambda, optimizer, steps, samples, spatialL1, start, scale, plateau, newSeed);
        }
    }
}
