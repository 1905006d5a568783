package org.rde4j.nd4j.onnx;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;

/** One node of an ONNX graph with typed access to its attributes. */
final class OnnxNode {
    private final NodeProto proto;
    private final OnnxSource.Context context;
    private final Map<String, AttributeProto> attributes;
    private final Set<String> needs;
    /** The attributes that somebody has asked for. */
    private final Set<String> read = ConcurrentHashMap.newKeySet();

    OnnxNode(NodeProto proto, OnnxSource.Context context) {
        this.proto = proto;
        this.context = context;
        this.attributes = proto.getAttributeList().stream()
                .collect(Collectors.toMap(AttributeProto::getName, Function.identity(), (first, again) -> {
                    throw new RdeException(
                            "The operator %s has the attribute '%s' twice.".formatted(this, first.getName()),
                            OnnxGraph.EXPORT_AGAIN);
                }));
        this.needs = needs(proto);
    }

    /** The node's inputs, and what the graphs inside it use of those around them. */
    private static Set<String> needs(NodeProto node) {
        Set<String> needs = new LinkedHashSet<>();
        node.getInputList().stream().filter(name -> !name.isEmpty()).forEach(needs::add);
        node.getAttributeList().stream()
                .filter(AttributeProto::hasG)
                .forEach(attribute -> needs.addAll(free(attribute.getG())));
        return needs;
    }

    private static Set<String> free(GraphProto graph) {
        Set<String> free = new LinkedHashSet<>();
        graph.getNodeList().forEach(node -> free.addAll(needs(node)));
        graph.getOutputList().forEach(output -> free.add(output.getName()));
        Set<String> own = new HashSet<>();
        graph.getInputList().forEach(input -> own.add(input.getName()));
        graph.getInitializerList().forEach(tensor -> own.add(tensor.getName()));
        graph.getNodeList().forEach(node -> own.addAll(node.getOutputList()));
        free.removeAll(own);
        return free;
    }

    static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /** The operator's type; those outside ONNX's own domain carry theirs. */
    String operator() {
        return isStandard(proto.getDomain()) ? proto.getOpType() : proto.getDomain() + ":" + proto.getOpType();
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

    /** Every name that must be known before the node: its inputs, and what the graphs inside it use. */
    Set<String> needs() {
        return needs;
    }

    /** Whether it has a graph inside. */
    boolean hasGraphs() {
        return attributes.values().stream().anyMatch(AttributeProto::hasG);
    }

    /** An attribute, which counts as read; null if the node does not have it. */
    private @Nullable AttributeProto find(String attribute, AttributeType type) {
        read.add(attribute);
        AttributeProto found = attributes.get(attribute);
        if (found == null || found.getType() == type || found.getType() == AttributeType.UNDEFINED) {
            return found;
        }
        throw new RdeException(
                "The operator %s has the attribute '%s' of the type %s, but it must be %s."
                        .formatted(this, attribute, found.getType(), type),
                OnnxGraph.EXPORT_AGAIN);
    }

    /** The names of the attributes that nobody has asked for so far. */
    Set<String> unread() {
        Set<String> names = new TreeSet<>(attributes.keySet());
        names.removeAll(read);
        return names;
    }

    boolean has(String attribute) {
        read.add(attribute);
        return attributes.containsKey(attribute);
    }

    long integer(String attribute, long otherwise) {
        AttributeProto found = find(attribute, AttributeType.INT);
        return found == null ? otherwise : found.getI();
    }

    boolean flag(String attribute, boolean otherwise) {
        return integer(attribute, otherwise ? 1 : 0) != 0;
    }

    double number(String attribute, double otherwise) {
        AttributeProto found = find(attribute, AttributeType.FLOAT);
        return found == null ? otherwise : found.getF();
    }

    String text(String attribute, String otherwise) {
        AttributeProto found = find(attribute, AttributeType.STRING);
        return found == null ? otherwise : found.getS().toStringUtf8();
    }

    /** Several texts, as the activations of a recurrent layer; empty if there are none. */
    List<String> texts(String attribute) {
        AttributeProto found = find(attribute, AttributeType.STRINGS);
        return found == null
                ? List.of()
                : found.getStringsList().stream()
                        .map(text -> text.toStringUtf8())
                        .toList();
    }

    long @Nullable [] integers(String attribute) {
        AttributeProto found = find(attribute, AttributeType.INTS);
        return found == null
                ? null
                : found.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    double @Nullable [] numbers(String attribute) {
        AttributeProto found = find(attribute, AttributeType.FLOATS);
        return found == null
                ? null
                : found.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray();
    }

    /** The tensor that is written into an attribute. */
    @Nullable
    Constant constant(String attribute) {
        AttributeProto found = find(attribute, AttributeType.TENSOR);
        return found == null || !found.hasT() ? null : TensorData.decode(found.getT(), context.folder());
    }

    /** A graph inside the node, with all its outputs; null if there is none. */
    @Nullable
    OnnxGraph graph(String attribute) {
        AttributeProto found = find(attribute, AttributeType.GRAPH);
        if (found == null || !found.hasG()) {
            return null;
        }
        OnnxSource source = OnnxSource.inner(found.getG(), context);
        return source.leadingTo(source.outputs());
    }

    @Override
    public String toString() {
        return operator() + " (node '" + name() + "')";
    }
}
