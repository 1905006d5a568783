package org.rde4j.nd4j.onnx;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;

/**
 * A graph as it stands in a file: the model's own, or one that an operator such as If holds. What leads to some of
 * its outputs becomes an {@link OnnxGraph}.
 */
final class OnnxSource {
    private static final long OLDEST_OPSET = 7;
    private static final long NEWEST_OPSET = 25;
    /** What these compute is the same since opset 1. */
    private static final Set<String> UNCHANGED = Set.of(
            "Abs",
            "Ceil",
            "Conv",
            "ConvTranspose",
            "Elu",
            "Exp",
            "Floor",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "HardSigmoid",
            "Identity",
            "InstanceNormalization",
            "LRN",
            "LeakyRelu",
            "Log",
            "LpNormalization",
            "Neg",
            "Not",
            "Reciprocal",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceMax",
            "ReduceMean",
            "ReduceMin",
            "ReduceProd",
            "ReduceSum",
            "ReduceSumSquare",
            "Relu",
            "Selu",
            "Sigmoid",
            "Softplus",
            "Softsign",
            "SpaceToDepth",
            "Sqrt",
            "Tanh",
            "Transpose");

    private final GraphProto proto;
    private final List<OnnxNode> nodes;
    private final Context context;
    /** Whether names may also be those of a graph around this one. */
    private final boolean inner;

    /**
     * What all graphs of a model share.
     *
     * @param opset the version of ONNX's operators
     * @param folder where weights may lie outside the model's file
     */
    record Context(long opset, ModelFolder folder) {
        List<OnnxNode> nodes(List<NodeProto> protos) {
            return protos.stream().map(node -> new OnnxNode(node, this)).toList();
        }
    }

    private OnnxSource(GraphProto proto, List<OnnxNode> nodes, Context context, boolean inner) {
        this.proto = proto;
        this.nodes = nodes;
        this.context = context;
        this.inner = inner;
    }

    /**
     * The graph of a model.
     *
     * @throws RdeException if its operators are too old or too new, or it has no input or no output
     */
    static OnnxSource of(ModelProto model, ModelFolder folder) {
        Context context = new Context(opset(model), folder);
        GraphProto graph = model.getGraph();
        OnnxSource source =
                new OnnxSource(graph, context.nodes(new Functions(model).inlined(graph.getNodeList())), context, false);
        if (source.inputs().isEmpty()) {
            throw new RdeException(
                    "The model has 0 inputs but must have at least 1.",
                    "Export the model as a function of the signal.");
        }
        if (graph.getOutputCount() == 0) {
            throw new RdeException("The model has no output.", OnnxGraph.EXPORT_AGAIN);
        }
        return source;
    }

    /** A graph inside an operator. */
    static OnnxSource inner(GraphProto graph, Context context) {
        return new OnnxSource(graph, context.nodes(graph.getNodeList()), context, true);
    }

    private static long opset(ModelProto model) {
        long opset = model.getOpsetImportList().stream()
                .filter(set -> OnnxNode.isStandard(set.getDomain()))
                .mapToLong(set -> set.getVersion())
                .findFirst()
                .orElseThrow(() ->
                        new RdeException("The model names no version of ONNX's operators.", OnnxGraph.EXPORT_AGAIN));
        boolean unchanged = opset >= 1
                && model.getGraph().getNodeList().stream().allMatch(node -> UNCHANGED.contains(node.getOpType()));
        if (opset < OLDEST_OPSET && !unchanged || opset > NEWEST_OPSET) {
            // Many older operators broadcast by other rules; of newer ones nothing is known.
            throw new RdeException(
                    "The model's operators (opset %s) must be of opset %s to %s."
                            .formatted(opset, OLDEST_OPSET, NEWEST_OPSET),
                    "Export the model again with opset 17.");
        }
        return opset;
    }

    /** What is given from outside: inputs that are not weights. */
    List<OnnxGraph.Input> inputs() {
        Set<String> weights =
                proto.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
        return proto.getInputList().stream()
                .filter(input -> !weights.contains(input.getName()))
                .map(input -> new OnnxGraph.Input(input.getName(), shape(input), type(input)))
                .toList();
    }

    /** How often each operator stands in the graph, by name. */
    Map<String, Integer> operators() {
        Map<String, Integer> counts = new TreeMap<>();
        nodes.forEach(node -> counts.merge(node.operator(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    /** The names of the outputs. */
    List<String> outputs() {
        return proto.getOutputList().stream().map(ValueInfoProto::getName).toList();
    }

    /** The sizes of an output that the file states; −1 where it leaves one open, null if it says nothing. */
    long @Nullable [] outputShape(int output) {
        return shape(proto.getOutput(output));
    }

    private static long @Nullable [] shape(ValueInfoProto value) {
        TypeProto.Tensor type = value.getType().getTensorType();
        return !type.hasShape()
                ? null
                : type.getShape().getDimList().stream()
                        .mapToLong(size -> size.hasDimValue() && size.getDimValue() > 0 ? size.getDimValue() : -1)
                        .toArray();
    }

    /** Floats, where the file says nothing. */
    private static ElementType type(ValueInfoProto value) {
        int code = value.getType().getTensorType().getElemType();
        ElementType type = ElementType.of(code == 0 ? 1 : code);
        if (type == null) {
            throw new RdeException(
                    "The input '%s' of the model takes values of the type %s."
                            .formatted(value.getName(), ElementType.name(code)),
                    "Export the part of the model that takes numbers.");
        }
        return type;
    }

    /**
     * The part that leads to some outputs, checked: names are defined once, nothing runs in circles, weights are
     * complete and numbers.
     *
     * @throws RdeException if one of these rules is broken
     */
    OnnxGraph leadingTo(List<String> outputs) {
        Map<String, TensorProto> tensors = proto.getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, t -> t, (first, again) -> first));
        Set<String> given = new HashSet<>(tensors.keySet());
        inputs().forEach(input -> given.add(input.name()));
        List<OnnxNode> needed = new DataFlow(nodes, given, inner).upTo(outputs);
        Set<String> used = new LinkedHashSet<>(outputs);
        needed.forEach(node -> used.addAll(node.needs()));
        Map<String, Constant> weights = new HashMap<>();
        for (String name : used) {
            TensorProto tensor = tensors.get(name);
            if (tensor != null) {
                weights.put(name, TensorData.decode(tensor, context.folder()));
            }
        }
        if (proto.getSparseInitializerList().stream()
                .anyMatch(sparse -> used.contains(sparse.getValues().getName()))) {
            throw new RdeException("The model has sparse weights.", "Export the model with dense weights.");
        }
        return new OnnxGraph(context.opset(), inputs(), outputs, needed, weights);
    }
}
