package org.rde4j.samples.solvers;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.rde4j.Distortion;
import org.rde4j.Explanation;
import org.rde4j.Obfuscation;
import org.rde4j.RateDistortion;
import org.rde4j.Representation;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.samples.solvers.RandomProblem.Family;

/**
 * Compares solvers with the best of all masks on random linear, quadratic and small-network problems. The
 * distortion of a solver's binary mask with m components is divided by that of the best mask with at most m,
 * both measured on the same fresh samples.
 */
public final class KnownAnswers {
    private static final int COMPONENTS = 12;
    private static final int CHOSEN = 4;
    private static final int SAMPLES = 64;
    /** Where only binary masks are compared, more samples cost little. */
    private static final int MANY = 256;

    private static final int FRESH = 2048;

    private static final List<Family> FAMILIES = List.of(Family.LINEAR, Family.QUADRATIC, Family.NETWORK);

    private final Map<String, List<Double>> ratios = new LinkedHashMap<>();
    private final Map<String, Integer> sizes = new LinkedHashMap<>();
    private final Map<String, Map<Family, Integer>> near = new LinkedHashMap<>();

    private KnownAnswers() {}

    /**
     * Runs the comparison.
     *
     * @param problems how many
     * @param seed of problems and solvers
     * @param afterEach told how many problems are done
     * @return the lines of a table
     */
    public static List<String> table(int problems, long seed, IntConsumer afterEach) {
        KnownAnswers answers = new KnownAnswers();
        for (int i = 0; i < problems; i++) {
            answers.compare(RandomProblem.of(FAMILIES.get(i % FAMILIES.size()), COMPONENTS, seed + i), seed + i);
            afterEach.accept(i + 1);
        }
        return answers.lines(problems);
    }

    private void compare(RandomProblem random, long seed) {
        RateDistortion problem = RateDistortion.over(Representation.pixels())
                .obfuscatedBy(Obfuscation.gaussianNoise().given(0, 1))
                .measuredBy(Distortion.squaredError());
        double all = distortion(problem, random, new float[COMPONENTS]);
        Map<String, Solver> solvers = new LinkedHashMap<>();
        solvers.put("matching pursuit", Solver.matchingPursuit(CHOSEN).samples(MANY));
        solvers.put("  with swaps", Solver.matchingPursuit(CHOSEN).samples(MANY).swaps(CHOSEN));
        solvers.put("  forward", Solver.matchingPursuit(CHOSEN).samples(MANY).forward());
        solvers.put("  backward", Solver.matchingPursuit(CHOSEN).samples(MANY).backward());
        solvers.put(
                "l1 relaxation (P1)",
                Solver.l1(all).adam(0.02).steps(300).samples(SAMPLES).thresholdedAt(0.5));
        solvers.put(
                "Bernoulli relaxation (P2)",
                Solver.bernoulli(all).adam(0.02).steps(300).samples(SAMPLES));
        solvers.put("Frank-Wolfe", Solver.atMost(CHOSEN).steps(300).samples(SAMPLES));
        Map<Integer, Double> bests = new HashMap<>();
        solvers.forEach((name, solver) -> {
            float[] mask = binary(explain(problem.solvedBy(solver.seed(seed)), random));
            int kept = 0;
            for (float s : mask) {
                kept += s > 0 ? 1 : 0;
            }
            double best = bests.computeIfAbsent(kept, size -> best(problem, random, size, seed));
            double ratio = distortion(problem, random, mask) / best;
            ratios.computeIfAbsent(name, key -> new ArrayList<>()).add(Double.isNaN(ratio) ? 1 : ratio);
            if (!(ratio > 1.1)) {
                near.computeIfAbsent(name, key -> new EnumMap<>(Family.class)).merge(random.family(), 1, Integer::sum);
            }
            sizes.merge(name, kept, Integer::sum);
        });
    }

    /** The distortion of the best mask of at most so many components. */
    private static double best(RateDistortion problem, RandomProblem random, int size, long seed) {
        Solver oracle = Solver.enumeration(0).atMost(size).samples(MANY).seed(seed);
        return distortion(problem, random, binary(explain(problem.solvedBy(oracle), random)));
    }

    private static Explanation explain(RateDistortion problem, RandomProblem random) {
        try (var explainer = Nd4jBackend.compile(problem, random.model())) {
            return explainer.explain(random.signal());
        }
    }

    private static float[] binary(Explanation explanation) {
        Map<String, Tensor> masks =
                explanation.binary().map(Explanation.Binary::masks).orElse(explanation.masks());
        return masks.values().iterator().next().values();
    }

    private static double distortion(RateDistortion problem, RandomProblem random, float[] mask) {
        try (var explainer = Nd4jBackend.compile(problem, random.model())) {
            return explainer
                    .assess(random.signal(), Map.of("pixels", Tensor.of(mask, mask.length)), FRESH, 99)
                    .distortion();
        }
    }

    private List<String> lines(int problems) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d problems of %d components; distortion / that of the best mask of the same size",
                problems,
                COMPONENTS));
        lines.add("solver                      kept   ≤ 1.1  (linear, quadratic, network)  ≤ 1.25   median    worst");
        ratios.forEach((name, values) -> {
            double[] sorted = values.stream().mapToDouble(r -> r).sorted().toArray();
            lines.add(String.format(
                    Locale.ROOT,
                    "%-26s %5.1f  %6d  %30s  %6d  %7.4f  %7.3f",
                    name,
                    (double) sizes.get(name) / problems,
                    values.stream().filter(r -> r <= 1.1).count(),
                    FAMILIES.stream()
                            .map(family ->
                                    "" + near.getOrDefault(name, Map.of()).getOrDefault(family, 0))
                            .collect(Collectors.joining(", ", "(", ")")),
                    values.stream().filter(r -> r <= 1.25).count(),
                    sorted[sorted.length / 2],
                    sorted[sorted.length - 1]));
        });
        return lines;
    }

    /**
     * Compares the lazy pursuit with the plain one where gains diminish.
     *
     * @param components the number k of components
     * @param chosen how many are chosen
     * @param seed of the problem
     * @return the lines of a table
     */
    public static List<String> lazy(int components, int chosen, long seed) {
        RandomProblem random = RandomProblem.of(Family.COVERAGE, components, seed);
        RateDistortion problem = RateDistortion.over(Representation.pixels())
                .obfuscatedBy(Obfuscation.constant(0))
                .measuredBy(Distortion.squaredError());
        Explanation plain =
                explain(problem.solvedBy(Solver.matchingPursuit(chosen).forward()), random);
        Explanation lazy =
                explain(problem.solvedBy(Solver.matchingPursuit(chosen).lazily()), random);
        Explanation.Pursuit plainly = plain.pursuit().orElseThrow();
        Explanation.Pursuit lazily = lazy.pursuit().orElseThrow();
        return List.of(
                String.format(Locale.ROOT, "%d of %d components where gains diminish", chosen, components),
                String.format(
                        Locale.ROOT,
                        "plain %d evaluations, lazy %d: a share of %.3f; the masks %s",
                        plainly.candidates(),
                        lazily.candidates(),
                        (double) lazily.candidates() / plainly.candidates(),
                        plain.masks().equals(lazy.masks()) ? "are the same" : "DIFFER"));
    }
}
