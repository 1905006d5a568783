package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
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

    private Quantization() {}

    private static Value quantize(Call call) {
        requireNoBlocks(call);
        Graph graph = call.graph();
        Activation x = call.activation(0);
        Node scaled = graph.div(x.node(), parameter(call, x, 1));
        Node rounded = graph.add(scaled, graph.detached(graph.sub(graph.round(scaled), scaled)));
        Node moved = call.has(2) ? graph.add(rounded, parameter(call, x, 2)) : rounded;
        ElementType type = type(call);
        return x.keeping(graph.clip(moved, type.least(), type.greatest()));
    }

    private static Value dequantize(Call call) {
        requireNoBlocks(call);
        Graph graph = call.graph();
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
        long[] ones = new long[x.rank()];
        Arrays.fill(ones, 1);
        if (given.length() == 1) {
            return call.activation(given.reshape(ones)).node();
        }
        int axis = call.axis(call.node().integer("axis", 1), x.rank());
        if (given.rank() != 1 || given.length() != x.shape()[axis]) {
            throw call.refused("has %s for axis %s of %s".formatted(given, axis, x), OnnxGraph.EXPORT_AGAIN);
        }
        return call.activation(given.reshape(Shapes.with(ones, axis, given.length())))
                .in(x.layout())
                .node();
    }

    /** That of the zero, or what the file says, or bytes without a sign. */
    private static ElementType type(Call call) {
        int stated = (int) call.node().integer("output_dtype", 0);
        ElementType type =
                call.has(2) ? call.constant(2).type() : stated == 0 ? ElementType.UINT8 : ElementType.of(stated);
        boolean packed = stated == ElementType.UINT4 || stated == ElementType.INT4;
        if (type == null || !type.isInteger() || packed) {
            throw call.refused(
                    "makes the type %s".formatted(type == null || packed ? ElementType.name(stated) : type),
                    "Supported are integers of 8 bits and more.");
        }
        return type;
    }
}
