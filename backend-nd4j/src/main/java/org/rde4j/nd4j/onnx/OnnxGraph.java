package org.rde4j.nd4j.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;

/**
 * The part of an ONNX graph that leads from its inputs to some outputs.
 *
 * @param opset the version of ONNX's operators
 * @param inputs what is given from outside
 * @param outputs the names of the outputs
 * @param nodes in an order in which they can be computed
 * @param weights by name
 */
record OnnxGraph(
        long opset, List<Input> inputs, List<String> outputs, List<OnnxNode> nodes, Map<String, Constant> weights) {

    /** Operators whose weights multiply signals. */
    private static final Set<String> LINEAR = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization");

    static final String EXPORT_AGAIN = "Export the model again: the file is damaged.";

    /**
     * One input.
     *
     * @param shape the sizes that the model fixes, −1 where it leaves them open; null if it says nothing
     * @param type of its numbers
     */
    record Input(String name, long @Nullable [] shape, ElementType type) {}

    /** The nodes that use a name. */
    Map<String, List<OnnxNode>> users() {
        Map<String, List<OnnxNode>> users = new HashMap<>();
        for (OnnxNode node : nodes) {
            new HashSet<>(node.needs()).forEach(name -> users.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(node));
        }
        return users;
    }

    /** Whether anything that leads to the outputs uses one of the inputs. */
    boolean usesInputs() {
        Set<String> used = new HashSet<>(outputs);
        nodes.forEach(node -> used.addAll(node.needs()));
        return inputs.stream().anyMatch(input -> used.contains(input.name()));
    }

    /**
     * Weights that multiply signals must be finite 32-bit floats; numbers that are added or compared need not.
     *
     * @throws RdeException if one is not
     */
    void requireFiniteWeights() {
        Set<String> names = new HashSet<>();
        nodes.stream().filter(node -> LINEAR.contains(node.operator())).forEach(node -> names.addAll(node.inputs()));
        names.retainAll(weights.keySet());
        for (String name : names) {
            Constant constant = Objects.requireNonNull(weights.get(name));
            int length = (int) constant.length();
            for (int i = 0; i < length; i++) {
                if (!Float.isFinite((float) constant.number(i))) {
                    throw TensorData.refused(
                            name,
                            "holds the value %s, but weights must be finite 32-bit floats"
                                    .formatted(constant.number(i)),
                            "Train or export the model again.");
                }
            }
        }
    }

    /** The same network with other weights. */
    OnnxGraph with(Map<String, Constant> others) {
        return new OnnxGraph(opset, inputs, outputs, nodes, others);
    }
}
