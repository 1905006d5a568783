package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Operators that bring values to a common scale. */
final class Normalizations {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("BatchNormalization", Operator.of(Normalizations::batch)),
            entry("LayerNormalization", Normalizations::layer),
            entry("Softmax", Operator.of(call -> softmax(call, Graph::softmax))),
            entry("LogSoftmax", Operator.of(call -> softmax(call, Graph::logSoftmax))));

    private Normalizations() {}

    /**
     * What a trained batch normalisation does to each channel: scale·x + shift.
     *
     * @param scale [channels]
     * @param shift [channels]
     */
    record Affine(INDArray scale, INDArray shift) {

        static Affine of(Call norm, long channels) {
            requireWhole(norm);
            for (int input = 1; input <= 4; input++) {
                if (norm.constant(input).length() != channels) {
                    throw norm.refused(
                            "has %s parameters for %s channels"
                                    .formatted(norm.constant(input).length(), channels),
                            OnnxGraph.EXPORT_AGAIN);
                }
            }
            INDArray variance = norm.constant(4).array();
            INDArray deviation = Transforms.sqrt(variance.add(norm.node().number("epsilon", 1e-5)));
            INDArray scale = norm.constant(1).array().div(deviation);
            INDArray shift =
                    norm.constant(2).array().sub(norm.constant(3).array().mul(scale));
            return new Affine(scale, shift);
        }
    }

    private static Value batch(Call call) {
        Activation x = call.activation(0);
        Graph graph = call.graph();
        Node node = x.channelsLast();
        requireWhole(call);
        if (trains(call.opset(), call.node())) {
            return new Activation(graph, byOwnMoments(call, node), Layout.CHANNELS_LAST);
        }
        Affine affine = Affine.of(call, node.size(-1));
        Node y = graph.add(graph.mul(node, graph.constant(affine.scale())), graph.constant(affine.shift()));
        return new Activation(graph, y, Layout.CHANNELS_LAST);
    }

    /** Up to opset 8 moments may be those of each place. */
    private static void requireWhole(Call call) {
        if (call.node().integer("spatial", 1) != 1) {
            throw call.refused("has moments for each place", "Export the model for a newer opset.");
        }
    }

    /** Whether a batch normalisation goes by its batch; before opset 14 one that gives the moments does. */
    static boolean trains(long opset, OnnxNode node) {
        return opset < 14
                ? node.outputs().stream().filter(name -> !name.isEmpty()).count() > 1
                : node.flag("training_mode", false);
    }

    /** As in training: by the mean and the variance of each channel over the batch and all places. */
    private static Node byOwnMoments(Call call, Node x) {
        Graph graph = call.graph();
        int[] axes = IntStream.range(0, x.rank() - 1).toArray();
        if (x.length() == x.size(-1)) {
            throw call.refused(
                    "normalises each channel by the moments of the batch, which for one signal is one number",
                    "Export the model for inference, in PyTorch after model.eval().");
        }
        Node centred = graph.sub(x, graph.mean(x, true, axes));
        Node variance = graph.mean(graph.square(centred), true, axes);
        Node deviation = graph.sqrt(graph.add(variance, call.node().number("epsilon", 1e-5)));
        Node scaled =
                graph.mul(graph.div(centred, deviation), call.activation(1).node());
        return graph.add(scaled, call.activation(2).node());
    }

    private static List<Value> layer(Call call) {
        Graph graph = call.graph();
        Node x = call.plain(0);
        int first = call.axis(call.node().integer("axis", -1), x.rank());
        int[] axes = IntStream.range(first, x.rank()).toArray();
        Node mean = graph.mean(x, true, axes);
        Node centred = graph.sub(x, mean);
        Node variance = graph.mean(graph.square(centred), true, axes);
        Node deviation = graph.sqrt(graph.add(variance, call.node().number("epsilon", 1e-5)));
        Node y = graph.mul(graph.div(centred, deviation), call.repeated(1, x.shape()));
        Node shifted = call.has(2) ? graph.add(y, call.repeated(2, x.shape())) : y;
        return Stream.of(shifted, mean, graph.pow(deviation, -1))
                .<Value>map(node -> Activation.plain(graph, node))
                .toList();
    }

    /** The axis that a softmax is over, or from which on it is over all, negative if counted from the end. */
    static long softmaxAxis(OnnxNode node, long opset) {
        return node.integer("axis", opset < 13 ? 1 : -1);
    }

    /** Before opset 13 all axes from the given one on are one; after it the given one counts alone. */
    private static Value softmax(Call call, BiFunction<Graph, Node, Node> function) {
        Activation x = call.activation(0);
        boolean flattens = call.opset() < 13;
        int axis = call.axis(softmaxAxis(call.node(), call.opset()), x.rank());
        if (flattens && axis < x.rank() - 1) {
            long[] shape = x.shape();
            long rows = Shapes.length(java.util.Arrays.copyOf(shape, axis));
            Activation flat = x.reshape(rows, x.length() / rows);
            return flat.keeping(function.apply(call.graph(), flat.node())).reshape(shape);
        }
        int at = x.layout().axis(axis, x.rank());
        int[] swapped = IntStream.range(0, x.rank()).toArray();
        swapped[at] = x.rank() - 1;
        swapped[x.rank() - 1] = at;
        Node last = call.graph().permute(x.node(), swapped);
        return x.keeping(call.graph().permute(function.apply(call.graph(), last), swapped));
    }
}
