package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.rde4j.nd4j.graph.Node;

/** Operators that choose, repeat and join parts of values. */
final class Selections {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Concat", Operator.of(Selections::concat)),
            entry("Slice", Operator.of(Selections::slice)),
            entry("Gather", Operator.of(Selections::gather)),
            entry("Split", Selections::split));

    private Selections() {}

    private static Value concat(Call call) {
        List<Value> parts = call.inputs();
        int axis = call.axis(call.node().integer("axis", 0), parts.get(0).rank());
        return joined(call, parts, axis);
    }

    /** Parts behind each other along an axis. */
    static Value joined(Call call, List<Value> parts, int axis) {
        if (parts.stream().allMatch(Constant.class::isInstance)) {
            return KnownSelections.joined(
                    call, parts.stream().map(Constant.class::cast).toList(), axis);
        }
        requireFit(call, parts, axis);
        int rank = parts.get(0).rank();
        Layout layout =
                parts.stream().anyMatch(part -> part instanceof Activation x && x.layout() == Layout.CHANNELS_LAST)
                        ? Layout.CHANNELS_LAST
                        : Layout.ONNX;
        List<Node> nodes = parts.stream()
                .map(part -> batched(call, part, parts, axis).in(layout).node())
                .toList();
        Node joined = call.graph().concat(layout.axis(axis, rank), nodes);
        return new Activation(call.graph(), joined, layout);
    }

    private static void requireFit(Call call, List<Value> parts, int axis) {
        long[] shape = common(parts);
        boolean fit = parts.stream()
                .allMatch(part -> part.rank() == shape.length
                        && IntStream.range(0, shape.length)
                                // Constants may have the batch of the export.
                                .filter(i -> i != axis)
                                .allMatch(i -> part.shape()[i] == shape[i]
                                        || part instanceof Constant && part.shape()[i] == 1));
        if (!fit) {
            throw call.refused(
                    "joins %s along axis %s".formatted(parts, axis),
                    "Give signals of the size that the model was exported for.");
        }
    }

    /** The greatest size of each axis. */
    private static long[] common(List<Value> parts) {
        return IntStream.range(0, parts.get(0).rank())
                .mapToLong(i -> parts.stream()
                        .filter(part -> i < part.rank())
                        .mapToLong(part -> part.shape()[i])
                        .max()
                        .orElse(1))
                .toArray();
    }

    /** Constants for one signal are repeated for every signal. */
    private static Activation batched(Call call, Value part, List<Value> parts, int axis) {
        Activation x = call.activation(part);
        return part instanceof Constant
                ? Activation.plain(
                        call.graph(),
                        call.graph().broadcastTo(x.node(), Shapes.with(common(parts), axis, part.shape()[axis])))
                : x;
    }

    private static Value slice(Call call) {
        Value x = call.value(0);
        int[] starts = call.integers(1, "starts");
        int[] ends = call.integers(2, "ends");
        if (starts == null || ends == null || starts.length != ends.length) {
            throw call.refused("has no starts and ends of equal length", OnnxGraph.EXPORT_AGAIN);
        }
        int[] given = call.integers(3, "axes");
        int[] axes = given == null ? IntStream.range(0, starts.length).toArray() : call.axes(given, x.rank());
        int[] stated = call.integers(4, "steps");
        for (int i = 0; i < axes.length; i++) {
            int step = stated == null ? 1 : stated[i];
            int[] positions = positions(call, starts[i], ends[i], step, (int) x.shape()[axes[i]]);
            if (positions.length == 0 && x instanceof Activation) {
                throw call.refused(
                        "keeps nothing of an axis of size %s".formatted(x.shape()[axes[i]]),
                        "Give signals of the size that the model was exported for.");
            }
            x = x.take(axes[i], positions);
        }
        return x;
    }

    /** Positions as Python counts them: negative from the end, and everything cut to the axis. */
    private static int[] positions(Call call, int start, int end, int step, int size) {
        if (step == 0) {
            throw call.refused("has the step 0", OnnxGraph.EXPORT_AGAIN);
        }
        // Backwards, the end may lie before the first position, the start may not.
        int most = step > 0 ? size : size - 1;
        long from = Math.min(Math.max(start < 0 ? (long) start + size : start, 0), most);
        long to = Math.min(Math.max(end < 0 ? (long) end + size : end, step > 0 ? 0 : -1), most);
        return LongStream.iterate(from, at -> step > 0 ? at < to : at > to, at -> at + step)
                .mapToInt(at -> (int) at)
                .toArray();
    }

    private static Value gather(Call call) {
        Value x = call.value(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        Constant indices = call.constant(1);
        int[] positions = call.positions(indices.ints(), x.shape()[axis]);
        Value taken = x.take(axis, positions);
        if (indices.rank() == 1) {
            return taken;
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            if (i == axis) {
                Arrays.stream(indices.shape()).forEach(shape::add);
            } else {
                shape.add(x.shape()[i]);
            }
        }
        return taken.reshape(shape.stream().mapToLong(Long::longValue).toArray());
    }

    private static List<Value> split(Call call) {
        Value x = call.value(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        long size = x.shape()[axis];
        int parts = call.node().outputs().size();
        if (call.node().integer("num_outputs", parts) != parts) {
            throw call.refused("has other outputs than num_outputs says", OnnxGraph.EXPORT_AGAIN);
        }
        int[] given = call.integers(1, "split");
        long each = (size + parts - 1) / parts;
        int[] sizes = given != null
                ? given
                : IntStream.range(0, parts)
                        .map(i -> (int) Math.min(each, size - i * each))
                        .toArray();
        if (Arrays.stream(sizes).asLongStream().sum() != size
                || Arrays.stream(sizes).anyMatch(s -> s < (x instanceof Constant ? 0 : 1))) {
            throw call.refused(
                    "splits %s into %s".formatted(size, Arrays.toString(sizes)),
                    "Give signals of the size that the model was exported for.");
        }
        List<Value> results = new ArrayList<>();
        int from = 0;
        for (int part : sizes) {
            results.add(x.take(axis, IntStream.range(from, from + part).toArray()));
            from += part;
        }
        return results;
    }
}
