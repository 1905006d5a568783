package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Spatial;
import org.rde4j.nd4j.graph.Window;

/** Pooling. */
final class Pools {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("MaxPool", Operator.of(Pools::maximum)),
            entry("AveragePool", Operator.of(Pools::average)),
            entry("GlobalAveragePool", Operator.of(call -> global(call, false))),
            entry("GlobalMaxPool", Operator.of(call -> global(call, true))),
            entry("LpPool", Operator.of(Pools::lengths)),
            entry("GlobalLpPool", Operator.of(Pools::globalLength)));

    private Pools() {}

    private static Value maximum(Call call) {
        Node x = call.image(0);
        Window window = window(call, x);
        Node y = call.graph().spatial().maxPool(x, ceiled(call, window, x));
        return call.fromImage(y, call.value(0).rank());
    }

    private static Value average(Call call) {
        Node x = call.image(0);
        Window window = window(call, x);
        Window ceiled = ceiled(call, window, x);
        Spatial spatial = call.graph().spatial();
        boolean countPadding = call.node().flag("count_include_pad", false);
        Node y;
        if (countPadding && !ceiled.equals(window)) {
            // The pads count, but what the ceiling adds beyond them does not.
            Node padded = call.graph()
                    .pad(
                            x,
                            new long[] {0, window.top(), window.left(), 0},
                            new long[] {0, window.bottom(), window.right(), 0},
                            0);
            Window beyond = window.pads(0, 0, ceiled.bottom() - window.bottom(), ceiled.right() - window.right());
            y = spatial.averagePool(padded, beyond, false);
        } else {
            y = spatial.averagePool(x, ceiled, countPadding);
        }
        return call.fromImage(y, call.value(0).rank());
    }

    /** The length (Σ|x|ᵖ)^(1/p) of what is under each window. */
    private static Value lengths(Call call) {
        Node x = call.image(0);
        Window window = ceiled(call, window(call, x), x);
        Node powers = powers(call, x);
        Node means = call.graph().spatial().averagePool(powers, window, true);
        Node y = root(call, call.graph().mul(means, (double) window.height() * window.width()));
        return call.fromImage(y, call.value(0).rank());
    }

    private static Value globalLength(Call call) {
        Node x = places(call).channelsLast();
        int[] inner = IntStream.range(1, x.rank() - 1).toArray();
        Node y = root(call, call.graph().sum(powers(call, x), true, inner));
        return new Activation(call.graph(), y, Layout.CHANNELS_LAST);
    }

    private static long exponent(Call call) {
        long p = call.node().integer("p", 2);
        if (p < 1) {
            throw call.refused("has p = %s, but must have at least 1".formatted(p), OnnxGraph.EXPORT_AGAIN);
        }
        return p;
    }

    private static Node powers(Call call, Node x) {
        Graph graph = call.graph();
        long p = exponent(call);
        return p == 2 ? graph.square(x) : p == 1 ? graph.abs(x) : graph.pow(graph.abs(x), p);
    }

    /** Where everything is 0, so is the gradient. */
    private static Node root(Call call, Node sums) {
        Graph graph = call.graph();
        long p = exponent(call);
        Node positive = graph.clip(sums, Float.MIN_NORMAL, Double.POSITIVE_INFINITY);
        return p == 1 ? sums : p == 2 ? graph.sqrt(positive) : graph.pow(positive, 1.0 / p);
    }

    private static Window window(Call call, Node x) {
        long[] kernel = call.node().integers("kernel_shape");
        if (kernel == null || kernel.length != call.value(0).rank() - 2) {
            throw call.refused("has no kernel_shape that fits " + call.value(0), OnnxGraph.EXPORT_AGAIN);
        }
        Window window = Windows.of(call, kernel, x.size(1), x.size(2));
        if (window.rows(x.size(1)) < 1 || window.columns(x.size(2)) < 1) {
            throw call.refused("has a window larger than " + call.value(0), "Give larger signals.");
        }
        return window;
    }

    /** With pads at the end so that a last, incomplete window fits, if the node wants that. */
    private static Window ceiled(Call call, Window window, Node x) {
        if (!call.node().flag("ceil_mode", false)) {
            return window;
        }
        int below = missing(
                x.size(1), window.height(), window.strideH(), window.dilationH(), window.top(), window.bottom());
        int right =
                missing(x.size(2), window.width(), window.strideW(), window.dilationW(), window.left(), window.right());
        return window.pads(window.top(), window.left(), window.bottom() + below, window.right() + right);
    }

    private static int missing(long size, int kernel, int stride, int dilation, int before, int after) {
        long reach = dilation * (kernel - 1L) + 1;
        long steps = -Math.floorDiv(reach - size - before - after, (long) stride);
        // A window must start inside the signal or the pads before it.
        long last = steps * stride >= size + before ? steps - 1 : steps;
        return (int) Math.max(0, last * stride + reach - (size + before + after));
    }

    /** A signal that has places beside its channels. */
    private static Activation places(Call call) {
        Activation x = call.activation(0);
        if (x.rank() < 3) {
            throw call.refused("gets %s, but wants at least rank 3".formatted(x), OnnxGraph.EXPORT_AGAIN);
        }
        return x;
    }

    private static Value global(Call call, boolean maximum) {
        Activation x = places(call);
        int[] inner = IntStream.range(1, x.rank() - 1).toArray();
        Node node = x.channelsLast();
        Node y = maximum ? call.graph().max(node, true, inner) : call.graph().mean(node, true, inner);
        return new Activation(call.graph(), y, Layout.CHANNELS_LAST);
    }
}
