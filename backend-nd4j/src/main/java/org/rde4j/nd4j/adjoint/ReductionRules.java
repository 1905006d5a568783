package org.rde4j.nd4j.adjoint;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Sums, means and matrix products. */
final class ReductionRules {
    static final Map<String, Rule> TABLE = Map.ofEntries(
            entry("reduce_sum", call -> reduction(call, false)),
            entry("reduce_mean", call -> reduction(call, true)),
            entry("softmax", ReductionRules::softmax),
            entry("matmul", ReductionRules::product));

    private ReductionRules() {}

    /** The slope gets size 1 along the reduced axes, and stays so until somebody needs more. */
    private static void reduction(Reverse call, boolean mean) {
        if (call.inputs() > 1) {
            call.giveOwn();
            return;
        }
        Node x = call.input(0);
        long[] kept = x.shape().clone();
        double count = 1;
        for (int axis : axes((BaseOp) call.function(), x.rank())) {
            count *= kept[axis];
            kept[axis] = 1;
        }
        Node slope = call.slope();
        if (slope.length() == 1) {
            Arrays.fill(kept, 1);
        } else {
            slope = call.fullSlope();
        }
        Node spread = call.graph().reshape(slope, kept);
        call.give(0, mean ? call.graph().mul(spread, 1 / count) : spread);
    }

    private static int[] axes(BaseOp operation, int rank) {
        INDArray axes = operation.dimensions();
        int[] given = axes == null || axes.isEmpty() ? new int[] {Integer.MAX_VALUE} : axes.toIntVector();
        return given[0] == Integer.MAX_VALUE
                ? IntStream.range(0, rank).toArray()
                : Arrays.stream(given).map(axis -> Math.floorMod(axis, rank)).toArray();
    }

    private static void softmax(Reverse call) {
        Graph graph = call.graph();
        int axis = Math.floorMod(call.integers()[0], call.output().rank());
        Node y = call.output();
        Node weighted = graph.mul(call.slope(), y);
        Node sum = graph.sum(weighted, true, axis);
        call.give(0, graph.sub(weighted, graph.mul(y, sum)));
    }

    /** Y = op(A)·op(B), both with the same leading axes. */
    private static void product(Reverse call) {
        Graph graph = call.graph();
        int[] flags = call.integers();
        boolean plain = ((DynamicCustomOp) call.function()).numTArguments() == 0 || isPlain(call);
        Node a = call.input(0);
        Node b = call.input(1);
        if (flags.length > 2 && flags[2] != 0 || !plain || a.rank() != b.rank() || a.rank() < 2) {
            call.giveOwn();
            return;
        }
        boolean ta = flags.length > 0 && flags[0] != 0;
        boolean tb = flags.length > 1 && flags[1] != 0;
        Node g = call.fullSlope();
        if (call.wants(0)) {
            // Frozen weights are transposed once and for all, and plain products run alike on any threads.
            Node turned = ta || tb ? b : transposed(graph, b);
            call.give(0, ta ? graph.matmul(b, g, tb, true) : graph.matmul(g, turned, false, false));
        }
        if (call.wants(1)) {
            call.give(1, tb ? graph.matmul(g, a, true, ta) : graph.matmul(a, g, !ta, false));
        }
    }

    private static Node transposed(Graph graph, Node a) {
        int[] axes = IntStream.range(0, a.rank()).toArray();
        axes[a.rank() - 2] = a.rank() - 1;
        axes[a.rank() - 1] = a.rank() - 2;
        return graph.permute(a, axes);
    }

    /** Whether the product is neither scaled nor added to something. */
    private static boolean isPlain(Reverse call) {
        double[] factors = ((DynamicCustomOp) call.function()).tArgs();
        return factors[0] == 1 && (factors.length < 2 || factors[1] == 0);
    }
}
