package org.rde4j.nd4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Operations that choose, repeat or mix the positions of one axis. They are made of slices, concatenations
 * and matrix products, whose gradients ND4J computes rightly and fast.
 */
public final class Selection {
    /** Up to so many runs of neighbouring positions are copied run by run. */
    private static final int MOST_RUNS = 16;
    /** Runs of up to so many numbers are repeated by a product; measured for 6 and 100, where it wins and loses. */
    private static final int NARROW = 16;
    /** Matrices of zeros and ones with more numbers take too much memory. */
    private static final long LARGEST_MATRIX = 1 << 20;

    private final Graph graph;

    Selection(Graph graph) {
        this.graph = graph;
    }

    /**
     * Chooses positions of one axis, in any order and with repetitions.
     *
     * @param a any node
     * @param axis counted from 0, or from -1 backwards
     * @param positions which positions, each in [0, size of the axis)
     * @return the node whose axis has one entry for each position
     */
    public Node take(Node a, int axis, int... positions) {
        int at = axis < 0 ? axis + a.rank() : axis;
        int repeats = repeats(positions);
        if (repeats > 1) {
            int[] once = IntStream.range(0, positions.length / repeats)
                    .map(i -> positions[i * repeats])
                    .toArray();
            return repeated(take(a, at, once), at, repeats);
        }
        int step = positions.length > 1 ? positions[1] - positions[0] : 1;
        if (step > 1 && isProgression(positions, step)) {
            return strided(a, at, positions[0], step, positions.length);
        }
        List<int[]> runs = runs(positions);
        if (runs.size() <= MOST_RUNS) {
            return graph.concat(
                    at,
                    runs.stream().map(run -> graph.slice(a, at, run[0], run[1])).toList());
        }
        return positions.length * a.size(at) <= LARGEST_MATRIX
                ? mix(a, at, oneHot(positions, (int) a.size(at)))
                : gather(a, at, positions);
    }

    /**
     * Any values of a node in any order.
     *
     * @param a any node
     * @param positions row-major positions of the wanted values in a, one for each value of the result
     * @param shape of the result
     * @return the chosen values
     */
    public Node pick(Node a, int[] positions, long... shape) {
        int block = block(positions, Math.toIntExact(a.length()));
        int[] blocks = IntStream.range(0, positions.length / block)
                .map(i -> positions[i * block] / block)
                .toArray();
        return graph.reshape(gather(graph.reshape(a, a.length() / block, block), 0, blocks), shape);
    }

    /** The longest pieces of a row-major array that stay together, all of one length and starting at a multiple of it. */
    private static int block(int[] positions, int length) {
        int run = 1;
        while (run < positions.length && positions[run] == positions[run - 1] + 1) {
            run++;
        }
        for (int block = run; block > 1; block--) {
            if (length % block == 0 && positions.length % block == 0 && fits(positions, block)) {
                return block;
            }
        }
        return 1;
    }

    private static boolean fits(int[] positions, int block) {
        return IntStream.range(0, positions.length)
                .allMatch(i -> i % block == 0 ? positions[i] % block == 0 : positions[i] == positions[i - 1] + 1);
    }

    private Node gather(Node a, int axis, int[] positions) {
        long[] shape = a.shape().clone();
        shape[axis] = positions.length;
        return graph.node(graph.sameDiff().gather(a.variable(), graph.integers(positions), axis), shape);
    }

    /**
     * What {@link #take} and {@link #pick} do to slopes: entry p of an axis gets the sum of all entries whose position
     * is p. It is made of as many gathers as a position occurs, so that the order of the sum is always the same.
     *
     * @param slope of the result
     * @param axis that was chosen from
     * @param positions that were chosen
     * @param size of the axis before
     * @return the slope of what was chosen from
     */
    public Node scatterAdd(Node slope, int axis, int[] positions, int size) {
        long[] after = new long[slope.rank()];
        after[axis] = 1;
        Node withZero = graph.pad(slope, new long[slope.rank()], after, 0);
        List<Node> rounds = rounds(positions, size).stream()
                .map(round -> gather(withZero, axis, round))
                .toList();
        return rounds.stream().reduce(graph::add).orElseThrow();
    }

    /**
     * Who writes to each place: in the first row the first writer, in the second the second one, and so on; the number
     * of writers where there is none.
     *
     * @param places where each writer writes
     * @param size the number of places
     * @return as many rows as the most wanted place has writers, at least one
     */
    public static List<int[]> rounds(int[] places, int size) {
        List<int[]> rounds = new ArrayList<>();
        int[] written = new int[size];
        for (int writer = 0; writer < places.length; writer++) {
            int round = written[places[writer]]++;
            if (round == rounds.size()) {
                int[] nobody = new int[size];
                Arrays.fill(nobody, places.length);
                rounds.add(nobody);
            }
            rounds.get(round)[places[writer]] = writer;
        }
        if (rounds.isEmpty()) {
            rounds.add(new int[size]);
        }
        return rounds;
    }

