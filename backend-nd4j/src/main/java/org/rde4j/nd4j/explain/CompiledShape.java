package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Distortion;
import org.rde4j.Explainer.StepObserver;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/** A problem and a model compiled for one shape of signals. */
final class CompiledShape {
    /** Final measurements use samples from here on, which no step has seen. */
    private static final long FRESH = 1L << 40;

    private final RateDistortion problem;
    private final Nd4jModel model;
    private final Execution execution;
    private final int[] shape;
    private final Transform transform;
    private final CleanPass clean;
    private final MaskLayout layout;
    private final Map<Size, DistortionGraph> graphs = new HashMap<>();
    private @Nullable SpatialPenalty spatial;

    CompiledShape(RateDistortion problem, Nd4jModel model, Execution execution, int[] shape) {
        this.problem = problem;
        this.model = model;
        this.execution = execution;
        this.shape = shape;
        this.transform = Transform.of(problem.representation(), shape);
        this.clean = new CleanPass(model, shape);
        this.layout = new MaskLayout(transform.blocks());
    }

    /** The number k of components. */
    int components() {
        return layout.components();
    }

    /** The objective of some signals, to be evaluated at any masks. */
    Objective objective(List<Tensor> signals) {
        Batch batch = batch(signals);
        return objective(batch, perturbations(batch));
    }

    /** The same with replacements of one's own. */
    Objective objective(List<Tensor> signals, Perturbations perturbations) {
        return objective(batch(signals), perturbations);
    }

    /** Explains signals together, each with a mask of its own. */
    List<Explanation> explain(List<Tensor> signals, StepObserver observer) {
        long start = System.nanoTime();
        Solver.L1Relaxation solver = solver();
        Batch batch = batch(signals);
        Objective objective = objective(batch, perturbations(batch));
        L1Descent.Solution solution =
                new L1Descent(solver, objective, signals.size(), layout.components(), observer).solve();
        Objective.Value[] end = objective.at(solution.masks(), FRESH, Explanation.FRESH_SAMPLES, new float[0][]);
        INDArray obfuscated = objective.monteCarlo().obfuscate(solution.masks(), FRESH);
        Explanation.Cost cost = new Explanation.Cost(
                objective.monteCarlo().evaluations() / signals.size(),
                (System.nanoTime() - start) / 1e9,
                solution.secondsPerStep());
        return IntStream.range(0, signals.size())
                .mapToObj(b -> explanation(
                        signals.get(b),
                        batch,
                        b,
                        solution,
                        end[b],
                        channelsFirst(obfuscated.slice(b), signals.get(b).shape()),
                        cost))
                .toList();
    }

    private Solver.L1Relaxation solver() {
        return (Solver.L1Relaxation) problem.solver();
    }

    private Perturbations perturbations(Batch batch) {
        return Perturbations.of(
                problem.obfuscation(),
                new NoiseStream(solver().seed()),
                transform,
                shape,
                batch.values(),
                batch.coefficients());
    }

    private Objective objective(Batch batch, Perturbations perturbations) {
        int signals = batch.values().size();
        int samples = perturbations.random() ? solver().samples() : 1;
        Size size = new Size(signals, microBatch(signals, samples));
        DistortionGraph graph = graphs.computeIfAbsent(
                size, s -> new DistortionGraph(problem, model, transform, s.signals(), s.samples()));
        MonteCarlo monteCarlo =
                new MonteCarlo(graph, layout, perturbations, batch.coefficients(), batch.outputs(), batch.labels());
        return new Objective(
                monteCarlo,
                penalty(batch.coefficients()),
                Objective.pricePerComponent(solver(), layout.components()),
                problem.distortion() instanceof Distortion.OfLabel);
    }

    private Objective.Penalty penalty(List<float[][]> coefficients) {
        double price = spatialPrice(solver());
        if (price == 0) {
            return (signal, mask, gradient) -> 0;
        }
        SpatialPenalty penalty = spatial == null ? new SpatialPenalty(transform) : spatial;
        spatial = penalty;
        return (signal, mask, gradient) -> penalty.at(coefficients.get(signal), mask, price, gradient);
    }

    private double spatialPrice(Solver.L1Relaxation solver) {
        boolean mean = solver.scale() == Solver.RateScale.NORMALISED;
        int values = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return mean ? solver.spatialL1() / values : solver.spatialL1();
    }

