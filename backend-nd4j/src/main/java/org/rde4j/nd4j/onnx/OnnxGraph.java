package org.rde4j.nd4j.onnx;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;

/**
 * The part of an ONNX graph that leads from its inputs to its first output, checked: names are defined
 * once, nothing runs in circles, every operator is known and every weight finite.
 *
 * @param opset the version of ONNX's operators
 * @param inputs what depends on the signals, at least one
 * @param output the name of the first output
 * @param nodes in an order in which they can be computed
 * @param weights tensors by name
 */
record OnnxGraph(
        long opset, List<Input> inputs, String output, List<OnnxNode> nodes, Map<String, TensorProto> weights) {

    private static final long OLDEST_OPSET = 7;

    static final String EXPORT_AGAIN = "Export the model again: the file is damaged.";

    /**
     * One input.
     *
     * @param shape the sizes that the model fixes, −1 where it leaves them open; null if it says nothing
     */
    record Input(String name, long @Nullable [] shape) {}

    /**
     * Checks a model.
     *
     * @throws RdeException if it breaks one of the rules
     */
    static OnnxGraph of(ModelProto model) {
        GraphProto graph = model.getGraph();
        Map<String, TensorProto> weights = graph.getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, t -> t, (first, again) -> first));
        List<Input> inputs = inputs(graph, weights.keySet());
        if (graph.getOutputCount() == 0) {
            throw new RdeException("The model has no output.", EXPORT_AGAIN);
        }
        String output = graph.getOutput(0).getName();
        Set<String> given = new HashSet<>(weights.keySet());
        inputs.forEach(input -> given.add(input.name()));
        List<OnnxNode> nodes = new DataFlow(graph, given).upTo(output);
        requireKnown(nodes);
        Set<String> used =
                nodes.stream().flatMap(node -> node.inputs().stream()).collect(Collectors.toSet());
        weights.keySet().retainAll(used);
        weights.values().forEach(TensorData::decode);
        nodes.forEach(node -> node.tensors().forEach(TensorData::decode));
        List<String> names = inputs.stream().map(Input::name).toList();
        if (names.stream().noneMatch(name -> used.contains(name) || output.equals(name))) {
            throw new RdeException(
                    "The output '%s' of the model does not depend on its input '%s'."
                            .formatted(output, String.join("', '", names)),
                    "Export the model with its signal as the input.");
        }
        return new OnnxGraph(opset(model), inputs, output, nodes, weights);
    }

    private static List<Input> inputs(GraphProto graph, Set<String> weights) {
        List<Input> inputs = graph.getInputList().stream()
                .filter(input -> !weights.contains(input.getName()))
                .map(input -> new Input(input.getName(), shape(input)))
                .toList();
        if (inputs.isEmpty()) {
            throw new RdeException(
                    "The model has 0 inputs but must have at least 1.",
                    "Export the model as a function of the signal.");
        }
        return inputs;
    }

    private static long opset(ModelProto model) {
        long opset = model.getOpsetImportList().stream()
                .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
                .mapToLong(set -> set.getVersion())
                .findFirst()
                .orElseThrow(() -> new RdeException("The model names no version of ONNX's operators.", EXPORT_AGAIN));
        if (opset < OLDEST_OPSET) {
            // Older operators broadcast by other rules.
            throw new RdeException(
                    "The model's operators (opset %s) must be of opset %s or newer.".formatted(opset, OLDEST_OPSET),
                    "Export the model again with opset 13.");
        }
        return opset;
    }

    private static long @Nullable [] shape(ValueInfoProto input) {
        TypeProto.Tensor type = input.getType().getTensorType();
        if (!type.hasShape()) {
            return null;
        }
        TensorShapeProto shape = type.getShape();
        return shape.getDimList().stream()
                .mapToLong(size -> size.hasDimValue() && size.getDimValue() > 0 ? size.getDimValue() : -1)
                .toArray();
    }

    private static void requireKnown(List<OnnxNode> nodes) {
        nodes.stream()
                .filter(node -> !Operators.TABLE.containsKey(node.operator()))
                .findFirst()
                .ifPresent(node -> {
                    throw new RdeException(
                            "The model uses the operator %s, which is not supported.".formatted(node),
                            "Supported are " + String.join(", ", Operators.supported()) + ".");
                });
    }
}
