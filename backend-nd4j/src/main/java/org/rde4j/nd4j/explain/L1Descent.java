package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rde4j.Explainer.StepObserver;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.Solver;

/** Solves the l1 relaxation by projected stochastic gradient steps, all signals side by side. */
final class L1Descent {
    private final Solver.L1Relaxation settings;
    private final Objective objective;
    private final StepObserver observer;
    private final float[][] masks;
    private final float[][] gradients;
    private final MaskUpdate[] updates;
    private final boolean[] done;
    private final List<List<Explanation.Step>> histories = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    L1Descent(Solver.L1Relaxation settings, Objective objective, int signals, int components, StepObserver observer) {
        this.settings = settings;
        this.objective = objective;
        this.observer = observer;
        this.masks = new float[signals][components];
        this.gradients = new float[signals][components];
        this.updates = new MaskUpdate[signals];
        this.done = new boolean[signals];
        for (int b = 0; b < signals; b++) {
            Arrays.fill(masks[b], (float) settings.start());
            updates[b] = MaskUpdate.of(settings.optimizer(), components);
            histories.add(new ArrayList<>());
        }
    }

    /** Runs to the end. */
    Solution solve() {
        for (int step = 0; step < settings.steps() && !allDone(); step++) {
            long start = System.nanoTime();
            Objective.Value[] values =
                    objective.at(masks, (long) step * settings.samples(), settings.samples(), gradients);
            for (int b = 0; b < masks.length; b++) {
                if (!done[b]) {
                    record(b, step, values[b]);
                    updates[b].step(masks[b], gradients[b]);
                    done[b] = onPlateau(histories.get(b));
                }
            }
            nanos.add(System.nanoTime() - start);
            observer.onStep(mean(step, values));
        }
        return new Solution(masks, histories, medianSeconds());
    }

    private void record(int signal, int step, Objective.Value value) {
        if (!Double.isFinite(value.objective())) {
            throw new RdeException(
                    "The objective became %s at step %d.".formatted(value.objective(), step + 1),
                    "Maybe the model's outputs overflow for obfuscated signals; try clippedTo(0, 1).");
        }
        histories.get(signal).add(step(step, value));
    }

    private Explanation.Step step(int step, Objective.Value value) {
        return new Explanation.Step(
                step + 1, settings.steps(), value.distortion(), value.rate(), value.objective(), value.probability());
    }

    private Explanation.Step mean(int step, Objective.Value[] values) {
        return step(
                step,
                new Objective.Value(
                        Arrays.stream(values)
                                .mapToDouble(Objective.Value::distortion)
                                .average()
                                .orElseThrow(),
                        Arrays.stream(values)
                                .mapToDouble(Objective.Value::rate)
                                .average()
                                .orElseThrow(),
                        Arrays.stream(values)
                                .mapToDouble(Objective.Value::objective)
                                .average()
                                .orElseThrow(),
                        Arrays.stream(values)
                                .mapToDouble(Objective.Value::probability)
                                .average()
                                .orElseThrow()));
    }

    private boolean onPlateau(List<Explanation.Step> history) {
        if (settings.plateau().isEmpty()) {
            return false;
        }
        Solver.Plateau plateau = settings.plateau().get();
        int n = history.size();
        if (n < 2 * plateau.window() || n % plateau.window() != 0) {
            return false;
        }
        double before = meanObjective(history.subList(n - 2 * plateau.window(), n - plateau.window()));
        double now = meanObjective(history.subList(n - plateau.window(), n));
        return now > before * (1 - plateau.relativeGain());
    }

    private static double meanObjective(List<Explanation.Step> steps) {
        return steps.stream().mapToDouble(Explanation.Step::objective).average().orElseThrow();
    }

    private boolean allDone() {
        for (boolean one : done) {
            if (!one) {
                return false;
            }
        }
        return true;
    }

    private double medianSeconds() {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2] / 1e9;
    }

    /**
     * The end of the descent.
     *
     * @param masks one mask for each signal
     * @param histories one history for each signal
     * @param secondsPerStep the median over the steps
     */
    record Solution(float[][] masks, List<List<Explanation.Step>> histories, double secondsPerStep) {}
}
