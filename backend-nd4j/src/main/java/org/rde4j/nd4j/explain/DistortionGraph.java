package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Distortion;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.nd4j.adjoint.Adjoint;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/**
 * The graph of one micro-batch: B rows × M samples of y = f(s⊙h + (1−s)⊙v), the model's output on them, the
 * weighted sums of their distortions, and the gradient of these sums with respect to the masks. A row is any
 * signal with any mask.
 *
 * <p>The mask is a VARIABLE for each block, with one entry for each of its k cells, and the same for all samples of a
 * row or another one for each; coefficients, what
 * replacements are made of, clean outputs, labels and the weights of the samples are inputs, so that one graph
 * serves all signals of a shape. Callers write to the arrays and
 * then run.
 */
final class DistortionGraph {
    private final Map<String, INDArray> inputs = new HashMap<>();
    private final List<INDArray> coefficients = new ArrayList<>();
    private final Map<String, INDArray> drawn = new LinkedHashMap<>();
    private final List<INDArray> masks = new ArrayList<>();
    private final float kept;
    private final boolean labelled;
    private final @Nullable Object[] held;
    private final INDArray clean;
    private final INDArray labels;
    private final INDArray weights;
    private final String distortion;
    private final String probability;
    private final String obfuscated;
    private final String probabilities;
    private final String each;
    private final List<String> gradients;
    private final boolean slopes;
    private final Engine engine;

    /**
     * Lowers a problem.
     *
     * @param obfuscation the problem's, lowered for the same transform
     * @param masksOfRow how many masks each row has: one for all of its samples, or one for each
     * @param rows the number of rows B
     * @param samples the number of samples M in a micro-batch
     */
    DistortionGraph(
            RateDistortion problem,
            Nd4jModel model,
            Transform transform,
            LoweredObfuscation obfuscation,
            int masksOfRow,
            int rows,
            int samples) {
        held = new Object[rows];
        kept = MaskLayout.ofKept(problem);
        labelled = problem.distortion() instanceof Distortion.OfLabel;
        boolean deleting = problem.game() == RateDistortion.Game.DELETION;
        Graph graph = new Graph();
        List<Node> variables = new ArrayList<>();
        List<Node> h = new ArrayList<>();
        List<Site.Share> keeping = new ArrayList<>();
        for (Block block : transform.blocks()) {
            int k = block.cells();
            h.add(input(graph, coefficients, rows, 1, k, block.dimension()));
            Node s = graph.variable("mask" + masks.size(), Buffers.zeros(rows, masksOfRow, k, 1));
            masks.add(s.variable().getArr());
            variables.add(s);
            keeping.add(Site.Share.any(deleting ? graph.from(1, s) : s));
        }
        Site site = new Site(graph, h, keeping, (name, shape) -> random(graph, name, rows, samples, shape), "");
        ObfuscatedPass pass = ObfuscatedPass.write(
                site, problem, transform, obfuscation, samples, y -> OutputMeaning.of(graph, model, y), null);
        Node changed = pass.changed();
        List<INDArray> others = new ArrayList<>();
        Node before = input(graph, others, rows, 1, changed.size(2));
        Node oneHot = input(graph, others, rows, 1, pass.read().labels());
        Node shares = input(graph, others, 1, samples);
        clean = others.get(0);
        labels = others.get(1);
        weights = others.get(2);
        LoweredDistortion measure = pass.measure();
        Node single = measure.measure(before, changed, oneHot);
        Node sums = graph.sum(graph.mul(single, shares), false, 1);
        each = single.variable().name();
        distortion = sums.variable().name();
        if (labelled) {
            Node every = measure.probabilities(changed);
            probabilities = every.variable().name();
            probability = graph.sum(graph.mul(measure.of(oneHot, every), shares), false, 1)
                    .variable()
                    .name();
        } else {
            probabilities = "";
            probability = "";
        }
        obfuscated = pass.signals().variable().name();
        gradients = Adjoint.of(graph, graph.sum(sums, false, 0), variables).stream()
                .map(gradient -> gradient.variable().name())
                .toList();
        slopes = Ancestry.of(graph.sameDiff(), gradients).leaves().stream()
                .anyMatch(leaf -> !graph.sameDiff().getVariable(leaf).isConstant());
        engine = Engine.of(graph.sameDiff(), inputs);
    }

