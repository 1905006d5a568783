package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.nd4j.graph.Node;

/** Padding with a number, or with values from inside. */
final class Pads {
    static final Map<String, Operator> TABLE = Map.ofEntries(entry("Pad", Operator.of(Pads::pad)));

    /** No axis of a picture or sound is longer. */
    private static final long LONGEST_AXIS = 1 << 20;

    private Pads() {}

    /**
     * How much is added at both ends of each axis; negative numbers cut off.
     *
     * @param before one number for each axis
     * @param after one number for each axis
     */
    record Sizes(int[] before, int[] after) {

        static Sizes of(Call call, int rank) {
            int[] axes = call.has(3)
                    ? call.axes(call.constant(3).ints(), rank)
                    : IntStream.range(0, rank).toArray();
            int[] given = call.integers(1, "pads");
            if (given == null || given.length != 2 * axes.length) {
                throw call.refused("has no pads for both ends of each axis", OnnxGraph.EXPORT_AGAIN);
            }
            Sizes sizes = new Sizes(new int[rank], new int[rank]);
            for (int i = 0; i < axes.length; i++) {
                sizes.before[axes[i]] = given[i];
                sizes.after[axes[i]] = given[axes.length + i];
            }
            return sizes;
        }
    }

    private static Value pad(Call call) {
        Activation x = call.activation(0);
        Sizes sizes = Sizes.of(call, x.rank());
        String mode = call.node().text("mode", "constant");
        if (mode.equals("constant")) {
            return constant(call, x, sizes);
        }
        Value padded = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            if (sizes.before[axis] != 0 || sizes.after[axis] != 0) {
                int size = (int) x.shape()[axis];
                padded = padded.take(axis, inside(call, mode, size, sizes.before[axis], sizes.after[axis]));
            }
        }
        return padded;
    }

    private static Value constant(Call call, Activation x, Sizes sizes) {
        double value = call.number(2, "value", 0);
        long[] head = new long[x.rank()];
        long[] tail = new long[x.rank()];
        long[] from = new long[x.rank()];
        long[] size = x.node().shape().clone();
        for (int axis = 0; axis < x.rank(); axis++) {
            int at = x.layout().axis(axis, x.rank());
            head[at] = Math.max(0, sizes.before[axis]);
            tail[at] = Math.max(0, sizes.after[axis]);
            from[at] = Math.max(0, -sizes.before[axis]);
            size[at] += Math.min(0, sizes.before[axis]) + Math.min(0, sizes.after[axis]);
        }
        Node kept = call.graph().slice(x.node(), from, size);
        return x.keeping(call.graph().pad(kept, head, tail, value));
    }

    /** Which position each padded one copies. */
    static int[] inside(Call call, String mode, int size, int before, int after) {
        if ((long) before + size + after > LONGEST_AXIS || before + (long) size + after < 1) {
            throw call.refused(
                    "pads %s to %s, but sizes must be between 1 and %s"
                            .formatted(size, (long) before + size + after, LONGEST_AXIS),
                    OnnxGraph.EXPORT_AGAIN);
        }
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
