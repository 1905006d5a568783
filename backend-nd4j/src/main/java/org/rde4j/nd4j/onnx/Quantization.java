package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Rounding to few integers and back. The slope passes through the rounding as if it were not there (straight-through),
 * and ends where values are cut off.
 */
final class Quantization {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("QuantizeLinear", Operator.of(Quantization::quantize)),
            entry("DequantizeLinear", Operator.of(Quantization::dequantize)));

    /** All that ONNX rounds to. */
    private static final Set<ElementType> SMALL = EnumSet.of(
            ElementType.INT4,
            ElementType.UINT4,
            ElementType.INT8,
            ElementType.UINT8,
            ElementType.INT16,
            ElementType.UINT16);

    private Quantization() {}

    private static Value quantize(Call call) {
        requireNoBlocks(call);
        Graph graph = call.graph();
        Activation x = call.activation(0);
        ElementType type = type(call);
        Node scaled = graph.div(x.node(), parameter(call, x, 1));
        UnaryOperator<Node> moved = y -> call.has(2) ? graph.add(y, parameter(call, x, 2)) : y;
        Node result = graph.clip(moved.apply(graph.round(scaled)), type.least(), type.greatest());
        // What is rounded to a limit has a slope, what is cut off has none.
        Node within = graph.clip(moved.apply(scaled), type.least() - 0.5, type.greatest() + 0.5);
        return x.keeping(graph.add(within, graph.detached(graph.sub(result, within))));
    }

    private static Value dequantize(Call call) {
        requireNoBlocks(call);
        Graph graph = call.graph();
        // Signals are 32-bit floats whatever their type is in the file.
        KnownShapes.type(call, call.node().integer("output_dtype", 1));
        Activation x = call.activation(0);
        Node moved = call.has(2) ? graph.sub(x.node(), parameter(call, x, 2)) : x.node();
        return x.keeping(graph.mul(moved, parameter(call, x, 1)));
    }

    private static void requireNoBlocks(Call call) {
        if (call.node().integer("block_size", 0) != 0) {
            throw call.refused("has a block_size", "Export the model with one scale for each axis or for all.");
        }
    }

    /** One number, or one for each position of the axis, to broadcast against the signal. */
    private static Node parameter(Call call, Activation x, int input) {
        Constant given = call.constant(input);
        long stated = call.node().integer("axis", 1);
        long[] ones = new long[x.rank()];
        Arrays.fill(ones, 1);
        if (given.length() == 1) {
            return call.activation(given.reshape(ones)).node();
        }
        int axis = call.axis(stated, x.rank());
        if (given.rank() != 1 || given.length() != x.shape()[axis]) {
            throw call.refused("has %s for axis %s of %s".formatted(given, axis, x), OnnxGraph.EXPORT_AGAIN);
        }
        return call.activation(given.reshape(Shapes.with(ones, axis, given.length())))
                .in(x.layout())
                .node();
    }

    /** To what values are rounded: the type of the zero, or what the file says, or bytes without a sign. */
    static ElementType type(Call call) {
        OnnxNode node = call.node();
        int stated = (int) node.integer("output_dtype", 0);
        ElementType zero = call.has(2) ? call.constant(2).type() : null;
        ElementType type = stated == 0 ? (zero == null ? ElementType.UINT8 : zero) : ElementType.of(stated);
        if (type == null || !SMALL.contains(type) || zero != null && zero != type) {
            throw call.refused(
                    "rounds to the type %s%s"
                            .formatted(
                                    type == null ? ElementType.name(stated) : type,
                                    zero == null ? "" : " with a zero of the type " + zero),
                    "Supported are integers of 4 to 16 bits.");
        }
        if (!Set.of(0L, 1L).contains(node.integer("precision", 0))) {
            throw call.refused("divides in another precision than 32-bit floats", "Export the model without it.");
        }
        return type;
    }
}
