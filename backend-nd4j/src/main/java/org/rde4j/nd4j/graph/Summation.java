package org.rde4j.nd4j.graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Sums over any axes, in forms that ND4J runs fast. Its own reduction is fast over the last axis only; over
 * others a product with a row of ones is up to forty times faster. Every sum is also taken in an order that
 * does not depend on the number of threads.
 */
final class Summation {
    private final Graph graph;

    Summation(Graph graph) {
        this.graph = graph;
    }

    /** The sum over some axes, in increasing order; all axes are kept, summed ones with size 1. */
    Node over(Node a, int[] axes) {
        Node sum = a;
        int end = axes.length;
        while (end > 0) {
            // Neighbouring axes are summed together, the last ones first.
            int begin = end - 1;
            while (begin > 0 && axes[begin - 1] == axes[begin] - 1) {
                begin--;
            }
            sum = over(sum, axes[begin], axes[end - 1] + 1);
            end = begin;
        }
        return sum;
    }

    private Node over(Node a, int from, int to) {
        long before = product(a, 0, from);
        long summed = product(a, from, to);
        long after = product(a, to, a.rank());
        long[] shape = a.shape().clone();
        Arrays.fill(shape, from, to, 1);
        if (summed == 1) {
            return graph.reshape(a, shape);
        }
        Node sum;
        if (after > 1) {
            Node rows = before == 1 ? graph.reshape(a, summed, after) : graph.reshape(a, before, summed, after);
            sum = graph.matmul(before == 1 ? graph.ones(1, summed) : graph.ones(before, 1, summed), rows);
        } else if (before == 1) {
            // Everything: ND4J would give each thread a part of it, so sum rows, then the sums of the rows.
            long row = largestDivisor(summed);
            sum = lastAxis(lastAxis(graph.reshape(a, summed / row, row)));
        } else {
            sum = lastAxis(graph.reshape(a, before, summed));
        }
        return graph.reshape(sum, shape);
    }

    private Node lastAxis(Node a) {
        long[] shape = Arrays.copyOf(a.shape(), a.rank() - 1);
        if (a.size(-1) == 1) {
            return graph.reshape(a, shape);
        }
        return graph.node(a.variable().sum(false, a.rank() - 1), shape);
    }

    /** The largest divisor of n that is not above √n. */
    private static long largestDivisor(long n) {
        long divisor = (long) Math.sqrt(n);
        while (n % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    private static long product(Node a, int from, int to) {
        return IntStream.range(from, to).mapToLong(a::size).reduce(1, (x, y) -> x * y);
    }
}
