package org.rde4j.nd4j.onnx;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A known array: weights, or the sizes and indices that networks compute with. Its values stay as ONNX stores them, in
 * the file or in memory of their own, and are never changed; transposed, repeated and sliced arrays look at the same
 * values.
 */
final class Constant implements Value {
    /** Larger arrays that are computed lie outside the heap. */
    private static final int LARGEST_IN_HEAP = 1 << 20;

    /** So many values are converted at once. */
    private static final int CHUNK = 1 << 20;

    private final ElementType type;
    private final ByteBuffer bytes;
    private final long[] shape;
    private final int offset;
    private final long[] strides;
    private final boolean rowMajor;
    /** The arrays that are in use somewhere, by the view of these values that they hold. */
    private final Map<List<Long>, WeakReference<INDArray>> arrays;

    private Constant(
            ElementType type,
            ByteBuffer bytes,
            int offset,
            long[] shape,
            long[] strides,
            Map<List<Long>, WeakReference<INDArray>> arrays) {
        this.type = type;
        this.bytes = bytes;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        this.rowMajor = Arrays.equals(strides, Shapes.strides(shape));
        this.arrays = arrays;
    }

    /** The values that lie in a buffer from its position on, row-major; it must be long enough. */
    static Constant of(ElementType type, ByteBuffer bytes, long... shape) {
        return new Constant(
                type,
                bytes.slice().order(ByteOrder.LITTLE_ENDIAN),
                0,
                shape,
                Shapes.strides(shape),
                Collections.synchronizedMap(new HashMap<>()));
    }

    /** Computed numbers, rounded to the type. */
    static Constant numbers(ElementType type, long[] shape, IntToDoubleFunction values) {
        Constant constant = empty(type, shape);
        int length = (int) constant.length();
        for (int i = 0; i < length; i++) {
            type.put(constant.bytes, i, values.applyAsDouble(i));
        }
        return constant;
    }

    /** Computed integers, which wrap around where they do not fit the type. */
    static Constant integers(ElementType type, long[] shape, IntToLongFunction values) {
        Constant constant = empty(type, shape);
        int length = (int) constant.length();
        for (int i = 0; i < length; i++) {
            type.put(constant.bytes, i, values.applyAsLong(i));
        }
        return constant;
    }

