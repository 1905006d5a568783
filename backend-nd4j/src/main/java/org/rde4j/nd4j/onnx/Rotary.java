package org.rde4j.nd4j.onnx;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Turns pairs of features by angles that grow with the position (RotaryEmbedding of opset 23). */
final class Rotary {
    static final Map<String, Operator> TABLE = Map.of("RotaryEmbedding", Operator.of(call -> new Rotary(call).value()));

    private static final int COSINES = 1;
    private static final int SINES = 2;
    private static final int POSITIONS = 3;

    private final Call call;
    private final Graph graph;
    private final boolean interleaved;
    private final long heads;
    private final long turned;

    private Rotary(Call call) {
        this.call = call;
        this.graph = call.graph();
        this.interleaved = call.node().flag("interleaved", false);
        this.heads = call.node().integer("num_heads", 0);
        this.turned = call.node().integer("rotary_embedding_dim", 0);
    }

    private Value value() {
        Node given = call.plain(0);
        Node x = heads(given);
        int size = Math.toIntExact(x.size(3));
        int part = Math.toIntExact(turned == 0 ? size : turned);
        if (part < 2 || part > size || part % 2 != 0) {
            throw call.refused("turns %s of %s features".formatted(part, size), OnnxGraph.EXPORT_AGAIN);
        }
        int half = part / 2;
        Node cosines = angles(COSINES, x, half);
        Node sines = angles(SINES, x, half);
        Node a = graph.selection()
                .take(x, 3, IntStream.range(0, half).map(i -> first(i)).toArray());
        Node b = graph.selection()
                .take(x, 3, IntStream.range(0, half).map(i -> second(i, half)).toArray());
        Node real = graph.sub(graph.mul(a, cosines), graph.mul(b, sines));
        Node imaginary = graph.add(graph.mul(a, sines), graph.mul(b, cosines));
        int[] back = new int[part];
        for (int i = 0; i < half; i++) {
            back[first(i)] = i;
            back[second(i, half)] = half + i;
        }
        Node y = graph.selection().take(graph.concat(3, List.of(real, imaginary)), 3, back);
        Node whole = part == size ? y : graph.concat(3, List.of(y, graph.slice(x, 3, part, size)));
        return Activation.plain(
                graph, given.rank() == 4 ? graph.permute(whole, 0, 2, 1, 3) : graph.reshape(whole, given.shape()));
    }

    /** Where the two features of a pair lie: side by side, or each in its half. */
    private int first(int pair) {
        return interleaved ? 2 * pair : pair;
    }

    private int second(int pair, int half) {
        return interleaved ? 2 * pair + 1 : half + pair;
    }

    /** The signal as [N, T, heads, features]. */
    private Node heads(Node x) {
        if (x.rank() == 4 && (heads == 0 || heads == x.size(1))) {
            return graph.permute(x, 0, 2, 1, 3);
        }
        if (x.rank() != 3 || heads < 1 || x.size(2) % heads != 0) {
            throw call.refused("cannot cut %s into %s heads".formatted(call.value(0), heads), OnnxGraph.EXPORT_AGAIN);
        }
        return graph.reshape(x, x.size(0), x.size(1), heads, x.size(2) / heads);
    }

    /** Cosines or sines for each position of each signal, or for those of all alike, [N or 1, T, 1, pairs]. */
    private Node angles(int input, Node x, int pairs) {
        Value table = call.value(input);
        if (call.has(POSITIONS)) {
            Constant positions = call.constant(POSITIONS);
            if (table.rank() != 2 || positions.rank() != 2) {
                throw misfit(table, positions);
            }
            long[] shape = positions.shape();
            table = table.take(0, call.positions(positions.ints(), table.shape()[0]))
                    .reshape(shape[0], shape[1], table.shape()[1]);
        }
        long[] shape = table.shape();
        boolean fit = shape.length == 3
                && (shape[0] == 1 || shape[0] == x.size(0))
                && shape[1] == x.size(1)
                && shape[2] == pairs;
        if (!fit) {
            throw misfit(table, call.value(0));
        }
        return graph.reshape(call.activation(table).plain(), shape[0], shape[1], 1, pairs);
    }

    private RdeException misfit(Value table, Value other) {
        return call.refused(
                "turns by %s, which does not fit %s".formatted(table, other),
                "Give signals of the length that the model was exported for.");
    }
}
