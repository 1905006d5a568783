package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Arithmetic of shapes. */
final class Shapes {
    private Shapes() {}

    /** The product of the sizes. */
    static long length(long... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** How far apart neighbours along each axis are in row-major order. */
    static long[] strides(long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    /** The shape with leading ones up to a rank. */
    static long[] extended(long[] shape, int rank) {
        long[] longer = new long[rank];
        Arrays.fill(longer, 1);
        System.arraycopy(shape, 0, longer, rank - shape.length, shape.length);
        return longer;
    }

    /** The shape with one more axis in front. */
    static long[] prepended(long size, long... shape) {
        long[] longer = extended(shape, shape.length + 1);
        longer[0] = size;
        return longer;
    }

    /** The common shape of two shapes of equal rank, or null if they do not broadcast. */
    static long @org.jspecify.annotations.Nullable [] broadcast(long[] a, long[] b) {
        boolean fit = IntStream.range(0, a.length).allMatch(i -> a[i] == b[i] || a[i] == 1 || b[i] == 1);
        return fit
                ? IntStream.range(0, a.length)
                        .mapToLong(i -> a[i] == 1 ? b[i] : a[i])
                        .toArray()
                : null;
    }

    /** The shape with one size replaced. */
    static long[] with(long[] shape, int axis, long size) {
        long[] other = shape.clone();
        other[axis] = size;
        return other;
    }
}
