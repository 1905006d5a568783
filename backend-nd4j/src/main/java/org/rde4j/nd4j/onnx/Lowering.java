package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import onnx.Onnx.TensorProto;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Writes one network into one graph for signals of one shape. */
final class Lowering {
    /** No honest activation of one batch is larger; sizes come from the file, and memory must not. */
    private static final long LARGEST_VALUE = Integer.MAX_VALUE;

    private final OnnxGraph model;
    private final Graph graph;
    private final long batch;
    private final Map<String, Value> values = new HashMap<>();
    /** Nodes that others compute along with their own, by those others. */
    private final Map<OnnxNode, OnnxNode> absorbed = new HashMap<>();

    /**
     * Prepares to write.
     *
     * @param model the network
     * @param graph where to write
     * @param signals one for each input, channels last
     * @throws RdeException if signals of these shapes do not fit the model
     */
    Lowering(OnnxGraph model, Graph graph, List<Node> signals) {
        this.model = model;
        this.graph = graph;
        this.batch = signals.get(0).size(0);
        for (int i = 0; i < signals.size(); i++) {
            Activation input = new Activation(graph, signals.get(i), Layout.CHANNELS_LAST);
            requireFit(model.inputs().get(i), input.shape());
            values.put(model.inputs().get(i).name(), input);
        }
    }

    private static void requireFit(OnnxGraph.Input input, long[] given) {
        long[] wanted = input.shape();
        boolean fit = wanted == null
                || wanted.length == given.length
                        && IntStream.range(1, given.length).allMatch(i -> wanted[i] == -1 || wanted[i] == given[i]);
        if (!fit) {
            throw new RdeException(
                    "The signals %s do not fit the model's input '%s' %s (batch, channels, …; -1 is open)."
                            .formatted(Arrays.toString(given), input.name(), Arrays.toString(wanted)),
                    "Give signals of that shape, maybe with another --size.");
        }
    }

    /** Writes everything; the output is whatever the model says. */
    Value result() {
        for (OnnxNode node : model.nodes()) {
            if (!absorbed.containsValue(node)) {
                lower(node);
            }
        }
        return value(model.output());
    }

    /** Writes everything; the output has channels last and one row for each signal. */
    Node output() {
        Value output = result();
        if (!(output instanceof Activation activation) || output.rank() == 0 || output.shape()[0] != batch()) {
            throw new RdeException(
                    "The model's output '%s' is %s, but must have one row for each of the %s signals."
                            .formatted(model.output(), output, batch()),
                    "Export the model with an open batch size.");
        }
        return output.rank() == 1 ? graph.reshape(activation.node(), batch(), 1) : activation.channelsLast();
    }

    private void lower(OnnxNode node) {
        Call call = new Call(this, node);
        List<Value> results;
        try {
            results = Operators.TABLE.get(node.operator()).lower(call);
        } catch (RdeException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            throw call.refused("cannot run on " + call.inputs() + ": " + e.getMessage(), "Check the export.", e);
        }
        List<String> names = absorbed.getOrDefault(node, node).outputs();
        for (int i = 0; i < results.size() && i < names.size(); i++) {
            define(call, names.get(i), results.get(i));
        }
    }

    private void define(Call call, String name, Value value) {
        if (Arrays.stream(value.shape()).anyMatch(size -> size < 0) || value.length() > LARGEST_VALUE) {
            throw call.refused("would make " + value, "Check the sizes, or give fewer signals at once.");
        }
        values.put(name, value);
    }

    /** The value of a name, which an earlier node or the file defines. */
    Value value(String name) {
        Value known = values.get(name);
        if (known != null) {
            return known;
        }
        TensorProto weights = model.weights().get(name);
        if (weights == null) {
            throw new RdeException(
                    "The model needs the value '%s', an output that only training has.".formatted(name),
                    "Export the model for inference.");
        }
        // Decoded anew for each use: keeping all weights a second time would double the memory.
        return TensorData.decode(weights);
    }

    /**
     * The one node that uses the first output of another, if it has the given operator. It is not lowered
     * itself then: the lowering of the other has to return its values.
     */
    @Nullable
    Call absorb(OnnxNode node, String operator) {
        String name = node.outputs().get(0);
        List<OnnxNode> users =
                model.nodes().stream().filter(n -> n.inputs().contains(name)).toList();
        boolean alone = users.size() == 1 && !name.equals(model.output());
        if (!alone || !users.get(0).operator().equals(operator)) {
            return null;
        }
        OnnxNode user = users.get(0);
        absorbed.put(node, user);
        return new Call(this, user);
    }

    Graph graph() {
        return graph;
    }

    long opset() {
        return model.opset();
    }

    /** How many signals there are. */
    long batch() {
        return batch;
    }

    /** The batch size that the file was exported with; −1 where it is open. */
    long exportedBatch() {
        long[] shape = model.inputs().get(0).shape();
        return shape == null || shape.length == 0 ? -1 : shape[0];
    }
}
