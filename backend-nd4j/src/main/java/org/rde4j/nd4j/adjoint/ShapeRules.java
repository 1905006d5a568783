package org.rde4j.nd4j.adjoint;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Operations that move values without changing them. */
final class ShapeRules {
    static final Map<String, Rule> TABLE = Map.ofEntries(
            entry("identity", call -> call.give(0, call.slope())),
            entry("reshape", ShapeRules::reshape),
            entry("expand_dims", ShapeRules::reshape),
            entry("squeeze", ShapeRules::reshape),
            entry("permute", ShapeRules::permute),
            entry("concat", ShapeRules::concat),
            entry("slice", ShapeRules::slice),
            entry("gather", ShapeRules::gather),
            entry("pad", ShapeRules::pad));

    private ShapeRules() {}

    private static void reshape(Reverse call) {
        Node x = call.input(0);
        long[] small = reshaped(call.slope().shape(), call.output().shape(), x.shape());
        call.give(
                0,
                small == null
                        ? call.graph().reshape(call.fullSlope(), x.shape())
                        : call.graph().reshape(call.slope(), small));
    }

    /**
     * The shape that a slope with some axes of size 1 has before a reshape, or null if it has to be of full size there:
     * where axes were merged or split, all of them must have size 1 or none.
     *
     * @param slope its shape after the reshape
     * @param after the shape of the value after the reshape
     * @param before its shape before
     */
    private static long @Nullable [] reshaped(long[] slope, long[] after, long[] before) {
        long[] result = before.clone();
        int i = 0;
        int j = 0;
        while (i < after.length || j < before.length) {
            int fromI = i;
            int fromJ = j;
            long left = i < after.length ? after[i++] : 1;
            long right = j < before.length ? before[j++] : 1;
            while (left != right) {
                if (left < right) {
                    left *= after[i++];
                } else {
                    right *= before[j++];
                }
            }
            if (Arrays.equals(slope, fromI, i, after, fromI, i)) {
                continue;
            }
            if (Arrays.stream(slope, fromI, i).anyMatch(size -> size != 1)) {
                return null;
            }
            Arrays.fill(result, fromJ, j, 1);
        }
        return result;
    }

    private static void permute(Reverse call) {
        int[] axes = call.integers();
        if (axes.length != call.slope().rank()) {
            call.giveOwn();
            return;
        }
        int[] back = IntStream.range(0, axes.length)
                .boxed()
                .sorted((i, j) -> Integer.compare(axes[i], axes[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        call.give(0, call.graph().permute(call.slope(), back));
    }

    private static void concat(Reverse call) {
        boolean axisIsInput = call.inputs() > 0 && call.input(call.inputs() - 1).rank() == 0;
        if (axisIsInput || call.integers().length != 1) {
            call.giveOwn();
            return;
        }
        int rank = call.output().rank();
        int axis = Math.floorMod(call.integers()[0], rank);
        Node slope = call.slope();
        boolean equal = slope.size(axis) == 1 && call.output().size(axis) > 1;
        long from = 0;
        for (int i = 0; i < call.inputs(); i++) {
            long to = from + call.input(i).size(axis);
            if (call.wants(i)) {
                call.give(i, equal ? slope : call.graph().slice(slope, axis, from, to));
            }
            from = to;
        }
    }

    /** Our slices name begin and size as numbers; others may come as arrays. */
    private static void slice(Reverse call) {
        Node x = call.input(0);
        int[] numbers = call.integers();
        if (call.inputs() > 1 || numbers.length != 2 * x.rank()) {
            call.giveOwn();
            return;
        }
        Node slope = call.fullSlope();
        long[] before = new long[x.rank()];
        long[] after = new long[x.rank()];
        for (int i = 0; i < before.length; i++) {
            before[i] = numbers[i];
            after[i] = x.size(i) - numbers[i] - slope.size(i);
        }
        call.give(0, call.graph().pad(slope, before, after, 0));
    }

    /** Ours name the axis as a number and fixed positions. */
    private static void gather(Reverse call) {
        int[] positions = call.constantRow(1);
        int[] axis = call.integers();
        if (positions == null || axis.length != 1) {
            call.giveOwn();
            return;
        }
        Node x = call.input(0);
        int at = Math.floorMod(axis[0], x.rank());
        call.give(0, call.graph().selection().scatterAdd(call.fullSlope(), at, positions, Math.toIntExact(x.size(at))));
    }

    private static void pad(Reverse call) {
        Graph graph = call.graph();
        int[] mode = call.integers();
        long[][] pads = call.constantRows(1);
        if (pads == null || mode.length < 1 || mode[0] != 0) {
            call.giveOwn();
            return;
        }
        long[] before = Arrays.stream(pads).mapToLong(row -> row[0]).toArray();
        call.give(0, graph.slice(call.fullSlope(), before, call.input(0).shape()));
    }
}
