package org.rde4j;

import java.util.Arrays;

/**
 * An immutable array of 32-bit floats with a shape, in row-major order: what goes into an explainer and what
 * comes out of it, whatever the backend.
 *
 * <p>Images are [channels, height, width] (RGB, values in [0, 1]), one-dimensional signals [channels, length]
 * and plain vectors [length].
 */
public final class Tensor {
    private final int[] shape;
    private final float[] values;

    private Tensor(float[] values, int[] shape) {
        this.shape = shape;
        this.values = values;
    }

    /**
     * A tensor of the given values.
     *
     * @param values the values in row-major order; they are copied
     * @param shape the sizes of the axes, each at least 1; an empty shape holds one value
     * @return the tensor
     * @throws RdeException if the number of values is not the product of the shape
     */
    public static Tensor of(float[] values, int... shape) {
        long size = 1;
        for (int axis : shape) {
            Check.atLeast("size of each axis", axis, 1, "Maybe leave the empty axis out.");
            size = Math.multiplyExact(size, (long) axis);
        }
        if (size != values.length) {
            throw new RdeException(
                    "%s values do not fill the shape %s.".formatted(values.length, Arrays.toString(shape)),
                    "Give exactly %s values.".formatted(size));
        }
        return new Tensor(values.clone(), shape.clone());
    }

    /**
     * The sizes of the axes.
     *
     * @return a copy of the shape
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * The number of axes.
     *
     * @return the rank
     */
    public int rank() {
        return shape.length;
    }

    /**
     * The number of values.
     *
     * @return the product of the shape
     */
    public int size() {
        return values.length;
    }

    /**
     * All values in row-major order.
     *
     * @return a copy of the values
     */
    public float[] values() {
        return values.clone();
    }

    /**
     * One value.
     *
     * @param index the position along each axis
     * @return the value there
     * @throws IndexOutOfBoundsException if the position does not exist
     */
    public float get(int... index) {
        if (index.length != shape.length) {
            throw new IndexOutOfBoundsException("%s indices for %s axes".formatted(index.length, shape.length));
        }
        int at = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            at = at * shape[axis] + java.util.Objects.checkIndex(index[axis], shape[axis]);
        }
        return values[at];
    }

    /**
     * The same values under another shape.
     *
     * @param newShape the sizes of the axes; their product must stay the same
     * @return the reshaped tensor
     * @throws RdeException if the product differs
     */
    public Tensor reshape(int... newShape) {
        return of(values, newShape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && Arrays.equals(shape, that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    /** The shape alone: values rarely fit on a line. */
    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}
