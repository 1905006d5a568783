package org.rde4j.radiomap.simulation;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** All offsets between pixels of maps up to a size, sorted by direction and then by distance. */
final class Fan {
    private static final ConcurrentMap<Integer, Fan> BY_SIZE = new ConcurrentHashMap<>();

    /** Directions; far apart by half a pixel at the end of the longest side. */
    final int rays;

    /** Where the offsets of each direction begin; one more entry than rays. */
    final int[] begin;

    final short[] rows;
    final short[] columns;
    final float[] distance;

    /** From -π to π, 0 to the right, growing clockwise on the map. */
    final float[] angle;

    private Fan(int size) {
        rays = 8 * size;
        int width = 2 * size - 1;
        int count = width * width - 1;
        long[] keys = new long[count];
        int n = 0;
        for (int row = 1 - size; row < size; row++) {
            for (int column = 1 - size; column < size; column++) {
                if (row != 0 || column != 0) {
                    long squared = (long) row * row + (long) column * column;
                    long offset = (long) (row + size) * 2 * size + column + size;
                    keys[n++] = (((long) ray(StrictMath.atan2(row, column)) << 24 | squared) << 24) | offset;
                }
            }
        }
        Arrays.sort(keys);
        begin = new int[rays + 1];
        rows = new short[count];
        columns = new short[count];
        distance = new float[count];
        angle = new float[count];
        for (int i = 0; i < count; i++) {
            int offset = (int) (keys[i] & 0xffffff);
            rows[i] = (short) (offset / (2 * size) - size);
            columns[i] = (short) (offset % (2 * size) - size);
            distance[i] = (float) StrictMath.hypot(rows[i], columns[i]);
            angle[i] = (float) StrictMath.atan2(rows[i], columns[i]);
            begin[(int) (keys[i] >> 48) + 1] = i + 1;
        }
        for (int ray = 0; ray < rays; ray++) {
            begin[ray + 1] = Math.max(begin[ray + 1], begin[ray]);
        }
    }

    static Fan of(int size) {
        return BY_SIZE.computeIfAbsent(size, Fan::new);
    }

    /** The direction that an angle belongs to. */
    int ray(double angle) {
        return Math.floorMod((int) Math.round(angle / (2 * Math.PI) * rays), rays);
    }

    double angle(int ray) {
        return 2 * Math.PI * ray / rays;
    }
}
