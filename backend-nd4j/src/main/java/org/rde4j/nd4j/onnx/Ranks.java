package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Operators that put values in order. Each value's rank is the number of those that come before it, found by comparing
 * all pairs; the slope of what is chosen by it goes to where it came from.
 */
final class Ranks {
    static final Map<String, Operator> TABLE =
            Map.ofEntries(entry("TopK", Ranks::top), entry("Hardmax", Operator.of(Ranks::hardmax)));

    private Ranks() {}

    private static List<Value> top(Call call) {
        Activation x = call.activation(0);
        int axis = call.axis(call.node().integer("axis", -1), x.rank());
        long size = x.shape()[axis];
        long count = call.has(1) ? (long) call.number(1, "k", 0) : call.node().integer("k", 0);
        if (count < 1 || count > size) {
            throw call.refused("chooses %s of %s values".formatted(count, size), OnnxGraph.EXPORT_AGAIN);
        }
        Graph graph = call.graph();
        Node rows = lastAxis(call, x, axis);
        call.requireSize(rows.size(0), size, size);
        Node rank = ranks(graph, rows, call.node().flag("largest", true));
        // [rows, k, size]: which value has the rank k.
        INDArray wanted = Nd4j.arange(count).reshape(1, count, 1);
        Node distance = graph.sub(graph.reshape(rank, rows.size(0), 1, size), graph.constant(wanted));
        Node chosen = graph.from(1, graph.step(graph.abs(distance), 0));
        Node values = graph.choose(chosen, graph.reshape(rows, rows.size(0), 1, size), graph.zero(3));
        long[] shape = Shapes.with(moved(x.shape(), axis), x.rank() - 1, count);
        Node sorted = graph.reshape(graph.sum(values, false, 2), shape);
        return List.of(Activation.plain(graph, graph.permute(sorted, swapped(x.rank(), axis))));
    }

    /** How many values of a row come before each: greater ones, and equal ones further left. */
    private static Node ranks(Graph graph, Node rows, boolean largest) {
        int size = Math.toIntExact(rows.size(1));
        Node mine = graph.reshape(rows, rows.size(0), size, 1);
        Node other = graph.reshape(rows, rows.size(0), 1, size);
        Node ahead = largest ? graph.sub(other, mine) : graph.sub(mine, other);
        Node equal = graph.from(1, graph.step(graph.abs(ahead), 0));
        Node left = graph.constant(Repetitions.triangle(1, size).reshape(1, size, size));
        return graph.sum(graph.add(graph.step(ahead, 0), graph.mul(equal, left)), false, 2);
    }

    /** 1 at the first of the greatest values, 0 elsewhere. Before opset 13 all axes from the given one on are one. */
    private static Value hardmax(Call call) {
        boolean flattens = call.opset() < 13;
        Activation given = call.activation(0);
        int first = call.axis(call.node().integer("axis", flattens ? 1 : -1), given.rank());
        long before = Shapes.length(Arrays.copyOf(given.shape(), first));
        Activation x = flattens ? given.reshape(before, given.length() / before) : given;
        int axis = flattens ? 1 : first;
        Graph graph = call.graph();
        Node rows = lastAxis(call, x, axis);
        call.requireSize(rows.size(0), rows.size(1), rows.size(1));
        Node hard = graph.from(1, graph.step(ranks(graph, rows, true), 0));
        Node back = graph.permute(graph.reshape(hard, moved(x.shape(), axis)), swapped(x.rank(), axis));
        return Activation.plain(graph, graph.reshape(back, given.shape()));
    }

    /** [everything else, the axis]. */
    private static Node lastAxis(Call call, Activation x, int axis) {
        Node last = call.graph().permute(x.plain(), swapped(x.rank(), axis));
        return call.graph().reshape(last, x.length() / x.shape()[axis], x.shape()[axis]);
    }

    private static long[] moved(long[] shape, int axis) {
        return IntStream.of(swapped(shape.length, axis))
                .mapToLong(i -> shape[i])
                .toArray();
    }

    /** The order of axes in which the given one and the last one have changed places. */
    private static int[] swapped(int rank, int axis) {
        int[] axes = IntStream.range(0, rank).toArray();
        axes[axis] = rank - 1;
        axes[rank - 1] = axis;
        return axes;
    }
}