    private Explanation explanation(
            Tensor signal,
            Batch batch,
            int index,
            L1Descent.Solution solution,
            Objective.Value end,
            Tensor obfuscated,
            Explanation.Cost cost) {
        float[] mask = solution.masks()[index];
        Optional<Explanation.Label> label = batch.labels()[index] < 0
                ? Optional.empty()
                : Optional.of(
                        new Explanation.Label(batch.labels()[index], batch.probability(index), end.probability()));
        return new Explanation(
                problem,
                signal,
                masks(mask),
                Picture.of(problem, transform, signal, layout.byBlock(mask)),
                obfuscated,
                label,
                end.distortion(),
                end.rate(),
                end.objective(),
                solution.histories().get(index),
                cost,
                warnings(mask, solver()));
    }

    private static List<String> warnings(float[] mask, Solver.L1Relaxation solver) {
        float most = 0;
        float least = 1;
        for (float s : mask) {
            most = Math.max(most, s);
            least = Math.min(least, s);
        }
        if (most < 0.01) {
            return List.of(
                    "The mask is all zeros: nothing needs to be kept at this price of the rate. Maybe lower lambda (%s)."
                            .formatted(solver.lambda()));
        }
        if (least > 0.99) {
            return List.of(
                    "The mask is all ones: nothing was left out. Maybe raise lambda (%s), the step size (%s) or the steps (%d)."
                            .formatted(solver.lambda(), solver.optimizer().stepSize(), solver.steps()));
        }
        return List.of();
    }

    private Map<String, Tensor> masks(float[] mask) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        float[][] parts = layout.byBlock(mask);
        for (int i = 0; i < parts.length; i++) {
            Block block = transform.blocks().get(i);
            if (block.components() > 0) {
                named.put(block.name(), block.published(parts[i]));
            }
        }
        return named;
    }

    /** As many samples as the memory budget holds. */
    private int microBatch(int signals, int samples) {
        if (execution.microBatch().isPresent()) {
            return Math.min(samples, execution.microBatch().getAsInt());
        }
        long perSample = Math.max(1, clean.activationBytes()) * signals;
        int fitting = (int) Math.max(1, Math.min(samples, execution.memoryBudget() / perSample));
        int runs = (samples + fitting - 1) / fitting;
        return (samples + runs - 1) / runs;
    }

    private Batch batch(List<Tensor> signals) {
        List<float[]> values = signals.stream().map(Tensor::values).toList();
        values.forEach(CompiledShape::checkFinite);
        List<float[]> outputs = values.stream().map(clean::output).toList();
        int[] labels = outputs.stream().mapToInt(this::label).toArray();
        return new Batch(values, values.stream().map(transform::analyse).toList(), outputs, labels);
    }

    private int label(float[] output) {
        for (float score : output) {
            if (!Float.isFinite(score)) {
                throw new RdeException(
                        "The model's output for the clean signal holds %s.".formatted(score),
                        "Check the model's weights and the normalisation of the signal.");
            }
        }
        if (!(problem.distortion() instanceof Distortion.OfLabel ofLabel)) {
            return -1;
        }
        int best = 0;
        for (int j = 1; j < output.length; j++) {
            best = output[j] > output[best] ? j : best;
        }
        int label = ofLabel.label().orElse(best);
        if (label >= output.length) {
            throw new RdeException(
                    "The label (%d) must be less than the model's %d outputs.".formatted(label, output.length),
                    "Classes count from 0.");
        }
        return label;
    }

    private static void checkFinite(float[] signal) {
        for (int i = 0; i < signal.length; i++) {
            if (!Float.isFinite(signal[i])) {
                throw new RdeException(
                        "The signal holds %s at position %d.".formatted(signal[i], i),
                        "Every value must be a finite number.");
            }
        }
    }

    /** A channels-last array as a channels-first tensor. */
    private static Tensor channelsFirst(INDArray channelsLast, int[] shape) {
        INDArray values = channelsLast;
        if (shape.length == 3) {
            values = channelsLast.permute(2, 0, 1);
        } else if (shape.length == 2) {
            values = channelsLast.permute(1, 0);
        }
        return Tensor.of(Buffers.values(values.dup('c')), shape);
    }

    /** The size of a graph. */
    private record Size(int signals, int samples) {}

    /** Signals and what is known about them before the search. */
    private record Batch(List<float[]> values, List<float[][]> coefficients, List<float[]> outputs, int[] labels) {

        double probability(int signal) {
            float[] scores = outputs.get(signal);
            double most = IntStream.range(0, scores.length)
                    .mapToDouble(j -> scores[j])
                    .max()
                    .orElseThrow();
            double sum = IntStream.range(0, scores.length)
                    .mapToDouble(j -> Math.exp(scores[j] - most))
                    .sum();
            return Math.exp(scores[labels[signal]] - most) / sum;
        }
    }
}