    private static Constant empty(ElementType type, long... shape) {
        int size = Math.toIntExact(Math.multiplyExact(Shapes.length(shape), type.width()));
        return of(type, size > LARGEST_IN_HEAP ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size), shape);
    }

    /** A row of 64-bit integers. */
    static Constant integers(long... values) {
        return integers(ElementType.INT64, new long[] {values.length}, i -> values[i]);
    }

    /** A row of 32-bit floats. */
    static Constant floats(double... values) {
        return numbers(ElementType.FLOAT, new long[] {values.length}, i -> values[i]);
    }

    /** One 32-bit float. */
    static Constant scalar(double value) {
        return numbers(ElementType.FLOAT, new long[0], i -> value);
    }

    ElementType type() {
        return type;
    }

    /** Whether ONNX sees integers, which divide without remainder. */
    boolean integer() {
        return type.isInteger();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    private int position(int flat) {
        if (rowMajor) {
            return offset + flat;
        }
        long at = offset;
        int rest = flat;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            int size = (int) shape[axis];
            at += rest % size * strides[axis];
            rest /= size;
        }
        return (int) at;
    }

    /** The value at a position in row-major order. */
    double number(int flat) {
        return type.number(bytes, position(flat));
    }

    /** The nearest 32-bit float to the value at a position in row-major order. */
    private float single(int flat) {
        return type.single(bytes, position(flat));
    }

    /** The value at a position in row-major order as an integer. */
    long integer(int flat) {
        return type.integer(bytes, position(flat));
    }

    @Override
    public Constant reshape(long... newShape) {
        return rowMajor
                ? view(offset, newShape, Shapes.strides(newShape))
                : picked(shape, i -> i).reshape(newShape);
    }

    private Constant view(int newOffset, long[] newShape, long[] newStrides) {
        return new Constant(type, bytes, newOffset, newShape, newStrides, arrays);
    }

    @Override
    public Constant transpose(int... permutation) {
        return view(
                offset,
                Arrays.stream(permutation).mapToLong(i -> shape[i]).toArray(),
                Arrays.stream(permutation).mapToLong(i -> strides[i]).toArray());
    }

    @Override
    public Constant take(int axis, int... positions) {
        long[] target = Shapes.with(shape, axis, positions.length);
        int step = positions.length > 1 ? positions[1] - positions[0] : 1;
        boolean even = IntStream.range(1, positions.length).allMatch(i -> positions[i] - positions[i - 1] == step);
        if (even && positions.length > 0) {
            return view(
                    Math.toIntExact(offset + positions[0] * strides[axis]),
                    target,
                    Shapes.with(strides, axis, step * strides[axis]));
        }
        int inner = (int) Shapes.strides(target)[axis];
        int size = (int) shape[axis];
        return picked(target, flat -> {
            int rest = flat % inner;
            int at = flat / inner % positions.length;
            int outer = flat / inner / positions.length;
            return (outer * size + positions[at]) * inner + rest;
        });
    }

    /** Repeats axes of size one. */
    Constant broadcast(long... target) {
        long[] own = Shapes.extended(shape, target.length);
        int added = target.length - shape.length;
        return view(
                offset,
                target,
                IntStream.range(0, target.length)
                        .mapToLong(i -> i < added || own[i] == 1 && target[i] != 1 ? 0 : strides[i - added])
                        .toArray());
    }

    /** Values of this array, chosen by their position in row-major order, in another shape. */
    Constant picked(long[] target, IntUnaryOperator source) {
        Constant picked = empty(type, target);
        int length = (int) picked.length();
        for (int i = 0; i < length; i++) {
            type.copy(bytes, position(source.applyAsInt(i)), picked.bytes, i);
        }
        return picked;
    }

    /** The values in row-major order. */
    double[] values() {
        return IntStream.range(0, Math.toIntExact(length()))
                .mapToDouble(this::number)
                .toArray();
    }

    /** The values as 64-bit integers. */
    long[] longs() {
        return IntStream.range(0, Math.toIntExact(length()))
                .mapToLong(this::integer)
                .toArray();
    }

    /** The values as 32-bit integers; larger ones become the largest. */
    int[] ints() {
        return LongStream.of(longs())
                .map(v -> type.max(v, Math.max(type.least(), Integer.MIN_VALUE)))
                .mapToInt(v -> (int) type.min(v, Integer.MAX_VALUE))
                .toArray();
    }

    /**
     * The same values in another type; only a cast to integers loses fractions.
     *
     * @throws ArithmeticException if floats do not fit integers
     */
    Constant cast(ElementType other) {
        return other == type
                ? this
                : integer() && other.isInteger()
                        ? integers(other, shape, this::integer)
                        : numbers(other, shape, other == ElementType.FLOAT ? this::single : this::number);
    }

    /** The array in 32-bit floats, which nobody may change: all who ask while it is in use get the same. */
    INDArray array() {
        List<Long> key = LongStream.concat(
                        LongStream.of(offset, shape.length),
                        LongStream.concat(LongStream.of(shape), LongStream.of(strides)))
                .boxed()
                .toList();
        synchronized (arrays) {
            WeakReference<INDArray> known = arrays.get(key);
            INDArray array = known == null ? null : known.get();
            if (array == null) {
                array = converted();
                arrays.put(key, new WeakReference<>(array));
            }
            return array;
        }
    }

    private INDArray converted() {
        int length = Math.toIntExact(length());
        if (length == 0) {
            throw new IllegalArgumentException(this + " is empty");
        }
        if (length <= CHUNK) {
            float[] floats = floats(0, length);
            return shape.length == 0
                    ? Nd4j.scalar(floats[0])
                    : Nd4j.createFromArray(floats).reshape('c', shape);
        }
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
        INDArray flat = array.reshape('c', new long[] {length});
        for (int from = 0; from < length; from += CHUNK) {
            int count = Math.min(CHUNK, length - from);
            flat.get(NDArrayIndex.interval(from, from + count)).assign(Nd4j.createFromArray(floats(from, count)));
        }
        return array;
    }

    private float[] floats(int from, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = single(from + i);
        }
        return floats;
    }

    /** The shape alone: values rarely fit on a line. */
    @Override
    public String toString() {
        return "a constant of shape " + Arrays.toString(shape);
    }
}
