package org.rde4j.nd4j.graph;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A value in a {@link Graph}: a SameDiff variable together with its shape, which SameDiff itself only knows
 * when it runs.
 *
 * @param variable the SameDiff variable, 32-bit floats
 * @param shape the size of each axis
 */
public record Node(SDVariable variable, long... shape) {

    /**
     * The number of axes.
     *
     * @return the rank
     */
    public int rank() {
        return shape.length;
    }

    /**
     * The size of one axis.
     *
     * @param axis counted from 0, or from -1 backwards
     * @return its size
     */
    public long size(int axis) {
        return shape[axis < 0 ? axis + shape.length : axis];
    }

    /**
     * The number of values.
     *
     * @return the product of the shape
     */
    public long length() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    @Override
    public String toString() {
        return variable.name() + Arrays.toString(shape);
    }
}
