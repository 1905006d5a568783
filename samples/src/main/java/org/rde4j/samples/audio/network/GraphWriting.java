package org.rde4j.samples.audio.network;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/** Writes a network into a graph that trains it: batches are normalised by their own statistics. Signals are [N, 1, T, C]. */
final class GraphWriting implements Writing<Node> {
    /** Added to variances, as ONNX does. */
    private static final double EPSILON = 1e-5;

    static final double LEAK = 0.2;
    /** What magnitudes are multiplied by before one is added and the logarithm taken. */
    static final double LOUD = 10;

    private final Graph graph;
    private final Iterator<Node> weights;
    private final List<Node> statistics = new ArrayList<>();

    GraphWriting(Graph graph, List<Node> weights) {
        this.graph = graph;
        this.weights = weights.iterator();
    }

    /** Mean [C] and variance [C] of the batch at every normalisation so far, in turn. */
    List<Node> statistics() {
        return statistics;
    }

    @Override
    public Node convolution(Layer layer, Node x) {
        Window window =
                Window.of(1, layer.kernel()).strides(1, layer.stride()).pads(0, layer.padding(), 0, layer.padding());
        return layer.transposed()
                ? graph.spatial().transposedConvolution(x, weights.next(), weights.next(), window, 0, 0)
                : graph.spatial().convolution(x, weights.next(), weights.next(), window, 1);
    }

    @Override
    public Node normalised(Node x) {
        Node rows = graph.reshape(x, -1, x.size(3));
        Node mean = graph.mean(rows, false, 0);
        Node centred = graph.addBias(rows, graph.mul(mean, -1));
        Node variance = graph.mean(graph.square(centred), false, 0);
        statistics.add(mean);
        statistics.add(variance);
        Node scale = graph.div(weights.next(), graph.sqrt(graph.add(variance, EPSILON)));
        return graph.reshape(graph.addBias(graph.mul(centred, scale), weights.next()), x.shape());
    }

    @Override
    public Node dense(Node x, int outputs) {
        Node y = graph.matmul(graph.reshape(x, x.size(0), -1), weights.next());
        return graph.reshape(graph.addBias(y, weights.next()), x.size(0), 1, 1, outputs);
    }

    @Override
    public Node each(Function function, Node x) {
        return switch (function) {
            case RELU -> graph.relu(x);
            case LEAKY_RELU -> graph.leakyRelu(x, LEAK);
            case COSINE -> graph.cos(x);
            case SINE -> graph.sin(x);
            case LOUDNESS -> loudness(graph, x);
        };
    }

    static Node loudness(Graph graph, Node magnitudes) {
        return graph.log(graph.add(graph.mul(magnitudes, LOUD), 1));
    }

    @Override
    public Node channels(Node x, int from, int to) {
        return graph.slice(x, 3, from, to);
    }

    @Override
    public Node joined(List<Node> parts) {
        return graph.concat(3, parts);
    }

    @Override
    public Node folded(Node x, int length, int factor) {
        return graph.reshape(graph.slice(x, 2, 0, (long) length * factor), x.size(0), 1, length, factor * x.size(3));
    }
}
