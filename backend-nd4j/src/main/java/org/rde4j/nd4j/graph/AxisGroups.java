package org.rde4j.nd4j.graph;

import java.util.Arrays;

/**
 * Neighbouring axes taken as one. ND4J walks through arrays axis by axis, so that the same broadcast or permutation of
 * fewer and longer axes takes down to a twentieth of the time.
 *
 * @param of for each axis the number of its group
 */
record AxisGroups(int[] of) {

    /** Whether an axis begins a group. */
    @FunctionalInterface
    interface Start {
        boolean at(int axis, int previous);
    }

    /**
     * Groups of axes; axes of size 1 join their neighbours. There are two groups at least, as vectors mean something
     * else to some of ND4J's operations.
     *
     * @param sizes of the axes
     * @param start asked for axes of other sizes than 1, and the last such axis before
     */
    static AxisGroups starting(long[] sizes, Start start) {
        int[] groups = new int[sizes.length];
        int group = -1;
        int previous = 0;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] != 1) {
                group += group < 0 || start.at(axis, previous) ? 1 : 0;
                previous = axis;
            }
            groups[axis] = Math.max(group, 0);
        }
        if (group <= 0) {
            Arrays.fill(groups, 1);
        }
        return new AxisGroups(groups);
    }

    /** The shape with one axis for each group. */
    long[] merged(long[] shape) {
        long[] merged = new long[Arrays.stream(of).max().orElse(-1) + 1];
        Arrays.fill(merged, 1);
        for (int axis = 0; axis < shape.length; axis++) {
            merged[of[axis]] *= shape[axis];
        }
        return merged;
    }
}
