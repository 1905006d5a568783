package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Obfuscation;
import org.rde4j.RateDistortion;
import org.rde4j.nd4j.adjoint.Adjoint;
import org.rde4j.nd4j.engine.Engine;
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
 * <p>The mask is a VARIABLE for each block, with one entry for each of its k cells; coefficients, replacements, clean outputs, labels and the weights
 * of the samples are inputs, so that one graph serves all signals of a shape. Callers write to the arrays and
 * then run.
 */
final class DistortionGraph {
    private final Map<String, INDArray> inputs = new HashMap<>();
    private final List<INDArray> coefficients = new ArrayList<>();
    private final List<INDArray> replacements = new ArrayList<>();
    private final List<INDArray> masks = new ArrayList<>();
    private final List<INDArray> chances = new ArrayList<>();
    private final List<INDArray> roundings = new ArrayList<>();
    private final boolean deleting;
    private final INDArray clean;
    private final INDArray labels;
    private final INDArray weights;
    private final String distortion;
    private final String probability;
    private final String obfuscated;
    private final String outputs;
    private final String each;
    private final List<String> gradients;
    private final Engine engine;

    /**
     * Lowers a problem.
     *
     * @param draw how masks are drawn for each sample, or empty for masks as they are given
     * @param rows the number of rows B
     * @param samples the number of samples M in a micro-batch
     */
    DistortionGraph(
            RateDistortion problem,
            Nd4jModel model,
            Transform transform,
            Optional<BernoulliRelaxation> draw,
            int rows,
            int samples) {
        deleting = problem.game() == RateDistortion.Game.DELETION;
        Graph graph = new Graph();
        List<Node> variables = new ArrayList<>();
        List<Node> mixed = new ArrayList<>();
        for (Block block : transform.blocks()) {
            int k = block.cells();
            int d = block.dimension();
            Node h = input(graph, coefficients, rows, 1, k, d);
            Node z = input(graph, replacements, rows, samples, k, d);
            Node variable = graph.variable("mask" + masks.size(), Buffers.zeros(rows, 1, k, 1));
            masks.add(variable.variable().getArr());
            variables.add(variable);
            Node s = drawn(draw, graph, variable, rows, samples);
            Node kept = deleting ? graph.add(graph.mul(s, -1), 1) : s;
            mixed.add(graph.reshape(mixed(problem.obfuscation(), graph, h, z, kept), (long) rows * samples, k, d));
        }
        Node synthesised = transform.synthesise(graph, mixed);
        Node y = problem.signalRange()
                .map(range -> graph.clip(synthesised, range.low(), range.high()))
                .orElse(synthesised);
        Node output = model.append(graph, y);
        long[] outputShape = Arrays.copyOfRange(output.shape(), 1, output.rank());
        long m = output.length() / output.size(0);
        Node changed = graph.reshape(output, rows, samples, m);
        List<INDArray> others = new ArrayList<>();
        Node before = input(graph, others, rows, 1, m);
        Node oneHot = input(graph, others, rows, 1, m);
        Node shares = input(graph, others, 1, samples);
        clean = others.get(0);
        labels = others.get(1);
        weights = others.get(2);
        Node single = LoweredDistortion.of(problem.distortion(), graph, before, changed, oneHot, outputShape);
        Node sums = graph.sum(graph.mul(single, shares), false, 1);
        Node label = graph.sum(graph.mul(LoweredDistortion.probability(graph, changed, oneHot), shares), false, 1);
        each = single.variable().name();
        outputs = changed.variable().name();
        distortion = sums.variable().name();
        probability = label.variable().name();
        obfuscated = y.variable().name();
        gradients = Adjoint.of(graph, graph.sum(sums, false, 0), variables).stream()
                .map(gradient -> gradient.variable().name())
                .toList();
        engine = Engine.of(graph.sameDiff(), inputs);
    }

    private Node input(Graph graph, List<INDArray> arrays, long... shape) {
        String name = "input" + inputs.size();
        INDArray array = Buffers.zeros(shape);
        inputs.put(name, array);
        arrays.add(array);
        return graph.placeholder(name, shape);
    }

