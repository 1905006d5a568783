package org.rde4j.nd4j.metrics;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * How much the mask moves when the signal moves a little (max-sensitivity of Yeh et al., NeurIPS 2019). A
 * distance is ‖s(x + δ) − s(x)‖₂ / ‖s(x)‖₂, at least 0, NaN for a mask of zeros. Lower is more robust.
 *
 * @param greatest the greatest distance of all perturbations
 * @param distance the mean distance
 */
public record Sensitivity(double greatest, Estimate distance) {

    /**
     * Explains perturbed signals; every explanation is about the label of the clean signal and has the solver's
     * own seed.
     *
     * @param problem what to solve
     * @param model whose decisions to explain
     * @param execution how to use the machine
     * @param signal the clean signal x
     * @param perturbations how many, at least 1; each costs an explanation
     * @param radius the values of δ are uniform in [−radius, radius], in the signal's unit; greater than 0
     * @param seed of the perturbations and of the control
     * @return the sensitivity and, as a control, the distances to the same entries at random places
     * @throws RdeException if a setting is out of its range or the signal does not fit
     */
    public static Compared<Sensitivity> of(
            RateDistortion problem,
            Nd4jModel model,
            Execution execution,
            Tensor signal,
            int perturbations,
            double radius,
            long seed) {
        if (perturbations < 1 || !(radius > 0)) {
            throw new RdeException(
                    "Sensitivity needs at least one perturbation (%s) of a radius above 0 (%s)."
                            .formatted(perturbations, radius),
                    "Maybe use 10 perturbations of radius 0.02.");
        }
        Explanation clean = Repeated.explain(problem, model, execution, signal);
        RateDistortion same = Repeated.sameLabel(problem, clean);
        SplittableRandom random = new SplittableRandom(seed);
        double[] distances = IntStream.range(0, perturbations)
                .mapToDouble(i -> distance(
                        clean.masks(),
                        Repeated.explain(same, model, execution, moved(signal, radius, random))
                                .masks()))
                .toArray();
        MaskRow row = MaskRow.of(clean.masks());
        double[] control = IntStream.range(0, perturbations)
                .mapToDouble(i -> distance(clean.masks(), row.shuffled(random).blocks()))
                .toArray();
        return new Compared<>(of(distances), of(control), "uniform noise of radius " + radius, seed);
    }

    private static Sensitivity of(double[] distances) {
        return new Sensitivity(
                IntStream.range(0, distances.length)
                        .mapToDouble(i -> distances[i])
                        .max()
                        .orElseThrow(),
                Estimate.of(distances));
    }

    private static Tensor moved(Tensor signal, double radius, SplittableRandom random) {
        float[] values = signal.values();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (radius * (2 * random.nextDouble() - 1));
        }
        return Tensor.of(values, signal.shape());
    }

    /** ‖b − a‖₂ / ‖a‖₂. */
    static double distance(Map<String, Tensor> a, Map<String, Tensor> b) {
        float[] x = MaskRow.of(a).values();
        float[] y = MaskRow.of(b).values();
        double gap = 0;
        double size = 0;
        for (int i = 0; i < x.length; i++) {
            gap += (double) (y[i] - x[i]) * (y[i] - x[i]);
            size += (double) x[i] * x[i];
        }
        return size == 0 ? Double.NaN : Math.sqrt(gap / size);
    }
}
