package org.rde4j.nd4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** ONNX's own operators of attention; exporters mostly write the matrix products instead. */
final class Attention {
    static final Map<String, Operator> TABLE = Map.of("Attention", call -> new Attention(call).outputs());

    private static final int MASK = 3;
    private static final int PAST_KEY = 4;
    private static final int PAST_VALUE = 5;
    private static final int LENGTHS = 6;
    /** What a softmax of 32-bit floats turns into 0, without the NaN that infinities can become. */
    private static final double NEVER = -1e30f;

    private final Call call;
    private final Graph graph;

    private Attention(Call call) {
        this.call = call;
        this.graph = call.graph();
        if (call.has(LENGTHS)
                || call.node().outputs().size() > MASK
                        && !call.node().outputs().get(MASK).isEmpty()) {
            throw call.refused("has lengths of keys, or its scores as an output", "Export the model without them.");
        }
    }

    private List<Value> outputs() {
        boolean split = call.value(0).rank() == 4;
        Node q = heads(0, "q_num_heads");
        Node k = heads(1, "kv_num_heads");
        Node v = heads(2, "kv_num_heads");
        if (call.has(PAST_KEY) || call.has(PAST_VALUE)) {
            k = graph.concat(2, List.of(heads(PAST_KEY, ""), k));
            v = graph.concat(2, List.of(heads(PAST_VALUE, ""), v));
        }
        requireFit(q, k, v);
        Node y = mixed(q, shared(k, q.size(1)), shared(v, q.size(1)));
        List<Value> values = new ArrayList<>();
        Node joined =
                split ? y : graph.reshape(graph.permute(y, 0, 2, 1, 3), y.size(0), y.size(2), y.size(1) * y.size(3));
        values.add(Activation.plain(graph, joined));
        values.add(Activation.plain(graph, k));
        values.add(Activation.plain(graph, v));
        return values;
    }

    /** An input as [N, heads, T, features]. */
    private Node heads(int input, String attribute) {
        Node x = call.plain(input);
        long heads = attribute.isEmpty() ? 0 : call.node().integer(attribute, 0);
        if (x.rank() == 4 && (heads == 0 || heads == x.size(1))) {
            return x;
        }
        if (x.rank() != 3 || heads < 1 || x.size(2) % heads != 0) {
            throw call.refused(
                    "cannot cut %s into %s heads".formatted(call.value(input), heads), OnnxGraph.EXPORT_AGAIN);
        }
        return graph.permute(graph.reshape(x, x.size(0), x.size(1), heads, x.size(2) / heads), 0, 2, 1, 3);
    }

    private void requireFit(Node q, Node k, Node v) {
        boolean fit = q.size(0) == k.size(0)
                && k.size(0) == v.size(0)
                && q.size(3) == k.size(3)
                && k.size(1) == v.size(1)
                && k.size(2) == v.size(2)
                && q.size(1) % k.size(1) == 0;
        if (!fit) {
            throw call.refused("gets %s, which do not fit".formatted(call.inputs()), OnnxGraph.EXPORT_AGAIN);
        }
    }

    /** Where there are fewer heads of keys than of queries, neighbouring queries share one. */
    private Node shared(Node x, long heads) {
        int times = (int) (heads / x.size(1));
        int[] positions =
                IntStream.range(0, (int) heads).map(head -> head / times).toArray();
        return times == 1 ? x : graph.selection().take(x, 1, positions);
    }

    private Node mixed(Node q, Node k, Node v) {
        double scale = call.node().number("scale", 1 / Math.sqrt(q.size(3)));
        Node scores = graph.matmul(graph.mul(q, scale), graph.permute(k, 0, 1, 3, 2));
        double cap = call.node().number("softcap", 0);
        boolean causal = call.node().flag("is_causal", false);
        if (cap != 0 && (causal || call.has(MASK)) || causal && call.has(PAST_KEY)) {
            // Versions of ONNX and its implementations disagree about the order of both.
            throw call.refused(
                    "mixes a causal mask, a cap or a past", "Export the model with the attention written out.");
        }
        if (cap != 0) {
            scores = graph.mul(graph.tanh(graph.mul(scores, 1 / cap)), cap);
        }
        Constant blocked = causal ? later(scores.size(2), scores.size(3)) : Constant.scalar(0);
        if (call.has(MASK)) {
            // What comes from the signal does not tell truth values, which mask, from numbers, which are added.
            Constant mask = call.constant(MASK);
            requireMask(mask, scores.size(3));
            blocked = sum(mask, blocked);
            requireSight(blocked);
        }
        if (blocked.rank() > 0) {
            scores = graph.add(scores, graph.constant(blocked.array()));
        }
        return graph.matmul(graph.softmax(scores), v);
    }

    /** Newer versions fill up shorter masks, older ones repeat them. */
    private void requireMask(Constant mask, long keys) {
        if (mask.rank() == 0 || mask.shape()[mask.rank() - 1] != keys) {
            throw call.refused("has the mask %s for %s keys".formatted(mask, keys), OnnxGraph.EXPORT_AGAIN);
        }
    }

    /** What a mask and another one add to scores: truth values say who may be looked at, numbers are added. */
    private static Constant sum(Constant mask, Constant other) {
        int rank = Math.max(mask.rank(), other.rank());
        long[] shape = Shapes.broadcast(Shapes.extended(mask.shape(), rank), Shapes.extended(other.shape(), rank));
        if (shape == null) {
            throw new IllegalArgumentException("the mask does not fit");
        }
        Constant given = mask.broadcast(shape);
        Constant second = other.broadcast(shape);
        return Constant.numbers(ElementType.FLOAT, shape, i -> {
            double first = mask.type() == ElementType.BOOL
                    ? (given.integer(i) == 0 ? NEVER : 0)
                    : Math.max(given.number(i), NEVER);
            return Math.max(first + second.number(i), NEVER);
        });
    }

    private void requireSight(Constant blocked) {
        int keys = (int) blocked.shape()[blocked.rank() - 1];
        double[] added = blocked.values();
        boolean blind = IntStream.range(0, added.length / keys)
                .anyMatch(row ->
                        Arrays.stream(added, row * keys, (row + 1) * keys).allMatch(value -> value == NEVER));
        if (blind) {
            throw call.refused(
                    "has a mask with which nothing can be looked at", "Leave at least one key to every query.");
        }
    }

    private static Constant later(long queries, long keys) {
        return Constant.numbers(ElementType.FLOAT, new long[] {queries, keys}, i -> i % keys > i / keys ? NEVER : 0);
    }
}