    /** An input that is drawn for each sample. */
    private Node random(Graph graph, String name, int rows, int samples, long... shape) {
        List<INDArray> made = new ArrayList<>();
        Node input = input(
                graph,
                made,
                LongStream.concat(LongStream.of(rows, samples), LongStream.of(shape))
                        .toArray());
        drawn.put(name, made.get(0));
        return input;
    }

    private Node input(Graph graph, List<INDArray> arrays, long... shape) {
        String name = "input" + inputs.size();
        INDArray array = Buffers.zeros(shape);
        inputs.put(name, array);
        arrays.add(array);
        return graph.placeholder(name, shape);
    }

    /** The coefficients of the clean signals for each block, [B, 1, k, d]. */
    List<INDArray> coefficients() {
        return coefficients;
    }

    /** What replacements are made of, by name, [B, M, …]. */
    Map<String, INDArray> drawn() {
        return drawn;
    }

    /** The masks for each block, [B, 1 or M, k, 1]. */
    List<INDArray> masks() {
        return masks;
    }

    /** Whose coefficients, outputs and labels each row holds: an identity that callers set and compare. */
    @Nullable
    Object[] held() {
        return held;
    }

    /** What masks hold for cells that are always kept. */
    float kept() {
        return kept;
    }

    /** What the distortion looks at for the clean signals, [B, 1, m]. */
    INDArray clean() {
        return clean;
    }

    /** One-hot rows of the explained labels, [B, 1, L]. */
    INDArray labels() {
        return labels;
    }

    /** How much each sample counts, [1, M]. */
    INDArray weights() {
        return weights;
    }

    /**
     * Evaluates what was written to the arrays.
     *
     * @throws RdeException if gradients are wanted and there are none
     */
    Values run(boolean withGradients) {
        if (withGradients && !slopes) {
            throw new RdeException(
                    "The distortion has no gradient: the model's outputs are steps, as comparisons and roundings make them.",
                    "Explain an output before them, or maybe use matchingPursuit(20), which needs no gradient.");
        }
        List<String> wanted = new ArrayList<>(labelled ? List.of(distortion, probability) : List.of(distortion));
        if (withGradients) {
            wanted.addAll(gradients);
        }
        Map<String, INDArray> values = engine.run(wanted);
        return new Values(
                values.get(distortion),
                Optional.ofNullable(values.get(probability)),
                withGradients ? gradients.stream().map(values::get).toList() : List.of());
    }

    /** Evaluates what was written to the arrays, sample by sample. */
    Single runEach() {
        Map<String, INDArray> values = engine.run(labelled ? List.of(each, probabilities) : List.of(each));
        return new Single(values.get(each), Optional.ofNullable(values.get(probabilities)));
    }

    /** The obfuscated signals, channels last, [B·M, …]. */
    INDArray obfuscate() {
        return engine.run(List.of(obfuscated)).get(obfuscated);
    }

    /** Frees the memory of inputs and results; nothing can run any more. */
    void free() {
        engine.free();
        inputs.values().forEach(INDArray::close);
        masks.forEach(INDArray::close);
    }

    /**
     * What a run gives; valid until the next one.
     *
     * @param distortion the weighted sum of the distortions of each row, [B]
     * @param probability the weighted sum of the label's probabilities of each row, [B], if there is a label
     * @param gradients of the distortions with respect to each block's masks, [B, 1 or M, k, 1]
     */
    record Values(INDArray distortion, Optional<INDArray> probability, List<INDArray> gradients) {}

    /**
     * What a run gives sample by sample; valid until the next one.
     *
     * @param distortion of every sample, [B, M]
     * @param probabilities of every label, [B, M, L], if there is an explained one
     */
    record Single(INDArray distortion, Optional<INDArray> probabilities) {}
}
