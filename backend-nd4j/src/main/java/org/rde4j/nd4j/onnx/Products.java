package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Matrix products. */
final class Products {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Gemm", Operator.of(Products::general)), entry("MatMul", Operator.of(Products::product)));

    private Products() {}

    private static Value general(Call call) {
        Graph graph = call.graph();
        Node a = turned(call, 0, "transA");
        Node b = turned(call, 1, "transB");
        requireInner(call, a, b);
        Node y = scaled(graph, graph.matmul(a, b), call.node().number("alpha", 1));
        double beta = call.node().number("beta", 1);
        if (!call.has(2)) {
            return Activation.plain(graph, y);
        }
        Node c = scaled(graph, call.repeated(2, y.shape()), beta);
        return Activation.plain(graph, graph.add(y, c));
    }

    private static Node turned(Call call, int input, String attribute) {
        Value matrix = call.value(input);
        if (matrix.rank() != 2) {
            throw call.refused("gets %s, but wants a matrix".formatted(matrix), OnnxGraph.EXPORT_AGAIN);
        }
        return call.activation(call.node().flag(attribute, false) ? matrix.transpose(1, 0) : matrix)
                .plain();
    }

    private static Node scaled(Graph graph, Node x, double factor) {
        return factor == 1 ? x : graph.mul(x, factor);
    }

    private static Value product(Call call) {
        Value left = call.value(0);
        Value right = call.value(1);
        // A vector is a row on the left and a column on the right, and leaves no axis behind.
        Node a = operand(call, left.rank() == 1 ? left.reshape(1, left.length()) : left);
        Node b = operand(call, right.rank() == 1 ? right.reshape(right.length(), 1) : right);
        requireInner(call, a, b);
        Node y = stacks(call, a, b);
        int rank = y.rank();
        int from = left.rank() == 1 ? rank - 2 : -1;
        int to = right.rank() == 1 ? rank - 1 : -1;
        long[] shape = java.util.stream.IntStream.range(0, rank)
                .filter(axis -> axis != from && axis != to)
                .mapToLong(y::size)
                .toArray();
        // Leading ones that one side was freed of count all the same.
        long[] full = from < 0 && to < 0 ? Shapes.extended(shape, Math.max(left.rank(), right.rank())) : shape;
        return Activation.plain(call.graph(), call.graph().reshape(y, full));
    }

    /** Leading ones say nothing: without them one matrix serves every row of a batch. */
    private static Node operand(Call call, Value value) {
        long[] shape = value.shape();
        long[] batch = Arrays.copyOf(shape, shape.length - 2);
        boolean single = value instanceof Constant && Shapes.length(batch) == 1;
        Value plain = single ? value.reshape(Arrays.copyOfRange(shape, shape.length - 2, shape.length)) : value;
        return call.activation(plain).plain();
    }

    /** Both sides are repeated to the same leading axes, unless one of them is a single matrix. */
    private static Node stacks(Call call, Node a, Node b) {
        Graph graph = call.graph();
        if (a.rank() == 2 || b.rank() == 2) {
            return graph.matmul(a, b);
        }
        int rank = Math.max(a.rank(), b.rank()) - 2;
        long[] left = Shapes.extended(stack(a), rank);
        long[] right = Shapes.extended(stack(b), rank);
        long @Nullable [] both = Shapes.broadcast(left, right);
        if (both == null) {
            throw refused(call, a, b);
        }
        return graph.matmul(repeated(call, a, both), repeated(call, b, both));
    }

    private static long[] stack(Node a) {
        return Arrays.copyOf(a.shape(), a.rank() - 2);
    }

    private static Node repeated(Call call, Node a, long[] stack) {
        long[] shape = Arrays.copyOf(stack, stack.length + 2);
        shape[stack.length] = a.size(-2);
        shape[stack.length + 1] = a.size(-1);
        call.requireSize(shape);
        return call.graph().broadcastTo(call.graph().reshape(a, Shapes.extended(a.shape(), shape.length)), shape);
    }

    private static void requireInner(Call call, Node a, Node b) {
        if (a.size(-1) != b.size(-2)) {
            throw refused(call, a, b);
        }
    }

    private static RdeException refused(Call call, Node a, Node b) {
        return call.refused(
                "multiplies %s with %s, which do not fit"
                        .formatted(Arrays.toString(a.shape()), Arrays.toString(b.shape())),
                "Give signals of the size that the model was exported for.");
    }
}