    /**
     * The mask that samples use: the variable itself, or one draw for each sample. Logistic noise and, for
     * masks rounded to 0 or 1, the difference to the rounded mask are inputs: so gradients pass through the
     * rounding.
     */
    private Node drawn(Optional<BernoulliRelaxation> draw, Graph graph, Node variable, int rows, int samples) {
        if (draw.isEmpty()) {
            return variable;
        }
        long k = variable.size(2);
        Node noise = input(graph, chances, rows, samples, k, 1);
        Node soft = ConcreteMask.of(graph, variable, noise, draw.get().temperature());
        return draw.get().straightThrough() ? graph.add(soft, input(graph, roundings, rows, samples, k, 1)) : soft;
    }

    /** s⊙h + (1−s)⊙v, written as v + s(h − v): one product with the mask, one reduction on the way back. */
    private static Node mixed(Obfuscation obfuscation, Graph graph, Node h, Node z, Node s) {
        Node v = obfuscation instanceof CustomObfuscation custom
                ? graph.node(
                        custom.replacement()
                                .replace(h.variable(), s.variable(), z.variable())
                                .add(z.variable().mul(0)),
                        z.shape())
                : z;
        // The mask gets all values of a component first: ND4J is slow to broadcast along the last axis.
        Node wide = graph.broadcastTo(s, h.size(0), s.size(1), h.size(2), h.size(3));
        return graph.add(graph.mul(graph.sub(h, v), wide), v);
    }

    /** The coefficients of the clean signals for each block, [B, 1, k, d]. */
    List<INDArray> coefficients() {
        return coefficients;
    }

    /** The replacements, or for custom obfuscations what they are made of, for each block, [B, M, k, d]. */
    List<INDArray> replacements() {
        return replacements;
    }

    /** The masks for each block, [B, 1, k, 1]. */
    List<INDArray> masks() {
        return masks;
    }

    /** What masks hold for cells that are always kept. */
    float kept() {
        return deleting ? 0 : 1;
    }

    /** Logistic noise for each block, [B, M, k, 1]; empty unless masks are drawn. */
    List<INDArray> chances() {
        return chances;
    }

    /** What rounding adds to the drawn masks of each block, [B, M, k, 1]; empty unless masks are rounded. */
    List<INDArray> roundings() {
        return roundings;
    }

    /** The model's outputs on the clean signals, [B, 1, m]. */
    INDArray clean() {
        return clean;
    }

    /** One-hot rows of the explained labels, [B, 1, m]. */
    INDArray labels() {
        return labels;
    }

    /** How much each sample counts, [1, M]. */
    INDArray weights() {
        return weights;
    }

    /** Evaluates what was written to the arrays. */
    Values run(boolean withGradients) {
        List<String> wanted = new ArrayList<>(List.of(distortion, probability));
        if (withGradients) {
            wanted.addAll(gradients);
        }
        Map<String, INDArray> values = engine.run(wanted);
        return new Values(
                values.get(distortion),
                values.get(probability),
                withGradients ? gradients.stream().map(values::get).toList() : List.of());
    }

    /** Evaluates what was written to the arrays, sample by sample. */
    Single runEach() {
        Map<String, INDArray> values = engine.run(List.of(each, outputs));
        return new Single(values.get(each), values.get(outputs));
    }

    /** The obfuscated signals, channels last, [B·M, …]. */
    INDArray obfuscate() {
        return engine.run(List.of(obfuscated)).get(obfuscated);
    }

    /**
     * What a run gives; valid until the next one.
     *
     * @param distortion the weighted sum of the distortions of each row, [B]
     * @param probability the weighted sum of the label's probabilities of each row, [B]
     * @param gradients of the distortions with respect to each block's masks, [B, 1, k, 1]
     */
    record Values(INDArray distortion, INDArray probability, List<INDArray> gradients) {}

    /**
     * What a run gives sample by sample; valid until the next one.
     *
     * @param distortion of every sample, [B, M]
     * @param outputs of the model, [B, M, m]
     */
    record Single(INDArray distortion, INDArray outputs) {}
}
