package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Convergence;
import org.rde4j.Explanation;
import org.rde4j.LambdaSearch;
import org.rde4j.OutputKind;
import org.rde4j.Priced;
import org.rde4j.RateDistortion;
import org.rde4j.Tensor;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;
import org.rde4j.nd4j.solve.Driver;
import org.rde4j.nd4j.solve.Method;
import org.rde4j.nd4j.solve.Objective;
import org.rde4j.nd4j.solve.Solution;

/**
 * Makes explanations of masks that were found.
 *
 * @param problem what was solved
 * @param output what the model's outputs are taken for
 * @param transform its representation
 * @param layout how masks lie in rows
 */
record Explanations(RateDistortion problem, OutputKind output, Transform transform, MaskLayout layout) {

    /**
     * One explanation for each signal of a batch, with its mask measured on fresh samples.
     *
     * @param driver has driven the search, and watches over its measurement
     */
    List<Explanation> of(PosedProblem posed, List<Driver.Found> found, Driver driver) {
        List<Solution> solutions = found.stream().map(Driver.Found::solution).toList();
        int[] owners = new int[posed.batch().size()];
        for (int task = 0; task < solutions.size(); task++) {
            for (int signal : posed.tasks()[task]) {
                owners[signal] = task;
            }
        }
        List<Measured> measured = IntStream.range(0, owners.length)
                .mapToObj(signal -> measured(posed, solutions.get(owners[signal]), signal, driver))
                .toList();
        List<List<String>> warnings = IntStream.range(0, solutions.size())
                .mapToObj(task -> warnings(
                        solutions.get(task),
                        meanDistortion(posed.tasks()[task], measured),
                        driver.measurementWarnings()))
                .toList();
        double seconds = driver.seconds();
        long evaluations = driver.evaluations() / owners.length;
        return IntStream.range(0, owners.length)
                .mapToObj(signal -> {
                    Solution solution = solutions.get(owners[signal]);
                    return explanation(
                            posed.batch(),
                            signal,
                            solution,
                            found.get(owners[signal]).history(),
                            measured.get(signal),
                            new Explanation.Cost(evaluations, seconds, driver.secondsPerStep()),
                            warnings.get(owners[signal]));
                })
                .toList();
    }

    private static double meanDistortion(int[] signals, List<Measured> measured) {
        return Arrays.stream(signals)
                .mapToDouble(signal -> measured.get(signal).end().distortion())
                .average()
                .orElseThrow();
    }

    private Measured measured(PosedProblem posed, Solution solution, int signal, Driver driver) {
        Optional<BernoulliRelaxation> drawn = Method.of(problem.solver()).drawn();
        return new Measured(
                posed.measured(signal, solution.mask(), drawn, solution.lambda(), driver),
                solution.binary()
                        .map(mask -> posed.measured(signal, mask, Optional.empty(), solution.lambda(), driver)),
                posed.obfuscation(signal, solution.mask()));
    }

    /**
     * What was measured of a solution.
     *
     * @param end of its mask
     * @param binary of its binary mask
     * @param obfuscated an obfuscation, channels last
     */
    private record Measured(Objective.Value end, Optional<Objective.Value> binary, INDArray obfuscated) {}

    private Explanation explanation(
            Batch batch,
            int signal,
            Solution solution,
            List<Explanation.Step> history,
            Measured measured,
            Explanation.Cost cost,
            List<String> warnings) {
        Tensor clean = batch.signals().get(signal);
        int label = batch.labels()[signal];
        Objective.Value end = measured.end();
        return new Explanation(
                solved(solution),
                clean,
                layout.masks(solution.mask()),
                Picture.of(problem, transform, clean, layout.byBlock(solution.mask())),
                channelsFirst(measured.obfuscated(), clean.shape()),
                label < 0
                        ? Optional.empty()
                        : Optional.of(
                                new Explanation.Label(label, batch.probability(signal), end.probability(), output)),
                end.distortion(),
                end.rate(),
                end.objective(),
                measured.binary()
                        .map(value -> new Explanation.Binary(
                                layout.masks(solution.binary().orElseThrow()),
                                value.distortion(),
                                value.rate(),
                                value.probability())),
                solution.choices().map(this::pursuit),
                solution.lambda(),
                solution.end()
                        .map(ended -> new Explanation.Ending(
                                ended.converged(),
                                ended.gain().fall(),
                                ended.gain().standardError())),
                history,
                cost,
                warnings);
    }

    /** The problem at the price of this solution, which differs along a curve. */
    private RateDistortion solved(Solution solution) {
        return problem.solver() instanceof Priced<?> priced && solution.lambda().isPresent()
                ? problem.solvedBy(priced.lambda(solution.lambda().getAsDouble()))
                : problem;
    }

