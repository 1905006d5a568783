package org.rde4j.nd4j.solve;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Convergence;
import org.rde4j.Enumeration;
import org.rde4j.LambdaSearch;
import org.rde4j.MatchingPursuit;
import org.rde4j.Priced;
import org.rde4j.Relaxed;
import org.rde4j.Solver;

/**
 * How a solver searches: what it needs of the estimates of distortions, and its algorithms.
 *
 * @param drawn how masks are drawn for each sample, or empty for masks as they are given
 * @param tries how many masks it tries at the same time
 * @param searches the algorithms, one after the other: one for all tasks, or one for each
 */
public record Method(
        Optional<BernoulliRelaxation> drawn,
        Tries tries,
        BiFunction<Distortions, Objective.Penalty, List<? extends Algorithm<?>>> searches) {

    /** How many masks are tried at the same time. */
    public enum Tries {
        /** One mask of one task, each of its samples by itself. */
        ONE_SAMPLE,
        /** One mask for each task. */
        ALL_TASKS,
        /** One mask of one task. */
        ONE_TASK,
        /** Many masks of one task. */
        MANY_MASKS
    }

    /** The method of a solver. */
    public static Method of(Solver solver) {
        if (solver instanceof Priced<?> priced && priced.minimiser() instanceof Convergence convergence) {
            return converging(priced, convergence, Optional.empty());
        }
        if (solver instanceof Relaxed<?> relaxed) {
            return new Method(
                    drawn(solver),
                    Tries.ALL_TASKS,
                    (distortions, penalty) ->
                            List.of(new DescentAlgorithm(relaxed, Objective.of(relaxed, distortions, penalty))));
        }
        if (solver instanceof LambdaSearch search) {
            boolean converges = search.relaxation().minimiser() instanceof Convergence;
            return new Method(
                    drawn(solver),
                    converges ? Tries.ONE_SAMPLE : Tries.ONE_TASK,
                    (distortions, penalty) -> IntStream.range(0, distortions.tasks())
                            .mapToObj(task ->
                                    new LambdaAlgorithm(search, OneTask.of(distortions, task), only(task, penalty)))
                            .toList());
        }
        if (solver instanceof MatchingPursuit pursuit) {
            return masks(distortions -> pursuit.direction() == MatchingPursuit.Direction.FLOATING
                    ? new FloatingAlgorithm(pursuit, distortions)
                    : new GreedyAlgorithm(pursuit, distortions));
        }
        Enumeration enumeration = (Enumeration) solver;
        return masks(distortions -> new EnumerationAlgorithm(enumeration, distortions));
    }

    /** A relaxed solver that starts from given masks. */
    public static Method from(Relaxed<?> solver, float[][] masks) {
        if (solver instanceof Priced<?> priced && priced.minimiser() instanceof Convergence convergence) {
            return converging(priced, convergence, Optional.of(masks));
        }
        return new Method(
                drawn(solver),
                Tries.ALL_TASKS,
                (distortions, penalty) -> List.of(
                        new DescentAlgorithm(solver, Objective.of(solver, distortions, penalty)).startingAt(masks)));
    }

    private static Method converging(Priced<?> solver, Convergence settings, Optional<float[][]> starts) {
        return new Method(drawn(solver), Tries.ONE_SAMPLE, (distortions, penalty) -> IntStream.range(
                        0, distortions.tasks())
                .mapToObj(task -> {
                    Objective objective = Objective.of(solver, OneTask.of(distortions, task), only(task, penalty));
                    return starts.map(masks -> new ConvergingAlgorithm(solver, settings, objective, masks[task]))
                            .orElseGet(() -> new ConvergingAlgorithm(solver, settings, objective));
                })
                .toList());
    }

    private static Method masks(Function<Distortions, Algorithm<?>> algorithm) {
        return new Method(
                Optional.empty(), Tries.MANY_MASKS, (distortions, penalty) -> IntStream.range(0, distortions.tasks())
                        .mapToObj(task -> algorithm.apply(OneTask.of(distortions, task)))
                        .toList());
    }

    private static Optional<BernoulliRelaxation> drawn(Solver solver) {
        return solver.relaxed().filter(BernoulliRelaxation.class::isInstance).map(BernoulliRelaxation.class::cast);
    }

    private static Objective.Penalty only(int task, Objective.Penalty penalty) {
        return (one, mask, gradient) -> penalty.at(task, mask, gradient);
    }

    /** One of several tasks, seen alone. */
    private record OneTask(Distortions all, int task) implements Distortions {

        static Distortions of(Distortions all, int task) {
            return all.tasks() == 1 ? all : new OneTask(all, task);
        }

        @Override
        public int tasks() {
            return 1;
        }

        @Override
        public int components() {
            return all.components();
        }

        @Override
        public List<Grid> grids() {
            return all.grids();
        }

        @Override
        public int rowsAtOnce() {
            return all.rowsAtOnce();
        }

        @Override
        public Estimate at(int[] tasks, float[][] masks, Samples samples, float[][] gradients) {
            int[] same = new int[tasks.length];
            Arrays.fill(same, task);
            return all.at(same, masks, samples, gradients);
        }

        @Override
        public Estimate perSample(int only, float[] mask, Samples samples, Slopes slopes, float[][] gradients) {
            return all.perSample(task, mask, samples, slopes, gradients);
        }
    }
}
