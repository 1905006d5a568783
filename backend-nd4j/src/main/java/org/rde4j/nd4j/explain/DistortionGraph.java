package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
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
 * The graph of one micro-batch: B signals × M samples of y = f(s⊙h + (1−s)⊙v), the model's output on them,
 * the weighted sums of their distortions, and the gradient of these sums with respect to the masks.
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
    private final INDArray clean;
    private final INDArray labels;
    private final INDArray weights;
    private final String distortion;
    private final String probability;
    private final String obfuscated;
    private final List<String> gradients;
    private final Engine engine;

    /**
     * Lowers a problem.
     *
     * @param signals the number of signals B
     * @param samples the number of samples M in a micro-batch
     */
    DistortionGraph(RateDistortion problem, Nd4jModel model, Transform transform, int signals, int samples) {
        Graph graph = new Graph();
        List<Node> variables = new ArrayList<>();
        List<Node> mixed = new ArrayList<>();
        for (Block block : transform.blocks()) {
            int k = block.cells();
            int d = block.dimension();
            Node h = input(graph, coefficients, signals, 1, k, d);
            Node z = input(graph, replacements, signals, samples, k, d);
            Node s = graph.variable("mask" + masks.size(), Buffers.zeros(signals, 1, k, 1));
            masks.add(s.variable().getArr());
            variables.add(s);
            mixed.add(graph.reshape(mixed(problem.obfuscation(), graph, h, z, s), (long) signals * samples, k, d));
        }
        Node synthesised = transform.synthesise(graph, mixed);
        Node y = problem.signalRange()
                .map(range -> graph.clip(synthesised, range.low(), range.high()))
                .orElse(synthesised);
        Node output = model.append(graph, y);
        long[] outputShape = Arrays.copyOfRange(output.shape(), 1, output.rank());
        long m = output.length() / output.size(0);
        Node changed = graph.reshape(output, signals, samples, m);
        List<INDArray> others = new ArrayList<>();
        Node before = input(graph, others, signals, 1, m);
        Node oneHot = input(graph, others, signals, 1, m);
        Node shares = input(graph, others, 1, samples);
        clean = others.get(0);
        labels = others.get(1);
        weights = others.get(2);
        Node each = LoweredDistortion.of(problem.distortion(), graph, before, changed, oneHot, outputShape);
        Node sums = graph.sum(graph.mul(each, shares), false, 1);
        Node chances = graph.sum(graph.mul(LoweredDistortion.probability(graph, changed, oneHot), shares), false, 1);
        distortion = sums.variable().name();
        probability = chances.variable().name();
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
        Node wide = graph.broadcastTo(s, h.shape());
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

    /** The obfuscated signals, channels last, [B·M, …]. */
    INDArray obfuscate() {
        return engine.run(List.of(obfuscated)).get(obfuscated);
    }

    /**
     * What a run gives; valid until the next one.
     *
     * @param distortion the weighted sum of the distortions of each signal, [B]
     * @param probability the weighted sum of the label's probabilities of each signal, [B]
     * @param gradients of the distortions with respect to each block's masks, [B, 1, k, 1]
     */
    record Values(INDArray distortion, INDArray probability, List<INDArray> gradients) {}
}
