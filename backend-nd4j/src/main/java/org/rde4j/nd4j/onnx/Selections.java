package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.factory.Nd4j;
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
        int rank = parts.get(0).rank();
        int axis = call.axis(call.node().integer("axis", 0), rank);
        requireFit(call, parts, axis);
        if (parts.stream().allMatch(Constant.class::isInstance)) {
            return joined(parts.stream().map(Constant.class::cast).toList(), axis);
        }
        Layout layout =
                parts.stream().anyMatch(part -> part instanceof Activation x && x.layout() == Layout.CHANNELS_LAST)
                        ? Layout.CHANNELS_LAST
                        : Layout.ONNX;
        List<Node> nodes = parts.stream()
                .map(part -> batched(call, part, axis).in(layout).node())
                .toList();
        Node joined = call.graph().concat(layout.axis(axis, rank), nodes);
        return new Activation(call.graph(), joined, layout);
    }

    private static void requireFit(Call call, List<Value> parts, int axis) {
        long[] first = parts.get(0).shape();
        boolean fit = parts.stream()
                .allMatch(part -> part.rank() == first.length
                        && IntStream.range(0, first.length)
                                // The batch is exempt: constants have the one of the export.
                                .filter(i -> i != axis && i != 0)
                                .allMatch(i -> part.shape()[i] == first[i]));
        if (!fit) {
            throw call.refused(
                    "joins %s along axis %s".formatted(parts, axis),
                    "Give signals of the size that the model was exported for.");
        }
    }

    /** Constants with a batch of one are repeated for every signal. */
    private static Activation batched(Call call, Value part, int axis) {
        Activation x = call.activation(part);
        long batch = call.lowering().batch();
        if (part instanceof Constant && axis != 0 && part.shape()[0] == 1 && batch > 1) {
            long[] shape = Shapes.with(part.shape(), 0, batch);
            Node zeros = call.graph().constant(Nd4j.zeros(shape));
            return Activation.plain(call.graph(), call.graph().add(zeros, x.node()));
        }
        return x;
    }

    private static Constant joined(List<Constant> parts, int axis) {
        // With the axis in front, parts lie one behind the other.
        int rank = parts.get(0).rank();
        int[] toFront = IntStream.concat(
                        IntStream.of(axis), IntStream.range(0, rank).filter(i -> i != axis))
                .toArray();
        List<Constant> turned =
                parts.stream().map(part -> part.transpose(toFront)).toList();
        double[] values = turned.stream()
                .flatMapToDouble(part -> Arrays.stream(part.values()))
                .toArray();
        long size = turned.stream().mapToLong(part -> part.shape()[0]).sum();
        long[] shape = Shapes.with(turned.get(0).shape(), 0, size);
        int[] back = new int[rank];
        IntStream.range(0, rank).forEach(i -> back[toFront[i]] = i);
        boolean integers = parts.stream().allMatch(Constant::integer);
        return new Constant(values, integers, shape).transpose(back);
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
            x = x.take(axes[i], positions);
        }
        return x;
    }

    /** Positions as Python counts them: negative from the end, and everything cut to the axis. */
    private static int[] positions(Call call, int start, int end, int step, int size) {
        if (step == 0) {
            throw call.refused("has the step 0", OnnxGraph.EXPORT_AGAIN);
        }
        int least = step > 0 ? 0 : -1;
        int most = step > 0 ? size : size - 1;
        long from = Math.min(Math.max(start < 0 ? (long) start + size : start, least), most);
        long to = Math.min(Math.max(end < 0 ? (long) end + size : end, least), most);
        int[] positions = LongStream.iterate(from, at -> step > 0 ? at < to : at > to, at -> at + step)
                .mapToInt(at -> (int) at)
                .toArray();
        if (positions.length == 0) {
            throw call.refused(
                    "keeps nothing of an axis of size %s".formatted(size),
                    "Give signals of the size that the model was exported for.");
        }
        return positions;
    }

    private static Value gather(Call call) {
        Value x = call.value(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        Constant indices = call.constant(1);
        int[] positions = call.axes(indices.ints(), (int) x.shape()[axis]);
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
        int[] given = call.integers(1, "split");
        long each = (size + parts - 1) / parts;
        int[] sizes = given != null
                ? given
                : IntStream.range(0, parts)
                        .map(i -> (int) Math.min(each, size - i * each))
                        .toArray();
        if (Arrays.stream(sizes).asLongStream().sum() != size
                || Arrays.stream(sizes).anyMatch(s -> s < 1)) {
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
