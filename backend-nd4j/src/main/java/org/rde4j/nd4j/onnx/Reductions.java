package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Sums and means over axes. */
final class Reductions {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("ReduceMean", Operator.of(call -> reduced(call, Graph::mean))),
            entry("ReduceSum", Operator.of(call -> reduced(call, Graph::sum))),
            entry("ReduceMax", Operator.of(call -> reduced(call, Graph::max))));

    private Reductions() {}

    private interface Reduction {
        Node write(Graph graph, Node x, boolean keepAxes, int... axes);
    }

    private static Value reduced(Call call, Reduction reduction) {
        Activation x = call.activation(0);
        int[] given = call.integers(1, "axes");
        boolean none = given == null || given.length == 0;
        if (none && call.node().flag("noop_with_empty_axes", false)) {
            return x;
        }
        int[] axes = none ? IntStream.range(0, x.rank()).toArray() : call.axes(given, x.rank());
        boolean keepAxes = call.node().flag("keepdims", true);
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
