package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.LongAdder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Enumeration;
import org.rde4j.Priced;
import org.rde4j.RateDistortion;
import org.rde4j.Solver;
import org.rde4j.nd4j.engine.Lanes;
import org.rde4j.nd4j.solve.Distortions;
import org.rde4j.nd4j.solve.Driver;
import org.rde4j.nd4j.solve.Method;
import org.rde4j.nd4j.solve.Objective;

/** A compiled problem posed for a batch of signals: searched for masks, which then are measured. */
final class PosedProblem {
    /** Final measurements use samples from here on, which no step has seen. */
    static final long FRESH = 1L << 40;
    /** Masks that one run tries at most, where the model is so small that memory is no limit. */
    private static final int MOST_ROWS = 256;

    private final CompiledShape compiled;
    private final RateDistortion problem;
    private final Batch batch;
    private final int[][] tasks;
    private final Perturbations perturbations;
    private final Objective.Penalty penalty;
    private final Method method;
    private final LongAdder evaluations = new LongAdder();

    /**
     * A posed problem.
     *
     * @param tasks the positions of the signals that share a mask, for each mask
     * @param method how masks are searched for
     */
    PosedProblem(CompiledShape compiled, Batch batch, int[][] tasks, Perturbations perturbations, Method method) {
        this.compiled = compiled;
        this.problem = compiled.problem();
        this.batch = batch;
        this.tasks = tasks;
        this.perturbations = perturbations;
        this.penalty = compiled.penalty(batch);
        this.method = method;
    }

    Batch batch() {
        return batch;
    }

    int[][] tasks() {
        return tasks;
    }

    /** Forward passes of the model so far. */
    long evaluations() {
        return evaluations.sum();
    }

    /** Names all that an answer depends on. */
    String fingerprint() {
        return Fingerprint.of(
                problem,
                compiled.modelName(),
                Arrays.stream(tasks).toList(),
                batch.signals(),
                batch.outputs(),
                batch.probabilities(),
                batch.labels());
    }

    /** What the search sees. */
    Estimator distortions() {
        return estimator(method.drawn(), rows(), samples(), tasks, Lanes.Watch.STOPPING);
    }

    /** How many samples a graph for the search is to have. */
    private int samples() {
        return method.tries() == Method.Tries.ONE_SAMPLE ? 1 : problem.solver().samples();
    }

    /** One mask for each task. */
    List<Driver.Found> search(Driver driver) {
        return driver.search(method.searches().apply(distortions(), this::taskPenalty));
    }

    /** How many rows a graph for the search is to have: a run pays for all of them. */
    private int rows() {
        int longest = Arrays.stream(tasks).mapToInt(task -> task.length).max().orElse(1);
        return switch (method.tries()) {
            case ALL_TASKS -> batch.size();
            case ONE_TASK, ONE_SAMPLE -> longest;
            case MANY_MASKS -> {
                // No more than a search can fill with the masks that it tries at once.
                long masks = problem.solver() instanceof Enumeration
                        ? 1L << Math.min(compiled.components(), 20)
                        : compiled.components();
                yield (int) Math.max(1, Math.min(MOST_ROWS, masks * longest));
            }
        };
    }

    /**
     * What a final mask is worth for one signal, on fresh samples; when the time is over, on as many as there are.
     *
     * @param draw how the mask is drawn, or empty for the mask as it is given
     * @param lambda the price that it paid, if it paid one
     */
    Objective.Value measured(
            int signal, float[] mask, Optional<BernoulliRelaxation> draw, OptionalDouble lambda, Driver driver) {
        int samples = compiled.freshSamples();
        Estimator any = forMeasurement(signal, draw, Lanes.Watch.STOPPING);
        Estimator watched = forMeasurement(signal, draw, driver.measurement(any::drawn, any.worthwhile(samples)));
        Objective.Penalty own = (task, s, gradient) -> penalty.at(signal, s, gradient);
        return new Objective(watched, own, price(lambda))
                .at(new int[] {0}, new float[][] {mask}, new Distortions.Samples(FRESH, samples), new float[0][])[0];
    }

    /** One obfuscation with a final mask, channels last. */
    INDArray obfuscation(int signal, float[] mask) {
        return forMeasurement(signal, method.drawn(), Lanes.Watch.STOPPING).obfuscate(0, mask, FRESH);
    }

    /** Masks are measured one by one, by the graph of the search where that takes one at a time. */
    private Estimator forMeasurement(int signal, Optional<BernoulliRelaxation> draw, Lanes.Watch watch) {
        boolean same = method.tries() != Method.Tries.MANY_MASKS && batch.size() == 1;
        int samples = same ? samples() : compiled.freshSamples();
        return estimator(draw, 1, samples, new int[][] {{signal}}, watch);
    }

    private Estimator estimator(
            Optional<BernoulliRelaxation> draw, int rows, int samples, int[][] which, Lanes.Watch watch) {
        return compiled.estimator(batch, perturbations, draw, rows, samples, which, watch, evaluations);
    }

    private double price(OptionalDouble lambda) {
        Solver solver = problem.solver();
        if (lambda.isEmpty()) {
            return 0;
        }
        return solver.relaxed().orElse(null) instanceof Priced<?> priced
                ? priced.lambda(lambda.getAsDouble()).pricePerComponent(compiled.components())
                : lambda.getAsDouble() / compiled.components();
    }

    /** The mean over a task's signals. */
    double taskPenalty(int task, float[] mask, float[] gradient) {
        if (tasks[task].length == 1) {
            return penalty.at(tasks[task][0], mask, gradient);
        }
        float[] sum = new float[gradient.length];
        double total = 0;
        for (int signal : tasks[task]) {
            total += penalty.at(signal, mask, sum);
        }
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] += sum[i] / tasks[task].length;
        }
        return total / tasks[task].length;
    }
}
