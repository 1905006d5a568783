package org.rde4j.nd4j.graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Axes in another order, where axes of size 1 do not count and those that stay neighbours go together.
 *
 * @param axes which axis of the value each axis of the result is
 * @param groups of the result's axes
 * @param shape of the result
 */
record Permutation(int[] axes, AxisGroups groups, long[] shape) {

    static Permutation of(long[] sizes, int[] axes) {
        long[] shape = Arrays.stream(axes).mapToLong(axis -> sizes[axis]).toArray();
        return new Permutation(
                axes,
                AxisGroups.starting(shape, (axis, previous) -> !areNeighbours(sizes, axes[previous], axes[axis])),
                shape);
    }

    /** Whether the second axis follows the first, with nothing but axes of size 1 between them. */
    private static boolean areNeighbours(long[] sizes, int first, int second) {
        return first < second && Arrays.stream(sizes, first + 1, second).allMatch(size -> size == 1);
    }

    Node write(Graph graph, Node a) {
        long[] result = groups.merged(shape);
        // The groups in the order in which the value has them.
        int[] order = IntStream.range(0, result.length)
                .boxed()
                .sorted((g, h) -> Integer.compare(first(g), first(h)))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] before = Arrays.stream(order).mapToLong(group -> result[group]).toArray();
        int[] back = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            back[order[i]] = i;
        }
        Node merged = graph.reshape(a, before);
        Node permuted = IntStream.range(0, back.length).allMatch(i -> back[i] == i)
                ? merged
                : graph.node(merged.variable().permute(back), result);
        return graph.reshape(permuted, shape);
    }

    /** The first axis of the value, of those whose size is not 1, in a group. */
    private int first(int group) {
        return IntStream.range(0, axes.length)
                .filter(axis -> groups.of()[axis] == group && shape[axis] != 1)
                .map(axis -> axes[axis])
                .min()
                .orElse(0);
    }
}
