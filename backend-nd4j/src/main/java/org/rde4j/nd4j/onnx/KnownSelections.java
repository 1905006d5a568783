package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that choose and replace single values where nothing depends on the signal. */
final class KnownSelections {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("GatherElements", Operator.of(KnownSelections::gatherElements)),
            entry("GatherND", Operator.of(KnownSelections::gatherBlocks)),
            entry("ScatterElements", Operator.of(KnownSelections::scatterElements)),
            entry("Scatter", Operator.of(KnownSelections::scatterElements)),
            entry("ScatterND", Operator.of(KnownSelections::scatterBlocks)),
            entry("Compress", Operator.of(KnownSelections::compress)),
            entry("Concat", Operator.of(KnownSelections::concat)),
            entry("Pad", Operator.of(KnownSelections::pad)));

    private KnownSelections() {}

    /** An index counted from 0. */
    private static int index(Call call, long index, long size) {
        if (index < -size || index >= size) {
            throw call.refused(
                    "has the index %s for an axis of size %s".formatted(index, size), OnnxGraph.EXPORT_AGAIN);
        }
        return (int) (index < 0 ? index + size : index);
    }

    /** For each position of the indices, the position in x that differs from it on one axis alone. */
    private static int[] targets(Call call, Constant x, Constant indices, int axis) {
        if (indices.rank() != x.rank()) {
            throw call.refused("has indices %s for %s".formatted(indices, x), OnnxGraph.EXPORT_AGAIN);
        }
        long[] shape = indices.shape();
        long[] from = Shapes.strides(shape);
        long[] to = Shapes.strides(x.shape());
        return IntStream.range(0, (int) indices.length())
                .map(i -> {
                    long position = 0;
                    for (int k = 0; k < shape.length; k++) {
                        long at = k == axis ? indices.integer(i) : i / from[k] % shape[k];
                        position += index(call, at, x.shape()[k]) * to[k];
                    }
                    return (int) position;
                })
                .toArray();
    }

    private static Constant gatherElements(Call call) {
        Constant x = call.constant(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        int[] targets = targets(call, x, call.constant(1), axis);
        return x.picked(call.constant(1).shape(), i -> targets[i]);
    }

    /** The first position in x of the block that each row of indices points at. */
    private static int[] blocks(Call call, Constant x, Constant indices, int batches) {
        int depth = (int) indices.shape()[indices.rank() - 1];
        if (batches < 0 || batches + depth > x.rank()) {
            throw call.refused("has indices %s for %s".formatted(indices, x), OnnxGraph.EXPORT_AGAIN);
        }
        long[] strides = Shapes.strides(x.shape());
        int rows = (int) (indices.length() / Math.max(1, depth));
        int perBatch = rows / (int) Math.max(1, Shapes.length(Arrays.copyOf(indices.shape(), batches)));
        long batchStride = batches == 0 ? 0 : strides[batches - 1];
        return IntStream.range(0, rows)
                .map(row -> {
                    long position = row / Math.max(1, perBatch) * batchStride;
                    for (int k = 0; k < depth; k++) {
                        position += index(call, indices.integer(row * depth + k), x.shape()[batches + k])
                                * strides[batches + k];
                    }
                    return (int) position;
                })
                .toArray();
    }

    private static Constant gatherBlocks(Call call) {
        Constant x = call.constant(0);
        Constant indices = call.constant(1);
        int batches = (int) call.node().integer("batch_dims", 0);
        int[] blocks = blocks(call, x, indices, batches);
        int depth = (int) indices.shape()[indices.rank() - 1];
        long[] inner = Arrays.copyOfRange(x.shape(), batches + depth, x.rank());
        int size = (int) Shapes.length(inner);
        long[] shape = joined(Arrays.copyOf(indices.shape(), indices.rank() - 1), inner);
        return x.picked(KnownShapes.requireSmall(call, shape), i -> blocks[i / size] + i % size);
    }

    private static long[] joined(long[] a, long[] b) {
        long[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static Constant scatterElements(Call call) {
        Constant x = call.constant(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        return scattered(call, x, targets(call, x, call.constant(1), axis), call.constant(2));
    }

    private static Constant scatterBlocks(Call call) {
        Constant x = call.constant(0);
        Constant updates = call.constant(2);
        int[] blocks = blocks(call, x, call.constant(1), 0);
        int size = (int) (updates.length() / Math.max(1, blocks.length));
        int[] targets = IntStream.range(0, (int) updates.length())
                .map(i -> blocks[i / size] + i % size)
                .toArray();
        return scattered(call, x, targets, updates);
    }

    private static Constant scattered(Call call, Constant x, int[] targets, Constant updates) {
        if (targets.length != updates.length()) {
            throw call.refused("has %s indices for %s".formatted(targets.length, updates), OnnxGraph.EXPORT_AGAIN);
        }
        String reduction = call.node().text("reduction", "none");
        long[] integers = x.longs();
        double[] numbers = x.values();
        for (int i = 0; i < targets.length; i++) {
            int at = targets[i];
            long integer = updates.integer(i);
            double number = updates.number(i);
            switch (reduction) {
                case "none", "" -> {
                    integers[at] = integer;
                    numbers[at] = number;
                }
                case "add" -> {
                    integers[at] += integer;
                    numbers[at] += number;
                }
                case "mul" -> {
                    integers[at] *= integer;
                    numbers[at] *= number;
                }
                case "max" -> {
                    integers[at] = x.type().max(integers[at], integer);
                    numbers[at] = Math.max(numbers[at], number);
                }
                case "min" -> {
                    integers[at] = x.type().min(integers[at], integer);
                    numbers[at] = Math.min(numbers[at], number);
                }
                default -> throw call.refused(
                        "has the reduction '%s'".formatted(reduction), "Supported are none, add, mul, max and min.");
            }
        }
        return x.integer()
                ? Constant.integers(x.type(), x.shape(), i -> integers[i])
                : Constant.numbers(x.type(), x.shape(), i -> numbers[i]);
    }

    private static Constant compress(Call call) {
        Constant given = call.constant(0);
        Constant condition = call.constant(1);
        boolean flat = !call.node().has("axis");
        Constant x = flat ? given.reshape(given.length()) : given;
        int axis = flat ? 0 : call.axis(call.node().integer("axis", 0), x.rank());
        int[] positions = IntStream.range(0, (int) Math.min(condition.length(), x.shape()[axis]))
                .filter(i -> condition.integer(i) != 0)
                .toArray();
        return x.take(axis, positions);
    }

    private static Constant concat(Call call) {
        List<Constant> parts = new ArrayList<>();
        call.inputs().forEach(part -> parts.add((Constant) part));
        int rank = parts.get(0).rank();
        return joined(call, parts, call.axis(call.node().integer("axis", 0), rank));
    }

    /** Parts behind each other along an axis. */
    static Constant joined(Call call, List<Constant> parts, int axis) {
        long[] shape = parts.get(0).shape();
        shape[axis] = 0;
        for (Constant part : parts) {
            if (part.rank() != shape.length
                    || !Arrays.equals(Shapes.with(part.shape(), axis, 0), Shapes.with(shape, axis, 0))) {
                throw call.refused(
                        "joins %s along axis %s".formatted(parts, axis),
                        "Give signals of the size that the model was exported for.");
            }
            shape[axis] += part.shape()[axis];
        }
        ElementType type = parts.stream().allMatch(Constant::integer)
                ? parts.get(0).type()
                : parts.stream()
                        .map(Constant::type)
                        .filter(t -> !t.isInteger())
                        .findFirst()
                        .orElseThrow();
        int inner = (int) Shapes.strides(shape)[axis];
        // Which part holds a position of the axis, and where.
        int[] owner = new int[(int) shape[axis]];
        int[] start = new int[parts.size()];
        int at = 0;
        for (int p = 0; p < parts.size(); p++) {
            start[p] = at;
            int size = (int) parts.get(p).shape()[axis];
            Arrays.fill(owner, at, at + size, p);
            at += size;
        }
        int total = (int) shape[axis];
        KnownSelections.IntToSource source = i -> {
            int k = i / inner % total;
            int size = (int) parts.get(owner[k]).shape()[axis];
            return (i / inner / total * size + k - start[owner[k]]) * inner + i % inner;
        };
        return type.isInteger()
                ? Constant.integers(
                        type, shape, i -> parts.get(owner[i / inner % total]).integer(source.of(i)))
                : Constant.numbers(
                        type, shape, i -> parts.get(owner[i / inner % total]).number(source.of(i)));
    }

    private interface IntToSource {
        int of(int flat);
    }

    private static Constant pad(Call call) {
        Constant x = call.constant(0);
        Pads.Sizes sizes = Pads.Sizes.of(call, x.rank());
        String mode = call.node().text("mode", "constant");
        long[] shape = x.shape();
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] += (long) sizes.before()[axis] + sizes.after()[axis];
        }
        KnownShapes.requireSmall(call, shape);
        if (!mode.equals("constant")) {
            Constant padded = x;
            for (int axis = 0; axis < shape.length; axis++) {
                padded = padded.take(
                        axis,
                        Pads.inside(call, mode, (int) x.shape()[axis], sizes.before()[axis], sizes.after()[axis]));
            }
            return padded;
        }
        Constant value =
                call.has(2) ? call.constant(2) : Constant.scalar(call.node().number("value", 0));
        long[] to = Shapes.strides(shape);
        long[] from = Shapes.strides(x.shape());
        KnownSelections.IntToSource source = i -> {
            long position = 0;
            for (int axis = 0; axis < shape.length; axis++) {
                long at = i / to[axis] % shape[axis] - sizes.before()[axis];
                if (at < 0 || at >= x.shape()[axis]) {
                    return -1;
                }
                position += at * from[axis];
            }
            return (int) position;
        };
        return x.integer()
                ? Constant.integers(x.type(), shape, i -> source.of(i) < 0 ? value.integer(0) : x.integer(source.of(i)))
                : Constant.numbers(x.type(), shape, i -> source.of(i) < 0 ? value.number(0) : x.number(source.of(i)));
    }
}