    /** Masks are chosen by other samples than the answer is measured on; a mask for several signals by their mean. */
    private List<String> beyondBound(double distortion, Solution solution) {
        boolean beyond = problem.solver() instanceof LambdaSearch search
                && search.target() instanceof LambdaSearch.DistortionAtMost bound
                && distortion > bound.most();
        return beyond && solution.warnings().isEmpty()
                ? List.of(String.format(
                        Locale.ROOT,
                        "The distortion on fresh samples (%.4g) is above the bound. Maybe use more samples, or a lower bound.",
                        distortion))
                : List.of();
    }

    private Explanation.Pursuit pursuit(Solution.Choices choices) {
        List<Explanation.Pick> picks = IntStream.range(0, choices.picks().size())
                .mapToObj(i -> new Explanation.Pick(
                        component(choices.picks().get(i)), choices.distortions().get(i)))
                .toList();
        return new Explanation.Pursuit(picks, choices.candidates(), choices.naive(), choices.diminishing());
    }

    private Explanation.Component component(int position) {
        int rest = position;
        for (Block block : layout.blocks()) {
            if (rest < block.components()) {
                return new Explanation.Component(block.name(), block.published(rest));
            }
            rest -= block.components();
        }
        throw new IndexOutOfBoundsException(position);
    }

    /** What the solver says, and what its mask shows. */
    private List<String> warnings(Solution solution, double distortion, List<String> ofMeasurement) {
        List<String> warnings = new ArrayList<>(solution.warnings());
        warnings.addAll(ofMeasurement);
        solution.end().filter(end -> !end.converged()).ifPresent(end -> warnings.add(unfinished(end)));
        warnings.addAll(extremes(solution));
        warnings.addAll(beyondBound(distortion, solution));
        return warnings;
    }

    /** A search that its evaluations ended says what more of them might do. */
    private static String unfinished(Solution.End end) {
        double fall = end.gain().fall();
        String gained = "";
        if (fall > 0) {
            gained = String.format(
                    Locale.ROOT,
                    ": the last doubling lowered the objective by %.3g ± %.2g",
                    fall,
                    end.gain().standardError());
        } else if (fall <= 0) {
            gained = " for sure: the last doubling found nothing better, and a second one was not tried";
        }
        return "The mask has not yet converged%s. Maybe give it more evaluations.".formatted(gained);
    }

    /** A mask of zeros or ones alone explains nothing. */
    private List<String> extremes(Solution solution) {
        float[] mask = solution.mask();
        float most = 0;
        float least = 1;
        for (float s : mask) {
            most = Math.max(most, s);
            least = Math.min(least, s);
        }
        if (!(problem.solver().relaxed().orElse(null) instanceof Priced<?> priced)) {
            return List.of();
        }
        double lambda = solution.lambda().orElse(priced.lambda());
        boolean deletion = problem.game() == RateDistortion.Game.DELETION;
        if (most < 0.01) {
            return List.of(
                    "The mask is all zeros: nothing needs to be %s at this price of the rate. Maybe lower lambda (%s)."
                            .formatted(deletion ? "replaced" : "kept", lambda));
        }
        if (least > 0.99 && priced.minimiser() instanceof Convergence) {
            return List.of("The mask is all ones, or nearly: nothing was %s at this price. Maybe raise lambda (%s)."
                    .formatted(deletion ? "spared" : "left out", lambda));
        }
        if (least > 0.99) {
            return List.of(
                    "The mask is all ones, or nearly: nothing was %s. Maybe raise lambda (%s), the step size (%s) or the steps (%s)."
                            .formatted(
                                    deletion ? "spared" : "left out",
                                    lambda,
                                    priced.descent().optimizer().stepSize(),
                                    priced.steps()));
        }
        boolean nothingLeft = solution.binary()
                .filter(binary -> IntStream.range(0, binary.length).allMatch(i -> binary[i] == 0))
                .isPresent();
        return nothingLeft
                ? List.of(
                        "No entry of the mask reaches the threshold, so the binary mask is empty. Maybe lower lambda (%s)%s."
                                .formatted(
                                        lambda, priced.minimiser() instanceof Convergence ? "" : ", or use more steps"))
                : List.of();
    }

    /** A channels-last array as a channels-first tensor. */
    static Tensor channelsFirst(INDArray channelsLast, int[] shape) {
        INDArray values = channelsLast;
        if (shape.length == 3) {
            values = channelsLast.permute(2, 0, 1);
        } else if (shape.length == 2) {
            values = channelsLast.permute(1, 0);
        }
        return Tensor.of(Buffers.values(values.dup('c')), shape);
    }
}
