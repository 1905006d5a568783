package org.rde4j.nd4j.onnx;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.protobuf.ByteString;

/** One node of an ONNX graph with typed access to its attributes. */
final class OnnxNode {
    private final NodeProto proto;
    private final Map<String, AttributeProto> attributes;

    OnnxNode(NodeProto proto) {
        this.proto = proto;
        this.attributes = proto.getAttributeList().stream()
                .collect(Collectors.toMap(AttributeProto::getName, Function.identity(), (first, again) -> first));
    }

    /** The operator's type; those outside ONNX's own domain carry theirs. */
    String operator() {
        boolean standard = proto.getDomain().isEmpty() || proto.getDomain().equals("ai.onnx");
        return standard ? proto.getOpType() : proto.getDomain() + ":" + proto.getOpType();
    }

    /** The node's own name, or that of its first output. */
    String name() {
        return !proto.getName().isEmpty()
                ? proto.getName()
                : outputs().isEmpty() ? "" : outputs().get(0);
    }

    /** The names of its inputs; an empty name stands for an optional one that is left out. */
    List<String> inputs() {
        return proto.getInputList();
    }

    List<String> outputs() {
        return proto.getOutputList();
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    long integer(String attribute, long otherwise) {
        AttributeProto found = attributes.get(attribute);
        return found == null ? otherwise : found.getI();
    }

    boolean flag(String attribute, boolean otherwise) {
        return integer(attribute, otherwise ? 1 : 0) != 0;
    }

    double number(String attribute, double otherwise) {
        AttributeProto found = attributes.get(attribute);
        return found == null ? otherwise : found.getF();
    }

    String text(String attribute, String otherwise) {
        AttributeProto found = attributes.get(attribute);
        return found == null ? otherwise : found.getS().toStringUtf8();
    }

    /** Several texts; none if there is no such attribute. */
    List<String> texts(String attribute) {
        AttributeProto found = attributes.get(attribute);
        return found == null
                ? List.of()
                : found.getStringsList().stream().map(ByteString::toStringUtf8).toList();
    }

    long @Nullable [] integers(String attribute) {
        AttributeProto found = attributes.get(attribute);
        return found == null
                ? null
                : found.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    double @Nullable [] numbers(String attribute) {
        AttributeProto found = attributes.get(attribute);
        return found == null
                ? null
                : found.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray();
    }

    @Nullable
    TensorProto tensor(String attribute) {
        AttributeProto found = attributes.get(attribute);
        return found == null ? null : found.getT();
    }

    /** Every tensor that is written into an attribute. */
    List<TensorProto> tensors() {
        return attributes.values().stream()
                .filter(AttributeProto::hasT)
                .map(AttributeProto::getT)
                .toList();
    }

    @Override
    public String toString() {
        return operator() + " (node '" + name() + "')";
    }
}
