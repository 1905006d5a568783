package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.rde4j.Priced;
import org.rde4j.RateDistortion;
import org.rde4j.Solver;
import org.rde4j.nd4j.engine.Lanes;
import org.rde4j.nd4j.solve.Control;
import org.rde4j.nd4j.solve.Distortions;
import org.rde4j.nd4j.solve.Objective;
import org.rde4j.nd4j.solve.Search;

/**
 * A compiled problem posed for a batch of signals.
 *
 * @param problem what is to be solved
 * @param model the model's name
 * @param batch the signals
 * @param tasks the positions of the signals that share a mask, for each mask
 * @param layout how masks lie in rows
 * @param given estimates masks as they are given
 * @param drawn estimates masks as the solver draws them; the same unless it does
 * @param last estimates masks as they are drawn, too, but one at a time: solvers that try many masks at once would pay
 *     for all of these
 * @param lastGiven the same as masks are given
 * @param penalty of a signal's mask besides the rate
 * @param freshSamples how many samples measure a final mask
 */
record Posed(
        RateDistortion problem,
        String model,
        Batch batch,
        int[][] tasks,
        MaskLayout layout,
        MonteCarlo given,
        MonteCarlo drawn,
        MonteCarlo last,
        MonteCarlo lastGiven,
        Objective.Penalty penalty,
        int freshSamples) {
    /** Final measurements use samples from here on, which no step has seen. */
    static final long FRESH = 1L << 40;

    Search search(Control control) {
        return new Search(
                distortions(given, tasks, Lanes.Watch.STOPPING),
                distortions(drawn, tasks, Lanes.Watch.STOPPING),
                this::taskPenalty,
                control);
    }

    /** What a final mask is worth for one signal, on fresh samples. */
    Objective.Value measured(MonteCarlo monteCarlo, int signal, float[] mask, OptionalDouble lambda, Control control) {
        Lanes.Watch watch = control.measurement(monteCarlo::drawn, monteCarlo.worthwhile(freshSamples));
        TaskDistortions alone = distortions(monteCarlo, new int[][] {{signal}}, watch);
        Objective.Penalty own = (task, s, gradient) -> penalty.at(signal, s, gradient);
        Distortions.Samples fresh = new Distortions.Samples(FRESH, freshSamples);
        return new Objective(alone, own, price(lambda))
                .at(new int[] {0}, new float[][] {mask}, fresh, new float[0][])[0];
    }

    /** Forward passes of the model so far. */
    long evaluations() {
        return Stream.of(given, drawn, last, lastGiven)
                .distinct()
                .mapToLong(MonteCarlo::evaluations)
                .sum();
    }

    /** Names all that an answer depends on. */
    String fingerprint() {
        return Fingerprint.of(
                problem,
                model,
                Arrays.stream(tasks).toList(),
                batch.signals(),
                batch.outputs(),
                batch.probabilities(),
                batch.labels());
    }

    private TaskDistortions distortions(MonteCarlo monteCarlo, int[][] signals, Lanes.Watch watch) {
        return new TaskDistortions(monteCarlo, signals, layout, watch);
    }

    private double price(OptionalDouble lambda) {
        boolean plain = Search.relaxationOf(problem.solver())
                .filter(solver -> solver instanceof Priced<?> priced && priced.scale() == Solver.RateScale.PLAIN_SUM)
                .isPresent();
        return lambda.orElse(0) / (plain ? 1 : layout.components());
    }

    /** The mean over a task's signals. */
    private double taskPenalty(int task, float[] mask, float[] gradient) {
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
