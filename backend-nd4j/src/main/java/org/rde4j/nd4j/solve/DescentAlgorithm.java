package org.rde4j.nd4j.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rde4j.Descent;
import org.rde4j.RateConstrained;
import org.rde4j.RdeException;
import org.rde4j.Relaxed;

/**
 * Stochastic gradient steps on an objective, all tasks side by side. An update is a smoothing of the gradient, a rule
 * that moves the mask by it, and a set that the mask stays in.
 */
final class DescentAlgorithm implements Algorithm<DescentAlgorithm.State> {
    private final Relaxed<?> solver;
    private final Descent settings;
    private final Objective objective;
    private final int planned;
    private final Smoothing smoothing;
    private final UpdateRule rule;
    private final FeasibleSet set;
    private final float[] @Nullable [] start;

    /**
     * A descent.
     *
     * @param planned how many entries its history will have at most, those of other descents included
     */
    DescentAlgorithm(Relaxed<?> solver, Objective objective, int planned) {
        this(solver, objective, planned, null);
    }

    private DescentAlgorithm(Relaxed<?> solver, Objective objective, int planned, float[] @Nullable [] start) {
        Distortions distortions = objective.distortions();
        int components = distortions.components();
        this.solver = solver;
        this.settings = solver.descent();
        this.objective = objective;
        this.planned = planned;
        this.start = start;
        this.smoothing = Smoothing.of(settings, distortions.grids());
        this.rule = UpdateRule.of(solver);
        this.set = new FeasibleSet(
                solver instanceof RateConstrained constrained
                        ? constrained.budget().of(components)
                        : components);
    }

    DescentAlgorithm(Relaxed<?> solver, Objective objective) {
        this(solver, objective, solver.steps());
    }

    /** The same from given masks, one for each task, instead of those that the solver says. */
    DescentAlgorithm startingAt(float[][] masks) {
        return new DescentAlgorithm(solver, objective, planned, masks);
    }

    /**
     * Where a descent is.
     *
     * @param step how many steps were made
     */
    record State(int step, List<Task> tasks) {}

    /**
     * Where one task is.
     *
     * @param memory of the update rule
     * @param done whether the objective falls no more
     * @param before the mean objective of the last full window of steps; NaN before there was one
     * @param sum of the objectives since
     */
    record Task(float[] mask, float[][] memory, boolean done, double before, double sum) {}

    @Override
    public Class<State> state() {
        return State.class;
    }

    @Override
    public State init() {
        if (start != null) {
            return from(start);
        }
        float[][] masks = new float[objective.distortions().tasks()]
                [objective.distortions().components()];
        if (settings.start() instanceof Descent.GradientQuantiles quantiles) {
            for (float[] mask : masks) {
                Arrays.fill(mask, (float) quantiles.at());
            }
            float[][] gradients = new float[masks.length][masks[0].length];
            objective.distortions().at(all(), masks, Distortions.Samples.first(settings.samples()), gradients);
            for (int task = 0; task < masks.length; task++) {
                masks[task] = quantiles(gradients[task]);
            }
        } else {
            for (float[] mask : masks) {
                Arrays.fill(mask, (float) ((Descent.Constant) settings.start()).value());
            }
        }
        return from(masks);
    }

    /** The state before the first step from given masks. */
    State from(float[][] masks) {
        return new State(
                0,
                Stream.of(masks)
                        .map(mask ->
                                new Task(mask.clone(), new float[rule.memories()][mask.length], false, Double.NaN, 0))
                        .toList());
    }

    private int[] all() {
        return IntStream.range(0, objective.distortions().tasks()).toArray();
    }

    /** The rank of each gradient's magnitude among all, in (0, 1]. */
    private static float[] quantiles(float[] gradient) {
        float[] magnitudes = new float[gradient.length];
        for (int i = 0; i < gradient.length; i++) {
            magnitudes[i] = Math.abs(gradient[i]);
        }
        int[] order = Ranking.ascending(magnitudes);
        float[] quantiles = new float[gradient.length];
        for (int rank = 0; rank < order.length; rank++) {
            quantiles[order[rank]] = (rank + 1f) / order.length;
        }
        return quantiles;
    }

    @Override
    public boolean isDone(State state) {
        return state.step() >= settings.steps() || state.tasks().stream().allMatch(Task::done);
    }

    @Override
    public State step(State state, Journal journal) {
        int step = state.step();
        float[][] masks = masks(state);
        float[][] gradients = new float[masks.length][masks[0].length];
        Objective.Value[] values = objective.at(
                all(), masks, new Distortions.Samples((long) step * settings.samples(), settings.samples()), gradients);
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < masks.length; i++) {
            Task task = state.tasks().get(i);
            if (!task.done()) {
                requireFinite(values[i], step);
                journal.record(i, values[i], planned);
                task = moved(task, gradients[i], step, values[i].objective());
            }
            tasks.add(task);
        }
        return new State(step + 1, List.copyOf(tasks));
    }

    private Task moved(Task task, float[] gradient, int step, double value) {
        float[] mask = task.mask().clone();
        float[][] memory = Stream.of(task.memory()).map(float[]::clone).toArray(float[][]::new);
        smoothing.apply(gradient, step);
        rule.move(mask, gradient, memory, step, shareOfStep(step), set);
        double sum = task.sum() + value;
        if (settings.plateau().isEmpty()
                || (step + 1) % settings.plateau().get().window() != 0) {
            return new Task(mask, memory, false, task.before(), sum);
        }
        Descent.Plateau plateau = settings.plateau().get();
        double now = sum / plateau.window();
        boolean flat = now >= task.before() - plateau.relativeGain() * Math.abs(task.before());
        return new Task(mask, memory, flat, now, 0);
    }

    /** What is left of the step size. */
    private double shareOfStep(int step) {
        double lost = settings.decay().map(decay -> 1 - decay.lastShare()).orElse(0.0);
        return 1 - lost * step / settings.steps();
    }

    private static void requireFinite(Objective.Value value, int step) {
        if (!Double.isFinite(value.objective())) {
            throw new RdeException(
                    "The objective became %s at step %s.".formatted(value.objective(), step + 1),
                    "Maybe the model's outputs overflow for obfuscated signals; try clippedTo(0, 1).");
        }
    }

    static float[][] masks(State state) {
        return state.tasks().stream().map(Task::mask).toArray(float[][]::new);
    }

    @Override
    public List<Solution> finish(State state) {
        return Stream.of(masks(state))
                .map(mask -> Solution.relaxed(solver, mask, List.of()))
                .toList();
    }
}
