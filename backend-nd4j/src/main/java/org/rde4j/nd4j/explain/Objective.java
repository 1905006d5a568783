package org.rde4j.nd4j.explain;

import org.rde4j.Solver;

/** What the l1 relaxation minimises: expected distortion + λ·rate + spatial penalty, by signal (P1). */
final class Objective {
    private final MonteCarlo monteCarlo;
    private final Penalty spatial;
    private final double pricePerComponent;
    private final boolean labelled;

    Objective(MonteCarlo monteCarlo, Penalty spatial, double pricePerComponent, boolean labelled) {
        this.monteCarlo = monteCarlo;
        this.spatial = spatial;
        this.pricePerComponent = pricePerComponent;
        this.labelled = labelled;
    }

    /** A price of the mask besides the rate. */
    @FunctionalInterface
    interface Penalty {
        /** The penalty of one signal's mask; adds its gradient. */
        double at(int signal, float[] mask, float[] gradient);
    }

    /** What estimates the distortion. */
    MonteCarlo monteCarlo() {
        return monteCarlo;
    }

    /** The price of one fully kept component. */
    static double pricePerComponent(Solver.L1Relaxation solver, int components) {
        return solver.scale() == Solver.RateScale.NORMALISED ? solver.lambda() / components : solver.lambda();
    }

    /**
     * Estimates the objective of every signal and, unless {@code gradients} is empty, writes its gradient.
     *
     * @param masks one mask for each signal
     * @param firstSample the number of the first sample
     * @param samples how many samples to average over
     */
    Value[] at(float[][] masks, long firstSample, int samples, float[][] gradients) {
        MonteCarlo.Estimate estimate = monteCarlo.at(masks, firstSample, monteCarlo.worthwhile(samples), gradients);
        Value[] values = new Value[masks.length];
        for (int b = 0; b < masks.length; b++) {
            float[] gradient = gradients.length == 0 ? new float[masks[b].length] : gradients[b];
            double penalty = spatial.at(b, masks[b], gradient);
            double sum = 0;
            for (int i = 0; i < gradient.length; i++) {
                sum += masks[b][i];
                gradient[i] += (float) pricePerComponent;
            }
            double distortion = estimate.distortion()[b];
            values[b] = new Value(
                    distortion,
                    sum / masks[b].length,
                    distortion + pricePerComponent * sum + penalty,
                    labelled ? estimate.probability()[b] : Double.NaN);
        }
        return values;
    }

    /**
     * The objective of one signal.
     *
     * @param distortion the estimated expected distortion
     * @param rate ‖s‖₁/k
     * @param objective the sum of distortion and prices
     * @param probability the label's mean probability, NaN without a label
     */
    record Value(double distortion, double rate, double objective, double probability) {}
}
