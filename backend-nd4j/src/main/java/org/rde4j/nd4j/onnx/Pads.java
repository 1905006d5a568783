package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.nd4j.graph.Node;

/** Padding with a number, or with values from inside. */
final class Pads {
    static final Map<String, Operator> TABLE = Map.ofEntries(entry("Pad", Operator.of(Pads::pad)));

    private Pads() {}

    private static Value pad(Call call) {
        Activation x = call.activation(0);
        int[] axes = call.has(3)
                ? call.axes(call.constant(3).ints(), x.rank())
                : IntStream.range(0, x.rank()).toArray();
        int[] given = call.integers(1, "pads");
        if (given == null || given.length != 2 * axes.length) {
            throw call.refused("has no pads for both ends of each axis", OnnxGraph.EXPORT_AGAIN);
        }
        int[] before = Arrays.copyOf(given, axes.length);
        int[] after = Arrays.copyOfRange(given, axes.length, given.length);
        String mode = call.node().text("mode", "constant");
        if (mode.equals("constant")) {
            return constant(call, x, axes, before, after);
        }
        Value padded = x;
        for (int i = 0; i < axes.length; i++) {
            int size = (int) x.shape()[axes[i]];
            padded = padded.take(axes[i], inside(call, mode, size, before[i], after[i]));
        }
        return padded;
    }

    private static Value constant(Call call, Activation x, int[] axes, int[] before, int[] after) {
        double value = call.number(2, "value", 0);
        long[] head = new long[x.rank()];
        long[] tail = new long[x.rank()];
        long[] from = new long[x.rank()];
        long[] size = x.node().shape().clone();
        for (int i = 0; i < axes.length; i++) {
            int at = x.layout().axis(axes[i], x.rank());
            head[at] = Math.max(0, before[i]);
            tail[at] = Math.max(0, after[i]);
            // Negative pads cut off.
            from[at] = Math.max(0, -before[i]);
            size[at] += Math.min(0, before[i]) + Math.min(0, after[i]);
        }
        Node kept = call.graph().slice(x.node(), from, size);
        return x.keeping(call.graph().pad(kept, head, tail, value));
    }

    /** Which position each padded one copies. */
    private static int[] inside(Call call, String mode, int size, int before, int after) {
        int period = Math.max(1, 2 * (size - 1));
        return IntStream.range(-before, size + after)
                .map(i -> switch (mode) {
                    case "reflect" -> Math.min(Math.floorMod(i, period), period - Math.floorMod(i, period));
                    case "edge" -> Math.min(Math.max(i, 0), size - 1);
                    case "wrap" -> Math.floorMod(i, size);
                    default -> throw call.refused(
                            "pads in the mode '%s'".formatted(mode), "Supported are constant, reflect, edge and wrap.");
                })
                .toArray();
    }
}
