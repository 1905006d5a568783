package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Operators that bring values to a common scale by what they find in the signal itself. */
final class InstanceNormalizations {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("InstanceNormalization", Operator.of(InstanceNormalizations::instance)),
            entry("GroupNormalization", Operator.of(InstanceNormalizations::group)),
            entry("MeanVarianceNormalization", Operator.of(InstanceNormalizations::meanVariance)),
            entry("RMSNormalization", Operator.of(InstanceNormalizations::rootMeanSquare)),
            entry("LpNormalization", Operator.of(InstanceNormalizations::length)),
            entry("LRN", Operator.of(InstanceNormalizations::neighbours)));

    /** What MeanVarianceNormalization adds to its deviations. */
    private static final double TINY = 1e-9;
    /** No network has more channels. */
    private static final long MOST_CHANNELS = 1 << 13;

    private InstanceNormalizations() {}

    private static double epsilon(Call call) {
        return call.node().number("epsilon", 1e-5);
    }

    private static Value instance(Call call) {
        Graph graph = call.graph();
        Node x = call.activation(0).channelsLast();
        requireRank(call, x, 3);
        Node y = standardised(
                graph, x, epsilon(call), IntStream.range(1, x.rank() - 1).toArray());
        return new Activation(graph, affine(call, y, x.size(-1)), Layout.CHANNELS_LAST);
    }

    /** The axes [N, positions, groups, channels of a group]. */
    private static Value group(Call call) {
        Graph graph = call.graph();
        Node x = call.activation(0).channelsLast();
        requireRank(call, x, 3);
        long channels = x.size(-1);
        long groups = call.node().integer("num_groups", 0);
        if (groups < 1 || channels % groups != 0) {
            throw call.refused("has num_groups %s for %s channels".formatted(groups, channels), OnnxGraph.EXPORT_AGAIN);
        }
        long each = channels / groups;
        long positions = x.length() / x.size(0) / channels;
        Node y = standardised(graph, graph.reshape(x, x.size(0), positions, groups, each), epsilon(call), 1, 3);
        // Opset 18 has one scale for each group, opset 21 one for each channel.
        boolean perGroup = call.opset() < 21 && call.value(1).length() == groups;
        Node scaled = perGroup
                ? graph.permute(affine(call, graph.permute(y, 0, 1, 3, 2), groups), 0, 1, 3, 2)
                : affine(call, graph.reshape(y, x.shape()), channels);
        return new Activation(graph, graph.reshape(scaled, x.shape()), Layout.CHANNELS_LAST);
    }

    private static void requireRank(Call call, Node x, int least) {
        if (x.rank() < least) {
            throw call.refused(
                    "gets a signal of rank %s, but wants at least %s".formatted(x.rank(), least),
                    OnnxGraph.EXPORT_AGAIN);
        }
    }

    /** x·scale + bias with one scale and one bias for each entry of the last axis. */
    private static Node affine(Call call, Node x, long channels) {
        for (int input = 1; input <= 2; input++) {
            if (call.value(input).length() != channels) {
                throw call.refused(
                        "has %s parameters for %s channels"
                                .formatted(call.value(input).length(), channels),
                        OnnxGraph.EXPORT_AGAIN);
            }
        }
        return call.graph().add(call.graph().mul(x, row(call, 1)), row(call, 2));
    }

    private static Node row(Call call, int input) {
        return call.activation(call.value(input).reshape(call.value(input).length()))
                .plain();
    }

    /** Mean 0 and variance 1 over some axes. */
    private static Node standardised(Graph graph, Node x, double epsilon, int... axes) {
        Node centred = graph.sub(x, graph.mean(x, true, axes));
        Node variance = graph.mean(graph.square(centred), true, axes);
        return graph.div(centred, graph.sqrt(graph.add(variance, epsilon)));
    }

    private static Value meanVariance(Call call) {
        Activation x = call.activation(0);
        long[] given = call.node().integers("axes");
        long[] axes = given == null ? new long[] {0, 2, 3} : given;
        int[] at = Arrays.stream(axes)
                .mapToInt(axis -> x.layout().axis(call.axis(axis, x.rank()), x.rank()))
                .toArray();
        if (Arrays.stream(at).allMatch(axis -> x.node().size(axis) == 1)) {
            throw call.refused(
                    "normalises by the moments of one number, as the batch is one signal",
                    "Export the model with axes inside the signal.");
        }
        Graph graph = call.graph();
        Node centred = graph.sub(x.node(), graph.mean(x.node(), true, at));
        Node variance = graph.mean(graph.square(centred), true, at);
        Node deviation = graph.sqrt(graph.clip(variance, Float.MIN_NORMAL, Double.POSITIVE_INFINITY));
        return x.keeping(graph.div(centred, graph.add(deviation, TINY)));
    }

    private static Value rootMeanSquare(Call call) {
        Graph graph = call.graph();
        Node x = call.plain(0);
        int first = call.axis(call.node().integer("axis", -1), x.rank());
        Node squares = graph.mean(
                graph.square(x), true, IntStream.range(first, x.rank()).toArray());
        Node y = graph.div(x, graph.sqrt(graph.add(squares, epsilon(call))));
        return Activation.plain(graph, graph.mul(y, call.repeated(1, x.shape())));
    }

    private static Value length(Call call) {
        Activation x = call.activation(0);
        int axis = x.layout().axis(call.axis(call.node().integer("axis", -1), x.rank()), x.rank());
        long p = call.node().integer("p", 2);
        if (p != 1 && p != 2) {
            throw call.refused("has p = %s".formatted(p), "Supported are p = 1 and p = 2.");
        }
        Graph graph = call.graph();
        Node length =
                p == 1 ? graph.sum(graph.abs(x.node()), true, axis) : Reductions.length(graph, x.node(), true, axis);
        // Where everything is 0, it stays so.
        return x.keeping(graph.div(x.node(), graph.clip(length, Float.MIN_NORMAL, Double.POSITIVE_INFINITY)));
    }

    /** Divides by what neighbouring channels hold together. */
    private static Value neighbours(Call call) {
        Graph graph = call.graph();
        Node x = call.activation(0).channelsLast();
        requireRank(call, x, 2);
        long size = call.node().integer("size", 0);
        if (size < 1 || x.size(-1) > MOST_CHANNELS) {
            throw call.refused(
                    "has the size %s for %s channels, but must have at least 1 for at most %s"
                            .formatted(size, x.size(-1), MOST_CHANNELS),
                    OnnxGraph.EXPORT_AGAIN);
        }
        double alpha = call.node().number("alpha", 1e-4);
        double beta = call.node().number("beta", 0.75);
        double bias = call.node().number("bias", 1);
        Node sums = graph.selection().mix(graph.square(x), -1, window((int) x.size(-1), size));
        Node base = graph.add(graph.mul(sums, alpha / size), bias);
        return new Activation(graph, graph.mul(x, graph.pow(base, -beta)), Layout.CHANNELS_LAST);
    }

    /** Which channels count for which: ⌊(size − 1) / 2⌋ before and ⌈(size − 1) / 2⌉ behind. */
    private static INDArray window(int channels, long size) {
        INDArray matrix = Nd4j.zeros(DataType.FLOAT, channels, channels);
        for (int c = 0; c < channels; c++) {
            long from = Math.max(0, c - (size - 1) / 2);
            long to = Math.min(channels - 1, c + size / 2);
            for (long d = from; d <= to; d++) {
                matrix.putScalar(c, d, 1);
            }
        }
        return matrix;
    }
}
