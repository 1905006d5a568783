package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How a network that was exported for one batch is written for another number of signals: constants stay those of the
 * export, and in every other value one axis grows or shrinks with the batch. Shapes that networks state follow the
 * axis. Where a reshape leaves several axes to choose from, the likely one is taken: whether signals stay apart then is
 * for {@link Separation} to prove.
 */
final class Rebatching {
    private static final Set<String> RESHAPES = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze");

    /** Operators that are told the shape of their result, and by which input. */
    private static final Map<String, Integer> SHAPED = Map.of("Expand", 1, "Resize", 3);

    private final Exported exported;
    private final long from;
    private final long to;
    /** How much of the axis that follows the batch is before the signals, by value; one for those that are not here. */
    private final Map<String, Long> outer = new HashMap<>();

    /**
     * Prepares to write a network.
     *
     * @param exported the network, written for the batch of the export
     * @param from the batch of the export
     * @param to how many signals there are
     */
    Rebatching(Exported exported, long from, long to) {
        this.exported = exported;
        this.from = from;
        this.to = to;
    }

    /**
     * What was written for the batch of the export.
     *
     * @param constants values that no signal changes
     * @param shapes of all values
     * @param inner what graphs inside an operator were written as, run by run, by the operator's first output
     */
    record Exported(Map<String, Constant> constants, Map<String, long[]> shapes, Map<String, List<Exported>> inner) {

        /** The size of every axis. */
        LongStream sizes() {
            LongStream own = shapes.values().stream().flatMapToLong(LongStream::of);
            return LongStream.concat(
                    own, inner.values().stream().flatMap(List::stream).flatMapToLong(Exported::sizes));
        }

        long[] shape(String name) {
            long[] shape = shapes.get(name);
            if (shape == null) {
                throw new Impossible("nothing is known of " + name);
            }
            return shape;
        }
    }

    /** Some value has no axis that follows the batch: the network cannot be written for several signals at once. */
    static final class Impossible extends RuntimeException {
        private static final long serialVersionUID = 1;

        Impossible(String reason) {
            super(reason, null, false, false);
        }
    }

    /** The same for a graph inside an operator, which sees the values around it, when it is written for the next time. */
    Rebatching inner(String output, int run) {
        List<Exported> runs = exported.inner().getOrDefault(output, List.of());
        if (run >= runs.size()) {
            throw new Impossible(output + " runs more often");
        }
        Exported own = runs.get(run);
        Map<String, long[]> shapes = new HashMap<>(exported.shapes());
        shapes.putAll(own.shapes());
        Rebatching same = new Rebatching(new Exported(own.constants(), shapes, own.inner()), from, to);
        same.outer.putAll(outer);
        return same;
    }

    /** A value that is the same for any signals; null for others. */
    @Nullable
    Constant constant(String name) {
        return exported.constants().get(name);
    }

    /** Writes the nodes that only move values to another shape; null for others. */
    @Nullable
    List<Value> reshaped(Call call) {
        OnnxNode node = call.node();
        if (!RESHAPES.contains(node.operator())) {
            return null;
        }
        Value x = call.value(0);
        String input = node.inputs().get(0);
        String output = node.outputs().get(0);
        long[] source = exported.shape(input);
        long[] target = exported.shape(output);
        int axis = axis(source, x.shape());
        long before = Shapes.length(Arrays.copyOf(source, axis)) * outer.getOrDefault(input, 1L);
        int follows = follows(target, before, Arrays.copyOfRange(source, axis + 1, source.length));
        outer.put(output, before / Shapes.length(Arrays.copyOf(target, follows)));
        return List.of(x.reshape(Shapes.with(target, follows, target[follows] / from * to)));
    }

    /**
     * The axis that follows the batch after a reshape: one that counts nothing else, or else one that begins or ends
     * with it or has it inside. The batch becomes part of the axis before it, as in front of a matrix product, where it
     * would be part of the last axis otherwise or all axes behind it stay; else of the one behind it, as where features
     * fall apart into heads.
     *
     * @param target the shape of the export
     * @param before what is before the signals
     * @param behind the sizes of the axes behind the batch, before the reshape
     */
    private int follows(long[] target, long before, long[] behind) {
        int[] possible = IntStream.range(0, target.length)
                .filter(i -> {
                    long prefix = Shapes.length(Arrays.copyOf(target, i));
                    return target[i] % from == 0 && before % prefix == 0 && target[i] / from % (before / prefix) == 0;
                })
                .toArray();
        if (possible.length == 0) {
            throw new Impossible("no axis of " + Arrays.toString(target) + " follows the batch");
        }
        int last = possible[possible.length - 1];
        boolean joinsRows =
                last == target.length - 1 || Arrays.equals(Arrays.copyOfRange(target, last, target.length), behind);
        return Arrays.stream(possible)
                .filter(i -> target[i] == from)
                .findFirst()
                .orElse(joinsRows ? possible[0] : last);
    }

    /** Which input states the shape of the result, if one does and the first one depends on the signals; else −1. */
    static int shapeInput(Call call) {
        int input = SHAPED.getOrDefault(call.node().operator(), -1);
        return input >= 0 && call.has(input) && call.value(0) instanceof Activation ? input : -1;
    }

    /** A stated shape with the batch of the signals in place of that of the export. */
    Constant followed(Call call, Constant stated) {
        long[] source = exported.shape(call.node().inputs().get(0));
        long[] shape = stated.longs();
        int axis = shape.length - source.length + axis(source, call.value(0).shape());
        if (axis < 0) {
            // It states other axes alone.
            return stated;
        }
        if (shape[axis] % from != 0) {
            throw new Impossible("no axis of " + stated + " follows the batch");
        }
        return Constant.integers(Shapes.with(shape, axis, shape[axis] / from * to));
    }

    /** Takes note of a value that a node has, which must follow the batch as it did in the export. */
    void follow(Call call, String name, Value value) {
        if (exported.constants().containsKey(name) != value instanceof Constant) {
            throw new Impossible(name + " depends on the batch");
        }
        axis(exported.shape(name), value.shape());
        call.node().inputs().stream()
                .filter(outer::containsKey)
                .findFirst()
                .ifPresent(input -> outer.putIfAbsent(name, outer.get(input)));
    }

    /** The only axis in which the shapes differ, by the ratio of the batches. */
    private int axis(long[] before, long[] now) {
        int[] others = before.length != now.length
                ? new int[0]
                : IntStream.range(0, now.length)
                        .filter(i -> before[i] != now[i])
                        .toArray();
        if (others.length != 1 || before[others[0]] * to != now[others[0]] * from) {
            throw new Impossible(Arrays.toString(before) + " became " + Arrays.toString(now));
        }
        return others[0];
    }
}
