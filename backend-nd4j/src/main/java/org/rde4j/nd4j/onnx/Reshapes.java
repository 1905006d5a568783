package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that move values to another shape. */
final class Reshapes {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Flatten", Operator.of(Reshapes::flatten)),
            entry("Reshape", Operator.of(Reshapes::reshape)),
            entry("Squeeze", Operator.of(Reshapes::squeeze)),
            entry("Unsqueeze", Operator.of(Reshapes::unsqueeze)),
            entry("Transpose", Operator.of(Reshapes::transpose)));

    private Reshapes() {}

    private static Value flatten(Call call) {
        Value x = call.value(0);
        long axis = call.node().integer("axis", 1);
        // The axis may also be the rank itself: everything before it.
        int at = axis == x.rank() ? x.rank() : call.axis(axis, x.rank());
        long rows = Shapes.length(Arrays.copyOf(x.shape(), at));
        return x.reshape(rows, rows == 0 ? 0 : x.length() / rows);
    }

    private static Value reshape(Call call) {
        Value x = call.value(0);
        long[] given = call.constant(1).longs();
        boolean keepZeros = call.node().flag("allowzero", false);
        long[] shape = IntStream.range(0, given.length)
                .mapToLong(i -> given[i] == 0 && !keepZeros ? x.shape()[i] : given[i])
                .toArray();
        int open = IntStream.range(0, shape.length)
                .filter(i -> shape[i] == -1)
                .findFirst()
                .orElse(-1);
        if (open >= 0) {
            shape[open] = 1;
            shape[open] = x.length() / Math.max(1, Shapes.length(shape));
        }
        if (Arrays.stream(shape).anyMatch(size -> size < 0) || Shapes.length(shape) != x.length()) {
            throw call.refused(
                    "cannot give %s the shape %s".formatted(x, Arrays.toString(given)),
                    "Export the model with an open batch size, and give signals of the size it was exported for.");
        }
        return x.reshape(shape);
    }

    private static Value squeeze(Call call) {
        Value x = call.value(0);
        int[] given = call.integers(1, "axes");
        int[] axes = given == null
                ? IntStream.range(0, x.rank()).filter(i -> x.shape()[i] == 1).toArray()
                : call.axes(given, x.rank());
        if (axes.length == 0 && LongStream.of(x.shape()).anyMatch(size -> size == 1)) {
            // Its implementations remove all axes of size 1, or none.
            throw call.refused("has an empty list of axes", "Export the model with axes, or without the list.");
        }
        long[] shape = IntStream.range(0, x.rank())
                .filter(i -> Arrays.stream(axes).noneMatch(axis -> axis == i))
                .mapToLong(i -> x.shape()[i])
                .toArray();
        if (Shapes.length(shape) != x.length()) {
            throw call.refused(
                    "removes the axes %s of %s, but they must have size 1".formatted(Arrays.toString(axes), x),
                    OnnxGraph.EXPORT_AGAIN);
        }
        return x.reshape(shape);
    }

    private static Value unsqueeze(Call call) {
        Value x = call.value(0);
        int[] given = call.integers(1, "axes");
        if (given == null) {
            throw call.refused("has no axes", OnnxGraph.EXPORT_AGAIN);
        }
        int rank = x.rank() + given.length;
        int[] axes = call.axes(given, rank);
        long[] shape = new long[rank];
        Arrays.stream(axes).forEach(axis -> shape[axis] = 1);
        var sizes = LongStream.of(x.shape()).iterator();
        for (int axis = 0; axis < rank; axis++) {
            if (shape[axis] == 0) {
                shape[axis] = sizes.nextLong();
            }
        }
        return x.reshape(shape);
    }

    private static Value transpose(Call call) {
        Value x = call.value(0);
        long[] given = call.node().integers("perm");
        int[] permutation = given == null
                ? IntStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray()
                : Constant.integers(given).ints();
        boolean complete = Arrays.equals(
                Arrays.stream(permutation).sorted().toArray(),
                IntStream.range(0, x.rank()).toArray());
        if (!complete) {
            throw call.refused("permutes %s by %s".formatted(x, Arrays.toString(permutation)), OnnxGraph.EXPORT_AGAIN);
        }
        return x.transpose(permutation);
    }
}
