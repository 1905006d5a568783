package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Losses of fixed labels, which some files carry behind their network. */
final class Losses {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("NegativeLogLikelihoodLoss", Operator.of(call -> loss(call, call.plain(0)))),
            entry("SoftmaxCrossEntropyLoss", Losses::crossEntropy));

    private Losses() {}

    /** The loss and the logarithms of the probabilities of the classes, along axis 1. */
    private static List<Value> crossEntropy(Call call) {
        Graph graph = call.graph();
        Node x = call.activation(0).channelsLast();
        Activation logarithms = new Activation(graph, graph.logSoftmax(x), Layout.CHANNELS_LAST);
        List<Value> results = new ArrayList<>();
        results.add(loss(call, logarithms.plain()));
        results.add(logarithms);
        return results;
    }

    /** Weighted with minus the weight at each label and 0 elsewhere, and added up. */
    private static Value loss(Call call, Node logarithms) {
        Graph graph = call.graph();
        Constant labels = call.constant(1);
        Weights weights = Weights.of(call, logarithms.shape(), labels);
        Node weighted = graph.mul(logarithms, graph.constant(weights.array));
        String reduction = call.node().text("reduction", "mean");
        return switch (reduction) {
            case "none" -> Activation.plain(graph, graph.sum(weighted, false, 1));
            case "sum" -> Activation.plain(graph, graph.sum(weighted, false));
            case "mean" -> Activation.plain(graph, graph.mul(graph.sum(weighted, false), 1 / weights.sum));
            default -> throw call.refused(
                    "has the reduction '%s'".formatted(reduction), "Supported are none, sum and mean.");
        };
    }

    /**
     * How much each value counts.
     *
     * @param array of the shape of the values
     * @param sum of the labels' weights
     */
    private record Weights(INDArray array, double sum) {

        static Weights of(Call call, long[] shape, Constant labels) {
            long[] wanted = IntStream.range(0, shape.length)
                    .filter(i -> i != 1)
                    .mapToLong(i -> shape[i])
                    .toArray();
            if (shape.length < 2 || !Arrays.equals(wanted, labels.shape())) {
                throw call.refused("has labels %s for %s".formatted(labels, call.value(0)), OnnxGraph.EXPORT_AGAIN);
            }
            @Nullable Constant classWeights = call.has(2) ? call.constant(2) : null;
            long ignored = call.node().integer("ignore_index", Long.MIN_VALUE);
            INDArray array = Nd4j.zeros(DataType.FLOAT, shape);
            long inner = Shapes.length(Arrays.copyOfRange(shape, 2, shape.length));
            double sum = 0;
            long[] given = labels.longs();
            for (int i = 0; i < given.length; i++) {
                if (given[i] == ignored) {
                    continue;
                }
                int label = call.axis(given[i], Math.toIntExact(shape[1]));
                double weight = classWeights == null ? 1 : classWeights.number(label);
                array.putScalar(i / inner * shape[1] * inner + label * inner + i % inner, -weight);
                sum += weight;
            }
            return new Weights(array, sum);
        }
    }
}
