package org.rde4j.samples.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.MatchingPursuit;
import org.rde4j.Run;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.explanation.RadioQuestion;
import org.rde4j.radiomap.scene.Components;
import org.rde4j.radiomap.scene.Measurements;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.radiomap.simulation.Simulation;

/**
 * Matching pursuit over a scene, batched and lazy, in turn with one forward pass for each candidate.
 *
 * @param scene what is explained
 * @param network Φ
 * @param inpainter Φ0
 * @param components how many are chosen
 */
public record PursuitBenchmark(Scene scene, Nd4jModel network, Nd4jModel inpainter, int components) {

    /**
     * A simulated scene with one building missing in sight of the transmitter.
     *
     * @param measurements how many
     * @param seed of everything
     */
    public static Scene scene(int measurements, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Scene city = Simulation.of(1, 1, seed).scenes(0).get(0);
        return Measurements.exactly(measurements)
                .measure(MissingBuildings.inSight().hide(city, random), random);
    }

    /**
     * What was measured.
     *
     * @param buildings of the scene
     * @param measurements of the scene
     * @param seconds of the batched and lazy pursuit
     * @param candidates masks that it tried
     * @param naiveCandidates masks that the plain rule tries
     * @param secondsPerPass of one candidate by itself, inpainting included
     * @param ratio time of the pursuit divided by that of one pass for each naive candidate, round by round
     * @param wholeSeconds what the plain pursuit took, one pass for each candidate, if all of it was run
     * @param masksAgree whether both found the same, if all of it was run
     * @param diminishing whether no gain was seen to grow
     */
    public record Result(
            int buildings,
            int measurements,
            Spread seconds,
            long candidates,
            long naiveCandidates,
            Spread secondsPerPass,
            Spread ratio,
            @Nullable Double wholeSeconds,
            @Nullable Boolean masksAgree,
            boolean diminishing) {}

    /**
     * Measures.
     *
     * @param rounds at least 1, how often both sides are run in turn; of the plain one the first choice alone, whose candidates
     *     cost as much as any
     * @param whole whether the plain pursuit is run to its end once
     */
    public Result measure(int rounds, boolean whole) {
        MatchingPursuit plain = Solver.matchingPursuit(components).forward();
        List<Double> seconds = new ArrayList<>();
        List<Double> passes = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        @Nullable Explanation last = null;
        for (int round = 0; round < rounds; round++) {
            Explanation first = answer(Solver.matchingPursuit(1), oneByOne());
            double pass = first.cost().seconds() / pursuit(first).candidates();
            Explanation lazy = question(plain.lazily())
                    .explain(scene, buildings(), network, inpainter)
                    .explanation();
            passes.add(pass);
            seconds.add(lazy.cost().seconds());
            ratios.add(lazy.cost().seconds() / pass / pursuit(lazy).naiveCandidates());
            last = lazy;
        }
        Explanation lazy = Objects.requireNonNull(last);
        Explanation all = whole ? answer(plain, oneByOne()) : null;
        return new Result(
                Components.of(scene.given()).count(),
                (int) sum(scene.measured()),
                Spread.of(seconds),
                pursuit(lazy).candidates(),
                pursuit(lazy).naiveCandidates(),
                Spread.of(passes),
                Spread.of(ratios),
                all == null ? null : all.cost().seconds(),
                all == null ? null : all.masks().equals(lazy.masks()),
                pursuit(lazy).diminishing());
    }

    private static Explanation.Pursuit pursuit(Explanation explanation) {
        return explanation.pursuit().orElseThrow();
    }

    private static Execution oneByOne() {
        return Execution.defaults().microBatch(1);
    }

    private Explanation answer(MatchingPursuit solver, Execution execution) {
        return question(solver)
                .explain(scene, buildings(), network, inpainter, Run.plain(), execution)
                .explanation();
    }

    private static RadioQuestion question(MatchingPursuit solver) {
        return RadioQuestion.whatDarkens().solvedBy(solver);
    }

    private Tensor buildings() {
        return Components.of(scene.given()).labels();
    }

    private static double sum(Tensor map) {
        double sum = 0;
        for (float value : map.values()) {
            sum += value;
        }
        return sum;
    }
}
