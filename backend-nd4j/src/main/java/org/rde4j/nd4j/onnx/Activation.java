package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Something that depends on the signal. Operations for which the order of axes does not matter keep the
 * layout they find; the others ask for the one they need, and this is the one place that converts.
 *
 * @param graph where it is written
 * @param node its values
 * @param layout in which order the node holds the axes
 */
record Activation(Graph graph, Node node, Layout layout) implements Value {

    @Override
    public long[] shape() {
        return IntStream.range(0, node.rank())
                .mapToLong(i -> node.size(layout.axis(i, node.rank())))
                .toArray();
    }

    /** The same value held in another layout. */
    Activation in(Layout wanted) {
        if (wanted == layout || node.rank() < 3) {
            return this;
        }
        if (Arrays.stream(shape()).skip(2).allMatch(size -> size == 1)) {
            // Nothing moves: [N, 1, 1, C] and [N, C, 1, 1] hold the same row.
            return new Activation(graph, graph.reshape(node, reordered(wanted)), wanted);
        }
        Node moved = wanted == Layout.ONNX ? graph.channelsFirst(node) : graph.channelsLast(node);
        return new Activation(graph, moved, wanted);
    }

    private long[] reordered(Layout wanted) {
        long[] shape = shape();
        return Arrays.stream(wanted.axes(shape.length)).mapToLong(i -> shape[i]).toArray();
    }

    /** The node with ONNX's order of axes. */
    Node plain() {
        return in(Layout.ONNX).node;
    }

    /** The node with channels last. */
    Node channelsLast() {
        return in(Layout.CHANNELS_LAST).node;
    }

    @Override
    public Activation reshape(long... shape) {
        return Arrays.equals(shape, shape()) ? this : plain(graph, graph.reshape(plain(), shape));
    }

    @Override
    public Activation transpose(int... permutation) {
        boolean toChannelsFirst = Arrays.equals(permutation, channelsToFront(rank()));
        if (layout == Layout.ONNX && toChannelsFirst) {
            // The node stays as it is: it already holds the result with channels last.
            return new Activation(graph, node, Layout.CHANNELS_LAST);
        }
        int[] axes = Arrays.stream(permutation).map(i -> layout.axis(i, rank())).toArray();
        return plain(graph, graph.permute(node, axes));
    }

    private static int[] channelsToFront(int rank) {
        return rank < 3
                ? new int[0]
                : IntStream.range(0, rank)
                        .map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1)
                        .toArray();
    }

    @Override
    public Activation take(int axis, int... positions) {
        return keeping(graph.selection().take(node, layout.axis(axis, rank()), positions));
    }

    /** Another node in the same layout. */
    Activation keeping(Node other) {
        return new Activation(graph, other, layout);
    }

    static Activation plain(Graph graph, Node node) {
        return new Activation(graph, node, Layout.ONNX);
    }

    @Override
    public String toString() {
        return "a signal of shape " + Arrays.toString(shape());
    }
}
