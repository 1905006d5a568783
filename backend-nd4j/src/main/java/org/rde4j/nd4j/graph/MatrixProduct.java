package org.rde4j.nd4j.graph;

/**
 * Matrix products whose result does not depend on whether one or two threads compute it.
 *
 * <p>OpenBLAS rounds differently at the edges of the parts that it gives to threads when it cuts a product of
 * few rows and few columns along the rows, and when it cuts the sum of a product with a single row. Such
 * products get some columns, or a second row, of zeros.
 */
final class MatrixProduct {
    /** Products of at most so many rows are cut along the rows ... */
    private static final long FEW_ROWS = 1100;
    /** ... unless they have at least so many columns. */
    private static final long ENOUGH_COLUMNS = 72;
    /** Shorter sums are never cut. */
    private static final long SHORT_SUM = 128;

    private final Graph graph;

    MatrixProduct(Graph graph) {
        this.graph = graph;
    }

    Node of(Node a, Node b, boolean transposeA, boolean transposeB) {
        long rows = a.size(transposeA ? -1 : -2);
        long columns = b.size(transposeB ? -2 : -1);
        long summed = a.size(transposeA ? -2 : -1);
        if (a.rank() != 2 || rows > FEW_ROWS) {
            return plain(a, b, transposeA, transposeB);
        }
        Node left = rows == 1 && summed > SHORT_SUM ? widened(a, transposeA ? 1 : 0, 2) : a;
        Node right = columns < ENOUGH_COLUMNS ? widened(b, transposeB ? 0 : 1, ENOUGH_COLUMNS) : b;
        Node product = plain(left, right, transposeA, transposeB);
        return graph.slice(product, new long[2], new long[] {rows, columns});
    }

    private Node plain(Node a, Node b, boolean transposeA, boolean transposeB) {
        long[] shape = a.shape().clone();
        shape[shape.length - 2] = a.size(transposeA ? -1 : -2);
        shape[shape.length - 1] = b.size(transposeB ? -2 : -1);
        return graph.node(graph.sameDiff().mmul(a.variable(), b.variable(), transposeA, transposeB, false), shape);
    }

    private Node widened(Node matrix, int axis, long size) {
        long[] after = new long[2];
        after[axis] = size - matrix.size(axis);
        return graph.pad(matrix, new long[2], after, 0);
    }
}
