package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Constants that are made, repeated or turned into another type where nothing depends on the signal. */
final class KnownShapes {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Constant", Operator.of(KnownShapes::constant)),
            entry("ConstantOfShape", Operator.of(KnownShapes::filled)),
            entry("Range", Operator.of(KnownShapes::range)),
            entry("EyeLike", Operator.of(KnownShapes::eye)),
            entry("OneHot", Operator.of(KnownShapes::oneHot)),
            entry("Trilu", Operator.of(KnownShapes::triangle)),
            entry("Expand", Operator.of(KnownShapes::expanded)),
            entry("Tile", Operator.of(KnownShapes::tiled)),
            entry("Cast", Operator.of(KnownShapes::cast)),
            entry("CastLike", Operator.of(call -> to(call, call.constant(1).type()))),
            entry("NonZero", Operator.of(KnownShapes::nonZero)),
            entry("DequantizeLinear", Operator.of(KnownShapes::dequantized)),
            entry("QuantizeLinear", Operator.of(KnownShapes::quantized)));

    /** Networks make small constants only; the size comes from the file, and memory must not. */
    static final long LARGEST = 1 << 24;

    private KnownShapes() {}

    /** Checks the size of a constant that is to be made. */
    static long[] requireSmall(Call call, long[] shape) {
        boolean fits = Arrays.stream(shape).allMatch(size -> size >= 0 && size <= LARGEST)
                && shape.length <= TensorData.LARGEST_RANK
                && Arrays.stream(shape).mapToDouble(size -> size).reduce(1, (a, b) -> a * b) <= LARGEST;
        if (!fits) {
            throw call.refused(
                    "fills the shape %s, but at most %s values are allowed".formatted(Arrays.toString(shape), LARGEST),
                    OnnxGraph.EXPORT_AGAIN);
        }
        return shape;
    }

    private static Constant constant(Call call) {
        OnnxNode node = call.node();
        Constant tensor = node.constant("value");
        if (tensor != null) {
            return tensor;
        }
        double[] numbers = node.numbers("value_floats");
        if (numbers != null && node.has("value_floats")) {
            return Constant.floats(numbers);
        }
        long[] integers = node.integers("value_ints");
        if (integers != null) {
            return Constant.integers(integers);
        }
        if (node.has("value_int")) {
            return Constant.integers(node.integer("value_int", 0)).reshape();
        }
        if (node.has("value_float")) {
            return Constant.scalar(node.number("value_float", 0));
        }
        throw call.refused("has no numeric value", "Export the model without strings and sparse tensors.");
    }

    private static Constant filled(Call call) {
        long[] shape = requireSmall(call, call.constant(0).longs());
        Constant given = call.node().constant("value");
        Constant value = given == null ? Constant.scalar(0) : given;
        return value.picked(shape, i -> 0);
    }

    private static Constant range(Call call) {
        Constant start = call.constant(0);
        Constant delta = call.constant(2);
        if (delta.number(0) == 0) {
            throw call.refused("counts in steps of 0", OnnxGraph.EXPORT_AGAIN);
        }
        if (start.integer()) {
            long from = call.integer(0);
            long step = call.integer(2);
            long length = -Math.floorDiv(Math.subtractExact(from, call.integer(1)), step);
            return Constant.integers(start.type(), row(call, length), i -> from + i * step);
        }
        double step = delta.number(0);
        double distance = call.constant(1).number(0) - start.number(0);
        // The distance is rounded to the type before it is divided.
        double length = Math.ceil((start.type() == ElementType.DOUBLE ? distance : (float) distance) / step);
        return Constant.numbers(start.type(), row(call, (long) length), i -> start.number(0) + i * step);
    }

    private static long[] row(Call call, long length) {
        return requireSmall(call, new long[] {Math.max(0, length)});
    }

    private static Constant eye(Call call) {
        Constant like = call.constant(0);
        ElementType type = call.node().has("dtype") ? type(call, call.node().integer("dtype", 1)) : like.type();
        long k = call.node().integer("k", 0);
        int columns = (int) like.shape()[1];
        return Constant.integers(type, like.shape(), i -> i % columns - i / columns == k ? 1 : 0);
    }

    /** Before opset 11 negative indices are none. */
    static boolean countsFromEnd(Call call) {
        return call.opset() >= 11;
    }

    private static Constant oneHot(Call call) {
        Constant indices = call.constant(0);
        int depth = (int) requireSmall(call, new long[] {call.constant(1).integer(0)})[0];
        Constant values = call.constant(2);
        int axis = call.axis(call.node().integer("axis", -1), indices.rank() + 1);
        long[] before = Arrays.copyOf(indices.shape(), axis);
        long[] after = Arrays.copyOfRange(indices.shape(), axis, indices.rank());
        long[] shape = new long[indices.rank() + 1];
        System.arraycopy(before, 0, shape, 0, axis);
        shape[axis] = depth;
        System.arraycopy(after, 0, shape, axis + 1, after.length);
        requireSmall(call, shape);
        int inner = (int) Shapes.length(after);
        boolean fromEnd = countsFromEnd(call);
        return values.picked(shape, i -> {
            long index = indices.integer(i / inner / depth * inner + i % inner);
            return (index < 0 && fromEnd ? index + depth : index) == i / inner % depth ? 1 : 0;
        });
    }

    private static Constant triangle(Call call) {
        Constant x = call.constant(0);
        long k = call.has(1) ? call.integer(1) : 0;
        boolean upper = call.node().flag("upper", true);
        int rows = (int) x.shape()[x.rank() - 2];
        int columns = (int) x.shape()[x.rank() - 1];
        IntPredicate kept = i -> {
            long distance = i % columns - (long) (i / columns % rows);
            return upper ? distance >= k : distance <= k;
        };
        return x.integer()
                ? Constant.integers(x.type(), x.shape(), i -> kept.test(i) ? x.integer(i) : 0)
                : Constant.numbers(x.type(), x.shape(), i -> kept.test(i) ? x.number(i) : 0);
    }

    private static Constant expanded(Call call) {
        Constant x = call.constant(0);
        long[] wanted = call.constant(1).longs();
        int rank = Math.max(x.rank(), wanted.length);
        long[] own = Shapes.extended(x.shape(), rank);
        long[] other = Shapes.extended(wanted, rank);
        long[] shape = Shapes.broadcast(own, other);
        if (shape == null) {
            throw call.refused(
                    "expands %s to %s".formatted(x, Arrays.toString(wanted)),
                    "Give signals of the size that the model was exported for.");
        }
        return x.broadcast(requireSmall(call, shape));
    }

    private static Constant tiled(Call call) {
        Constant x = call.constant(0);
        long[] repeats = call.constant(1).longs();
        if (repeats.length != x.rank()) {
            throw call.refused("has %s repeats for %s".formatted(repeats.length, x), OnnxGraph.EXPORT_AGAIN);
        }
        long[] shape = IntStream.range(0, x.rank())
                .mapToLong(axis -> Math.multiplyExact(x.shape()[axis], repeats[axis]))
                .toArray();
        requireSmall(call, shape);
        Constant tiled = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            int size = (int) x.shape()[axis];
            tiled = tiled.take(
                    axis,
                    IntStream.range(0, (int) shape[axis]).map(i -> i % size).toArray());
        }
        return tiled;
    }

    private static Constant cast(Call call) {
        return to(call, type(call, call.node().integer("to", 1)));
    }

    private static Constant to(Call call, ElementType type) {
        return call.constant(0).cast(type);
    }

    static ElementType type(Call call, long code) {
        ElementType type = ElementType.of((int) code);
        if (type == null) {
            throw call.refused(
                    "makes values of the type %s".formatted(ElementType.name((int) code)),
                    "Use floats of 16 to 64 bits, integers or booleans.");
        }
        return type;
    }

    /** The positions of all values but zeros, [rank, count]. */
    private static Constant nonZero(Call call) {
        Constant x = call.constant(0);
        int[] found = IntStream.range(0, (int) x.length())
                .filter(i -> x.number(i) != 0)
                .toArray();
        long[] strides = Shapes.strides(x.shape());
        int count = Math.max(1, found.length);
        return Constant.integers(
                ElementType.INT64,
                new long[] {x.rank(), found.length},
                i -> found[i % count] / strides[i / count] % x.shape()[i / count]);
    }

    /** (x − zero point) · scale. */
    private static Constant dequantized(Call call) {
        Constant x = call.constant(0);
        if (!x.integer()) {
            throw call.refused("gets the type %s".formatted(x.type()), "Use integers.");
        }
        IntToPosition parameter = parameters(call, x);
        Constant scale = call.constant(1);
        Constant zero = call.has(2) ? call.constant(2) : null;
        int stated = (int) call.node().integer("output_dtype", 0);
        ElementType type = stated == 0 ? scale.type() : type(call, stated);
        return Constant.numbers(type, x.shape(), i -> {
            int p = parameter.of(i);
            return (x.integer(i) - (zero == null ? 0 : zero.integer(p))) * scale.number(p);
        });
    }

    /** x / scale, rounded to the even one of two neighbours, plus the zero point, within the range of the type. */
    private static Constant quantized(Call call) {
        Constant x = call.constant(0);
        IntToPosition parameter = parameters(call, x);
        Constant scale = call.constant(1);
        Constant zero = call.has(2) ? call.constant(2) : null;
        ElementType type = Quantization.type(call);
        return Constant.integers(type, x.shape(), i -> {
            int p = parameter.of(i);
            double rounded = Math.rint((float) (x.number(i) / scale.number(p)));
            double shifted = rounded + (zero == null ? 0 : zero.integer(p));
            return (long) Math.min(Math.max(shifted, type.least()), type.greatest());
        });
    }

    private interface IntToPosition {
        int of(int flat);
    }

    /** Which scale belongs to a value: the only one, that of its position on an axis, or that of its block. */
    private static IntToPosition parameters(Call call, Constant x) {
        Constant scale = call.constant(1);
        if (call.has(2) && call.constant(2).length() != scale.length()) {
            throw call.refused("has scales and zero points that do not fit", OnnxGraph.EXPORT_AGAIN);
        }
        long stated = call.node().integer("axis", 1);
        long block = call.node().integer("block_size", 0);
        if (scale.length() == 1) {
            return i -> 0;
        }
        int axis = call.axis(stated, x.rank());
        int size = (int) x.shape()[axis];
        int inner = (int) Shapes.strides(x.shape())[axis];
        if (block > 0) {
            int blocks = (int) ((size + block - 1) / block);
            if (!Arrays.equals(scale.shape(), Shapes.with(x.shape(), axis, blocks))) {
                throw call.refused("has %s for %s in blocks of %s".formatted(scale, x, block), OnnxGraph.EXPORT_AGAIN);
            }
            return i -> (int) ((i / inner / size * blocks + i / inner % size / block) * inner + i % inner);
        }
        if (scale.rank() != 1 || scale.length() != size) {
            throw call.refused("has %s scales for %s".formatted(scale.length(), x), OnnxGraph.EXPORT_AGAIN);
        }
        return i -> i / inner % size;
    }
}
