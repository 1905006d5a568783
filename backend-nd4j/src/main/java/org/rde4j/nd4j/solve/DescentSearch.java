package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.rde4j.Descent;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.Relaxed;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/** Projected stochastic gradient steps on an objective, all tasks side by side. */
final class DescentSearch implements Checkpoint.State {
    private final Descent settings;
    private final Objective objective;
    private final Control control;
    private final int[] tasks;
    private final float[][] masks;
    private final float[][] gradients;
    private final Smoothing smoothing;
    private final MaskUpdate[] updates;
    private final boolean[] done;
    private final List<List<Explanation.Step>> histories = new ArrayList<>();
    private int earlier;
    private int planned;
    private int step;

    DescentSearch(Relaxed<?> solver, Objective objective, Control control) {
        Distortions distortions = objective.distortions();
        this.settings = solver.descent();
        this.planned = settings.steps();
        this.objective = objective;
        this.control = control;
        this.tasks = IntStream.range(0, distortions.tasks()).toArray();
        this.masks = new float[tasks.length][distortions.components()];
        this.gradients = new float[tasks.length][distortions.components()];
        this.smoothing = Smoothing.of(settings, distortions.grids());
        this.updates = new MaskUpdate[tasks.length];
        this.done = new boolean[tasks.length];
        for (int task : tasks) {
            updates[task] = MaskUpdate.of(solver, distortions.components());
            histories.add(new ArrayList<>());
        }
    }

    /** Sets the masks before the first step as the solver says. */
    DescentSearch startAsDescribed() {
        if (settings.start() instanceof Descent.GradientQuantiles quantiles) {
            fill((float) quantiles.at());
            objective.distortions().at(tasks, masks, Distortions.Samples.first(settings.samples()), gradients);
            for (int task : tasks) {
                quantiles(gradients[task], masks[task]);
            }
        } else {
            fill((float) ((Descent.Constant) settings.start()).value());
        }
        return this;
    }

    /** Sets the masks before the first step. */
    DescentSearch startAt(float[][] given) {
        for (int task : tasks) {
            masks[task] = given[task].clone();
        }
        return this;
    }

    private void fill(float value) {
        for (float[] mask : masks) {
            Arrays.fill(mask, value);
        }
    }

    /** The rank of each gradient's magnitude among all, in (0, 1]. */
    private static void quantiles(float[] gradient, float[] into) {
        float[] magnitudes = new float[gradient.length];
        for (int i = 0; i < gradient.length; i++) {
            magnitudes[i] = Math.abs(gradient[i]);
        }
        int[] order = Ranking.ascending(magnitudes);
        for (int rank = 0; rank < order.length; rank++) {
            into[order[rank]] = (rank + 1f) / order.length;
        }
    }

    /** Counts its steps after earlier ones, of so many altogether. */
    DescentSearch countedAfter(int earlierSteps, int plannedSteps) {
        earlier = earlierSteps;
        planned = plannedSteps;
        return this;
    }

    /** Runs to the end. */
    DescentSearch run() {
        while (step < settings.steps() && !allDone() && !control.isOver()) {
            Distortions.Samples samples = new Distortions.Samples((long) step * settings.samples(), settings.samples());
            Objective.Value[] values = objective.at(tasks, masks, samples, gradients);
            for (int task : tasks) {
                if (!done[task]) {
                    record(task, values[task]);
                    smoothing.apply(gradients[task], step);
                    updates[task].step(masks[task], gradients[task], shareOfStep());
                    done[task] = onPlateau(histories.get(task));
                }
            }
            step++;
            control.afterStep(mean(values));
        }
        return this;
    }

    /** What is left of the step size. */
    private double shareOfStep() {
        double lost = settings.decay().map(decay -> 1 - decay.lastShare()).orElse(0.0);
        return 1 - lost * step / settings.steps();
    }

    float[][] masks() {
        return masks;
    }

    /** The steps of one task so far. */
    List<Explanation.Step> history(int task) {
        return histories.get(task);
    }

    List<String> warnings() {
        return control.warnings(step, settings.steps(), "steps");
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(step);
        for (int task : tasks) {
            out.writeBoolean(done[task]);
            Checkpoint.write(out, masks[task]);
            updates[task].write(out);
            Histories.write(out, histories.get(task));
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        step = in.readInt();
        for (int task : tasks) {
            done[task] = in.readBoolean();
            Checkpoint.read(in, masks[task]);
            updates[task].read(in);
            histories.set(task, Histories.read(in));
        }
    }

    private void record(int task, Objective.Value value) {
        if (!Double.isFinite(value.objective())) {
            throw new RdeException(
                    "The objective became %s at step %s.".formatted(value.objective(), step + 1),
                    "Maybe the model's outputs overflow for obfuscated signals; try clippedTo(0, 1).");
        }
        histories
                .get(task)
                .add(new Explanation.Step(
                        earlier + step + 1,
                        planned,
                        value.distortion(),
                        value.rate(),
                        value.objective(),
                        value.probability()));
    }

    private Explanation.Step mean(Objective.Value[] values) {
        return new Explanation.Step(
                earlier + step,
                planned,
                mean(values, Objective.Value::distortion),
                mean(values, Objective.Value::rate),
                mean(values, Objective.Value::objective),
                mean(values, Objective.Value::probability));
    }

    private static double mean(Objective.Value[] values, ToDoubleFunction<Objective.Value> what) {
        return Arrays.stream(values).mapToDouble(what).average().orElseThrow();
    }

    private boolean onPlateau(List<Explanation.Step> history) {
        if (settings.plateau().isEmpty()) {
            return false;
        }
        Descent.Plateau plateau = settings.plateau().get();
        int n = history.size();
        if (n < 2 * plateau.window() || n % plateau.window() != 0) {
            return false;
        }
        double before = meanObjective(history.subList(n - 2 * plateau.window(), n - plateau.window()));
        double now = meanObjective(history.subList(n - plateau.window(), n));
        return now >= before - plateau.relativeGain() * Math.abs(before);
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
}
