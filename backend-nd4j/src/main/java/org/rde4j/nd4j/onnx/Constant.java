package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A known array: weights, or the sizes and indices that networks compute with.
 *
 * @param values row-major; doubles hold every float and every integer below 2⁵³ exactly
 * @param integer whether ONNX sees integers, which divide without remainder
 * @param shape the size of each axis
 */
record Constant(double[] values, boolean integer, long... shape) implements Value {

    static Constant integers(long... values) {
        return new Constant(Arrays.stream(values).asDoubleStream().toArray(), true, values.length);
    }

    static Constant scalar(double value) {
        return new Constant(new double[] {value}, false);
    }

    @Override
    public Constant reshape(long... newShape) {
        return new Constant(values, integer, newShape);
    }

    @Override
    public Constant transpose(int... permutation) {
        long[] strides = Shapes.strides(shape);
        long[] target = Arrays.stream(permutation).mapToLong(i -> shape[i]).toArray();
        long[] from = Arrays.stream(permutation).mapToLong(i -> strides[i]).toArray();
        return gathered(target, from);
    }

    @Override
    public Constant take(int axis, int... positions) {
        long[] target = Shapes.with(shape, axis, positions.length);
        int inner = (int) Shapes.strides(shape)[axis];
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
        long[] strides = Shapes.strides(own);
        return gathered(
                target,
                IntStream.range(0, target.length)
                        .mapToLong(i -> own[i] == 1 ? 0 : strides[i])
                        .toArray());
    }

    private Constant gathered(long[] target, long[] sourceStrides) {
        long[] strides = Shapes.strides(target);
        return picked(target, flat -> {
            long source = 0;
            for (int axis = 0; axis < target.length; axis++) {
                source += flat / strides[axis] % target[axis] * sourceStrides[axis];
            }
            return (int) source;
        });
    }

    private Constant picked(long[] target, IntUnaryOperator source) {
        double[] picked = new double[Math.toIntExact(Shapes.length(target))];
        Arrays.setAll(picked, i -> values[source.applyAsInt(i)]);
        return new Constant(picked, integer, target);
    }

    /** Combines two constants of the same shape; integers stay integers and lose their remainders. */
    Constant combine(Constant other, DoubleBinaryOperator operation) {
        boolean integers = integer && other.integer;
        double[] combined = new double[values.length];
        Arrays.setAll(combined, i -> {
            double y = operation.applyAsDouble(values[i], other.values[i]);
            return integers ? (long) y : y;
        });
        return new Constant(combined, integers, shape);
    }

    /** The values as 32-bit integers; larger ones become the largest. */
    int[] ints() {
        return Arrays.stream(values).mapToInt(v -> (int) v).toArray();
    }

    /** The values as 64-bit integers. */
    long[] longs() {
        return Arrays.stream(values).mapToLong(v -> (long) v).toArray();
    }

    /** The array in 32-bit floats. */
    INDArray array() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return shape.length == 0
                ? Nd4j.scalar(floats[0])
                : Nd4j.createFromArray(floats).reshape('c', shape);
    }

    /** The shape alone: values rarely fit on a line. */
    @Override
    public String toString() {
        return "a constant of shape " + Arrays.toString(shape);
    }
}
