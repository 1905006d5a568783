package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Distortion;
import org.rde4j.RateDistortion;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/**
 * The graph of one micro-batch: B signals × M samples of y = f(s⊙h + (1−s)⊙v), the model's output on them,
 * and the weighted sums of their distortions.
 *
 * <p>The mask is a VARIABLE for each block; coefficients, replacements, clean outputs, labels and the weights
 * of the samples are placeholders, so that one graph serves all signals of a shape.
 */
final class DistortionGraph {
    static final String CLEAN = "clean";
    static final String LABELS = "labels";
    static final String WEIGHTS = "weights";

    private final SameDiff sameDiff;
    private final List<INDArray> masks;
    private final String distortion;
    private final String probability;
    private final String obfuscated;

    private DistortionGraph(
            SameDiff sameDiff, List<INDArray> masks, String distortion, String probability, String obfuscated) {
        this.sameDiff = sameDiff;
        this.masks = masks;
        this.distortion = distortion;
        this.probability = probability;
        this.obfuscated = obfuscated;
    }

    /**
     * Lowers a problem.
     *
     * @param signals the number of signals B
     * @param samples the number of samples M in a micro-batch
     */
    static DistortionGraph lower(
            RateDistortion problem, Nd4jModel model, Transform transform, int signals, int samples) {
        Graph graph = new Graph();
        List<INDArray> masks = new ArrayList<>();
        List<Node> mixed = new ArrayList<>();
        List<Block> blocks = transform.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            int k = block.components();
            int d = block.dimension();
            Node h = graph.placeholder(coefficients(i), signals, 1, k, d);
            Node z = graph.placeholder(replacement(i), signals, samples, k, d);
            Node s = graph.variable(mask(i), Buffers.zeros(signals, 1, k, 1));
            masks.add(s.variable().getArr());
            Node v = problem.obfuscation() instanceof CustomObfuscation custom
                    ? graph.node(
                            custom.replacement()
                                    .replace(h.variable(), s.variable(), z.variable())
                                    .add(z.variable().mul(0)),
                            z.shape())
                    : z;
            // v + s(h − v) instead of sh + (1−s)v: one multiplication with the mask, one reduction backwards.
            Node y = graph.add(v, graph.mul(graph.sub(h, v), s));
            mixed.add(graph.reshape(y, (long) signals * samples, k, d));
        }
        Node synthesised = transform.synthesise(graph, mixed);
        Node y = problem.signalRange()
                .map(range -> graph.clip(synthesised, range.low(), range.high()))
                .orElse(synthesised);
        Node output = model.append(graph, y);
        long[] outputShape = java.util.Arrays.copyOfRange(output.shape(), 1, output.rank());
        long m = output.length() / output.size(0);
        Node changed = graph.reshape(output, signals, samples, m);
        Node clean = graph.placeholder(CLEAN, signals, 1, m);
        Node labels = graph.placeholder(LABELS, signals, 1, m);
        Node weights = graph.placeholder(WEIGHTS, 1, samples);
        Node each = LoweredDistortion.of(problem.distortion(), graph, clean, changed, labels, outputShape);
        Node distortion = graph.sum(graph.mul(each, weights), false, 1);
        Node probability =
                graph.sum(graph.mul(LoweredDistortion.probability(graph, changed, labels), weights), false, 1);
        graph.sum(distortion, false, 0).variable().markAsLoss();
        return new DistortionGraph(
                graph.sameDiff(),
                masks,
                distortion.variable().name(),
                probability.variable().name(),
                y.variable().name());
    }

    static String coefficients(int block) {
        return "h" + block;
    }

    static String replacement(int block) {
        return "v" + block;
    }

    static String mask(int block) {
        return "mask" + block;
    }

    static boolean hasLabel(Distortion distortion) {
        return distortion instanceof Distortion.OfLabel;
    }

    SameDiff sameDiff() {
        return sameDiff;
    }

    /** The arrays that hold the mask, one for each block; writing to them changes the mask. */
    List<INDArray> masks() {
        return masks;
    }

    /** The output that holds the weighted distortion of each signal, [B]. */
    String distortion() {
        return distortion;
    }

    /** The output that holds the weighted label probability of each signal, [B]. */
    String probability() {
        return probability;
    }

    /** The output that holds the obfuscated signals, channels last, [B·M, …]. */
    String obfuscated() {
        return obfuscated;
    }
}
