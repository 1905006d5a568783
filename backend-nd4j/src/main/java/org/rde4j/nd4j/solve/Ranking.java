package org.rde4j.nd4j.solve;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Orders of components by a number; equal numbers keep the order of the components. */
final class Ranking {
    private Ranking() {}

    /** All positions, the least value first. */
    static int[] ascending(float[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparing(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Marks so many of the least values. */
    static boolean[] least(float[] values, int count) {
        boolean[] marked = new boolean[values.length];
        int[] order = ascending(values);
        for (int i = 0; i < count; i++) {
            marked[order[i]] = true;
        }
        return marked;
    }

    /** Ones at so many of the greatest values that are not zero. */
    static float[] greatest(float[] values, int count) {
        float[] negated = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            negated[i] = -values[i];
        }
        boolean[] marked = least(negated, count);
        float[] ones = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            ones[i] = marked[i] && values[i] > 0 ? 1 : 0;
        }
        return ones;
    }
}