    /**
     * The positions of the first axis one by one. Halves are cut again and again, so that gradients, which pad every part to
     * the size that it was cut from, take n·log n steps for n positions.
     *
     * @param a any node
     * @return for each position a node without the first axis
     */
    public List<Node> each(Node a) {
        long size = a.size(0);
        if (size == 1) {
            return List.of(graph.reshape(a, Arrays.copyOfRange(a.shape(), 1, a.rank())));
        }
        List<Node> parts = new ArrayList<>(each(graph.slice(a, 0, 0, size / 2)));
        parts.addAll(each(graph.slice(a, 0, size / 2, size)));
        return parts;
    }

    /** The positions of one axis in reverse order. */
    Node reversed(Node a, int axis) {
        int size = Math.toIntExact(a.size(axis));
        return take(a, axis, IntStream.range(0, size).map(i -> size - 1 - i).toArray());
    }

    /**
     * Multiplies one axis by a matrix.
     *
     * @param a any node
     * @param axis counted from 0, or from -1 backwards
     * @param matrix [new size, size of the axis]
     * @return the node whose axis has the new size
     */
    public Node mix(Node a, int axis, INDArray matrix) {
        if (a.rank() == 1) {
            return graph.reshape(mix(graph.reshape(a, 1, a.length()), 1, matrix), matrix.size(0));
        }
        int at = axis < 0 ? axis + a.rank() : axis;
        int[] swapped = IntStream.range(0, a.rank()).toArray();
        swapped[at] = a.rank() - 1;
        swapped[a.rank() - 1] = at;
        Node product = graph.matmul(
                graph.permute(a, swapped), graph.constant(matrix.transpose().dup('c')));
        return graph.permute(product, swapped);
    }

    /** Each position so many times in a row. */
    private Node repeated(Node a, int axis, int times) {
        long[] shape = a.shape().clone();
        shape[axis] *= times;
        int width = (int) Arrays.stream(a.shape()).skip(axis + 1L).reduce(1, (x, y) -> x * y);
        if (width <= NARROW) {
            // Copies of few numbers take longer than a product with zeros and ones.
            Node rows = graph.reshape(a, -1, width);
            return graph.reshape(graph.matmul(rows, graph.constant(copies(width, times))), shape);
        }
        Node apart = graph.reshape(a, inserted(a.shape(), axis + 1, 1));
        return graph.reshape(graph.concat(axis + 1, Collections.nCopies(times, apart)), shape);
    }

    /** The matrix [width, times · width] that writes a row so many times. */
    private static INDArray copies(int width, int times) {
        float[][] ones = new float[width][times * width];
        for (int i = 0; i < times * width; i++) {
            ones[i % width][i] = 1;
        }
        return Nd4j.createFromArray(ones);
    }

    /** Every step-th position: the axis is cut into rows of one step, and the first column kept. */
    private Node strided(Node a, int axis, int first, int step, int count) {
        long size = a.size(axis);
        long end = Math.min(size, first + (long) count * step);
        Node part = graph.slice(a, axis, first, end);
        long[] before = new long[a.rank()];
        long[] after = new long[a.rank()];
        after[axis] = (long) count * step - (end - first);
        Node whole = graph.pad(part, before, after, 0);
        long[] cut = inserted(whole.shape(), axis + 1, step);
        cut[axis] = count;
        long[] shape = a.shape().clone();
        shape[axis] = count;
        return graph.reshape(graph.slice(graph.reshape(whole, cut), axis + 1, 0, 1), shape);
    }

    private static long[] inserted(long[] shape, int at, long size) {
        long[] longer = new long[shape.length + 1];
        System.arraycopy(shape, 0, longer, 0, at);
        longer[at] = size;
        System.arraycopy(shape, at, longer, at + 1, shape.length - at);
        return longer;
    }

    /** The largest r such that every position comes r times in a row. */
    private static int repeats(int[] positions) {
        int repeats = 1;
        while (repeats < positions.length && positions[repeats] == positions[0]) {
            repeats++;
        }
        int r = repeats;
        boolean all = positions.length % r == 0
                && IntStream.range(0, positions.length).allMatch(i -> positions[i] == positions[i - i % r]);
        return all ? r : 1;
    }

    private static boolean isProgression(int[] positions, int step) {
        return IntStream.range(1, positions.length).allMatch(i -> positions[i] - positions[i - 1] == step);
    }

    /** The positions as runs [from, to) of neighbours. */
    private static List<int[]> runs(int[] positions) {
        List<int[]> runs = new ArrayList<>();
        for (int position : positions) {
            int[] last = runs.isEmpty() ? new int[] {-1, -1} : runs.get(runs.size() - 1);
            if (position == last[1]) {
                last[1]++;
            } else {
                runs.add(new int[] {position, position + 1});
            }
        }
        return runs;
    }

    private static INDArray oneHot(int[] positions, int size) {
        INDArray matrix = Nd4j.zeros(DataType.FLOAT, positions.length, size);
        for (int i = 0; i < positions.length; i++) {
            matrix.putScalar(i, positions[i], 1);
        }
        return matrix;
    }
}
