package org.rde4j.nd4j.solve;

import java.util.Arrays;
import org.rde4j.L1Relaxation;
import org.rde4j.Priced;
import org.rde4j.Relaxed;

/**
 * What a descent minimises: expected distortion + price·‖s‖₁ + penalty, task by task (P1, P2).
 *
 * @param distortions estimates the distortion
 * @param penalty of the mask besides the rate
 * @param pricePerComponent the price of one fully kept component
 */
public record Objective(Distortions distortions, Penalty penalty, double pricePerComponent) {

    /** A price of the mask besides the rate. */
    @FunctionalInterface
    public interface Penalty {
        /** No price. */
        Penalty NONE = (task, mask, gradient) -> 0;

        /** The penalty of one task's mask; adds its gradient. */
        double at(int task, float[] mask, float[] gradient);
    }

    /** What a relaxed solver minimises. */
    public static Objective of(Relaxed<?> solver, Distortions distortions, Penalty penalty) {
        return new Objective(
                distortions,
                solver instanceof L1Relaxation ? penalty : Penalty.NONE,
                solver instanceof Priced<?> priced ? priced.pricePerComponent(distortions.components()) : 0);
    }

    /**
     * Estimates the objective of every task and, unless {@code gradients} is empty, writes its gradient.
     *
     * @param tasks the task of each mask
     * @param masks the masks
     * @param samples the samples to average over
     */
    public Value[] at(int[] tasks, float[][] masks, Distortions.Samples samples, float[][] gradients) {
        Distortions.Estimate estimate = distortions.at(tasks, masks, samples, gradients);
        Value[] values = new Value[masks.length];
        for (int i = 0; i < masks.length; i++) {
            float[] gradient = gradients.length == 0 ? new float[masks[i].length] : gradients[i];
            values[i] = value(tasks[i], masks[i], estimate.distortion()[i], estimate.probability()[i], gradient);
        }
        return values;
    }

    /**
     * What samples of one mask say of its objective.
     *
     * @param estimate one entry for each sample
     * @param prices zeros, to which the price of each entry is added: what its rate and the penalty add to the gradient
     */
    Value value(int task, float[] mask, Distortions.Estimate estimate, float[] prices) {
        return value(
                task,
                mask,
                Arrays.stream(estimate.distortion()).average().orElseThrow(),
                Arrays.stream(estimate.probability()).average().orElseThrow(),
                prices);
    }

    /** The objective of a mask of known distortion; adds what the rate and the penalty add to its gradient. */
    private Value value(int task, float[] mask, double distortion, double probability, float[] gradient) {
        double extra = penalty.at(task, mask, gradient);
        double sum = 0;
        for (int c = 0; c < mask.length; c++) {
            sum += mask[c];
            gradient[c] += (float) pricePerComponent;
        }
        return new Value(distortion, sum / mask.length, distortion + pricePerComponent * sum + extra, probability);
    }

    /**
     * The objective of one mask.
     *
     * @param distortion the estimated expected distortion
     * @param rate ‖s‖₁/k
     * @param objective the sum of distortion and prices
     * @param probability the label's mean probability, NaN without a label
     */
    public record Value(double distortion, double rate, double objective, double probability) {}
}
