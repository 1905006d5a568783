package org.rde4j.nd4j.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.FunctionProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.rde4j.RdeException;

/** The functions that a model defines for itself, written out where they are called. */
final class Functions {
    private static final int DEEPEST = 32;
    /** No network has more nodes; functions that call each other could make any number of them. */
    private static final int MOST_NODES = 1 << 20;
    /** The field of a function that holds attributes with their values; newer than ND4J's classes. */
    private static final int DEFAULTS = 11;

    private final Map<String, FunctionProto> functions = new HashMap<>();
    private int calls;
    private int nodes;

    Functions(ModelProto model) {
        model.getFunctionsList().forEach(f -> functions.put(f.getDomain() + ":" + f.getName(), f));
    }

    /** The nodes with every call replaced by the nodes of the function. */
    List<NodeProto> inlined(List<NodeProto> all) {
        return functions.isEmpty() ? all : inlined(all, 0);
    }

    private List<NodeProto> inlined(List<NodeProto> all, int depth) {
        List<NodeProto> result = new ArrayList<>();
        for (NodeProto node : all) {
            FunctionProto function = functions.get(node.getDomain() + ":" + node.getOpType());
            if (function == null) {
                result.add(node);
            } else if (depth == DEEPEST) {
                throw new RdeException(
                        "The functions of the model call each other more than %s deep.".formatted(DEEPEST),
                        OnnxGraph.EXPORT_AGAIN);
            } else {
                result.addAll(inlined(body(function, node), depth + 1));
            }
            if (++nodes > MOST_NODES) {
                throw new RdeException(
                        "The functions of the model make more than %s nodes.".formatted(MOST_NODES),
                        OnnxGraph.EXPORT_AGAIN);
            }
        }
        return result;
    }

    /** The nodes of one call: inputs and outputs have the caller's names, all others become new ones. */
    private List<NodeProto> body(FunctionProto function, NodeProto call) {
        String prefix = "function" + calls++ + "/";
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < function.getInputCount(); i++) {
            names.put(function.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
        }
        for (int i = 0; i < function.getOutputCount(); i++) {
            String outer = i < call.getOutputCount() ? call.getOutput(i) : "";
            names.put(function.getOutput(i), outer.isEmpty() ? prefix + function.getOutput(i) : outer);
        }
        Map<String, AttributeProto> attributes = defaults(function);
        call.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
        return function.getNodeList().stream()
                .map(node -> renamed(node, names, prefix, attributes))
                .toList();
    }

    /** The values of attributes that a call need not give. */
    private static Map<String, AttributeProto> defaults(FunctionProto function) {
        Map<String, AttributeProto> defaults = new HashMap<>();
        try {
            for (ByteString bytes :
                    function.getUnknownFields().getField(DEFAULTS).getLengthDelimitedList()) {
                AttributeProto attribute = AttributeProto.parseFrom(bytes);
                defaults.put(attribute.getName(), attribute);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new RdeException(
                    "The function %s of the model has broken attributes.".formatted(function.getName()),
                    OnnxGraph.EXPORT_AGAIN,
                    e);
        }
        return defaults;
    }

    private static NodeProto renamed(
            NodeProto node, Map<String, String> names, String prefix, Map<String, AttributeProto> attributes) {
        NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput().clearAttribute();
        copy.setName(prefix + node.getName());
        node.getInputList().forEach(name -> copy.addInput(renamed(name, names, prefix)));
        node.getOutputList().forEach(name -> copy.addOutput(renamed(name, names, prefix)));
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                copy.addAttribute(attribute.toBuilder().setG(renamed(attribute.getG(), names, prefix, attributes)));
            } else if (attribute.getRefAttrName().isEmpty()) {
                copy.addAttribute(attribute);
            } else if (attributes.containsKey(attribute.getRefAttrName())) {
                copy.addAttribute(
                        attributes.get(attribute.getRefAttrName()).toBuilder().setName(attribute.getName()));
            }
        }
        return copy.build();
    }

    private static GraphProto renamed(
            GraphProto graph, Map<String, String> names, String prefix, Map<String, AttributeProto> attributes) {
        GraphProto.Builder copy = graph.toBuilder().clearNode();
        graph.getNodeList().forEach(node -> copy.addNode(renamed(node, names, prefix, attributes)));
        copy.getInputBuilderList().forEach(input -> input.setName(renamed(input.getName(), names, prefix)));
        copy.getOutputBuilderList().forEach(output -> output.setName(renamed(output.getName(), names, prefix)));
        copy.getInitializerBuilderList().forEach(tensor -> tensor.setName(renamed(tensor.getName(), names, prefix)));
        return copy.build();
    }

    private static String renamed(String name, Map<String, String> names, String prefix) {
        return name.isEmpty() ? name : names.getOrDefault(name, prefix + name);
    }
}
