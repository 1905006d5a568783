package org.rde4j.nd4j.solve;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.rde4j.Enumeration;
import org.rde4j.Explanation;
import org.rde4j.LambdaSearch;
import org.rde4j.MatchingPursuit;
import org.rde4j.Priced;
import org.rde4j.RateConstrained;
import org.rde4j.Relaxed;
import org.rde4j.Solver;

/**
 * The way from a solver's description to solutions.
 *
 * @param given the distortion of masks as they are given
 * @param drawn the same, or for a Bernoulli relaxation the distortion of masks drawn from them
 * @param penalty of masks besides the rate
 * @param control watches over the search
 */
public record Search(Distortions given, Distortions drawn, Objective.Penalty penalty, Control control) {

    /** The relaxation that a solver descends on, or nothing if it tries binary masks only. */
    public static Optional<Relaxed<?>> relaxationOf(Solver solver) {
        if (solver instanceof LambdaSearch search) {
            return Optional.of(search.relaxation());
        }
        return solver instanceof Relaxed<?> relaxed ? Optional.of(relaxed) : Optional.empty();
    }

    /** One solution for each task. */
    public List<Solution> solve(Solver solver) {
        if (solver instanceof Relaxed<?> relaxed) {
            return descend(relaxed);
        }
        if (solver instanceof MatchingPursuit pursuit) {
            return oneByOne((task, watch) -> pursuit.direction() == MatchingPursuit.Direction.FLOATING
                    ? new FloatingSearch(pursuit, OneTask.of(given, task), watch).solve()
                    : new GreedySearch(pursuit, OneTask.of(given, task), watch).solve());
        }
        if (solver instanceof LambdaSearch search) {
            return oneByOne((task, watch) -> {
                Objective.Penalty own = (only, mask, gradient) -> penalty.at(task, mask, gradient);
                return new PriceSearch(search, OneTask.of(drawn, task), own, watch).solve();
            });
        }
        Enumeration enumeration = (Enumeration) solver;
        return oneByOne((task, watch) -> new EnumerationSearch(enumeration, OneTask.of(given, task), watch).solve());
    }

    private List<Solution> oneByOne(BiFunction<Integer, Control, Solution> solve) {
        return IntStream.range(0, given.tasks())
                .mapToObj(task -> solve.apply(task, control.part(task, given.tasks())))
                .toList();
    }

    /** One solution for each task, all side by side. */
    public List<Solution> descend(Relaxed<?> solver) {
        DescentSearch descent = descent(solver).startAsDescribed();
        control.resume(descent);
        return solutions(solver, descent.run());
    }

    /** The same, starting from given masks. */
    public List<Solution> descend(Relaxed<?> solver, float[][] start) {
        return solutions(solver, descent(solver).startAt(start).run());
    }

    private DescentSearch descent(Relaxed<?> solver) {
        return new DescentSearch(solver, objective(solver), control);
    }

    /** What a relaxation minimises. */
    public Objective objective(Relaxed<?> solver) {
        return solver instanceof Priced<?> priced
                ? Objective.of(priced, drawn, penalty)
                : new Objective(given, Objective.Penalty.NONE, 0);
    }

    private List<Solution> solutions(Relaxed<?> solver, DescentSearch descent) {
        List<Solution> solutions = new ArrayList<>();
        for (int task = 0; task < given.tasks(); task++) {
            OptionalDouble lambda =
                    solver instanceof Priced<?> priced ? OptionalDouble.of(priced.lambda()) : OptionalDouble.empty();
            solutions.add(relaxed(
                    solver,
                    descent.masks()[task],
                    lambda,
                    descent.history(task),
                    control.medianSeconds(),
                    descent.warnings()));
        }
        return solutions;
    }

    static Solution relaxed(
            Relaxed<?> solver,
            float[] mask,
            OptionalDouble lambda,
            List<Explanation.Step> history,
            double secondsPerStep,
            List<String> warnings) {
        return new Solution(mask, binary(solver, mask), lambda, Optional.empty(), history, secondsPerStep, warnings);
    }

    private static Optional<float[]> binary(Relaxed<?> solver, float[] mask) {
        if (solver instanceof RateConstrained constrained) {
            return Optional.of(Ranking.greatest(mask, constrained.budget().of(mask.length)));
        }
        OptionalDouble threshold = ((Priced<?>) solver).threshold();
        if (threshold.isEmpty()) {
            return Optional.empty();
        }
        float[] ones = new float[mask.length];
        for (int i = 0; i < ones.length; i++) {
            ones[i] = mask[i] >= (float) threshold.getAsDouble() ? 1 : 0;
        }
        return Optional.of(ones);
    }
}
