package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** What remains of axes when their values are put together. */
final class Reductions {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("ReduceMean", Operator.of(call -> reduced(call, Graph::mean))),
            entry("ReduceSum", Operator.of(call -> reduced(call, Graph::sum))),
            entry("ReduceMax", Operator.of(call -> reduced(call, Graph::max))),
            entry("ReduceMin", Operator.of(call -> reduced(call, Reductions::minimum))),
            entry("ReduceProd", Operator.of(call -> reduced(call, Reductions::product))),
            entry("ReduceL1", Operator.of(call -> reduced(call, (g, x, keep, axes) -> g.sum(g.abs(x), keep, axes)))),
            entry("ReduceL2", Operator.of(call -> reduced(call, Reductions::length))),
            entry("ReduceSumSquare", Operator.of(call -> reduced(call, Reductions::squares))),
            entry("ReduceLogSum", Operator.of(call -> reduced(call, Reductions::logSum))),
            entry("ReduceLogSumExp", Operator.of(call -> reduced(call, Reductions::logSumExp))));

    /** Those that change even a single value. */
    private static final Set<String> OF_ONE_VALUE = Set.of("ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum");

    /** The smallest normal float. */
    private static final double TINY = Float.MIN_NORMAL;

    private Reductions() {}

    private interface Reduction {
        Node write(Graph graph, Node x, boolean keepAxes, int... axes);
    }

    private static Node minimum(Graph graph, Node x, boolean keepAxes, int... axes) {
        return graph.mul(graph.max(graph.mul(x, -1), keepAxes, axes), -1);
    }

    private static Node squares(Graph graph, Node x, boolean keepAxes, int... axes) {
        return graph.sum(graph.square(x), keepAxes, axes);
    }

    /** Euclidean length; where everything is 0, so is the gradient. */
    static Node length(Graph graph, Node x, boolean keepAxes, int... axes) {
        return graph.sqrt(graph.clip(squares(graph, x, keepAxes, axes), TINY, Double.POSITIVE_INFINITY));
    }

    private static Node logSum(Graph graph, Node x, boolean keepAxes, int... axes) {
        return graph.log(graph.sum(x, keepAxes, axes));
    }

    /** Shifted by the greatest value, whose own slope cancels. */
    private static Node logSumExp(Graph graph, Node x, boolean keepAxes, int... axes) {
        Node greatest = graph.detached(graph.max(x, true, axes));
        Node sum = graph.add(graph.log(graph.sum(graph.exp(graph.sub(x, greatest)), true, axes)), greatest);
        long[] shape = IntStream.range(0, x.rank())
                .filter(i -> keepAxes || Arrays.stream(axes).noneMatch(axis -> axis == i))
                .mapToLong(sum::size)
                .toArray();
        return graph.reshape(sum, shape);
    }

    /** Products of neighbours until one is left: slopes are right also where values are 0. */
    private static Node product(Graph graph, Node x, boolean keepAxes, int... axes) {
        Node rest = x;
        for (int axis : axes) {
            while (rest.size(axis) > 1) {
                long half = rest.size(axis) / 2;
                Node pairs = graph.mul(graph.slice(rest, axis, 0, half), graph.slice(rest, axis, half, 2 * half));
                rest = rest.size(axis) == 2 * half
                        ? pairs
                        : graph.concat(axis, List.of(pairs, graph.slice(rest, axis, 2 * half, 2 * half + 1)));
            }
        }
        return keepAxes ? rest : graph.sum(rest, false, axes);
    }

    /** Over no axes, versions of ONNX disagree whether functions such as the absolute value are left out too. */
    static void requireSame(Call call) {
        if (OF_ONE_VALUE.contains(call.node().operator())) {
            throw call.refused("reduces no axes", "Export the model without this operator.");
        }
    }

    private static Value reduced(Call call, Reduction reduction) {
        Activation x = call.activation(0);
        int[] given = call.integers(1, "axes");
        boolean none = given == null || given.length == 0;
        boolean noop = call.node().flag("noop_with_empty_axes", false);
        boolean keepAxes = call.node().flag("keepdims", true);
        if (none && noop) {
            requireSame(call);
            return x;
        }
        int[] axes = none ? IntStream.range(0, x.rank()).toArray() : call.axes(given, x.rank());
        boolean channelsStay = Arrays.stream(axes).allMatch(axis -> axis > 1);
        if (keepAxes || channelsStay) {
            // What is left of a node with channels last has its channels last.
            int[] at = Arrays.stream(axes)
                    .map(axis -> x.layout().axis(axis, x.rank()))
                    .toArray();
            return x.keeping(reduction.write(call.graph(), x.node(), keepAxes, at));
        }
        return Activation.plain(call.graph(), reduction.write(call.graph(), x.plain(), false, axes));
    }
}
