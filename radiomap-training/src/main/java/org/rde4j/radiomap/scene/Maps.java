package org.rde4j.radiomap.scene;

import java.util.Arrays;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/** Maps as arrays, row by row. */
final class Maps {
    private Maps() {}

    /** Where a map [H, W] is not 0. */
    static boolean[] inside(Tensor map) {
        if (map.rank() != 2) {
            throw new RdeException(
                    "A map has the shape %s.".formatted(Arrays.toString(map.shape())), "Give a map [H, W].");
        }
        float[] values = map.values();
        boolean[] inside = new boolean[values.length];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = values[i] != 0;
        }
        return inside;
    }

    /** The pixels of a map [H, W] that are not 0, in order. */
    static int[] pixels(Tensor map) {
        boolean[] inside = inside(map);
        int[] pixels = new int[inside.length];
        int count = 0;
        for (int i = 0; i < inside.length; i++) {
            if (inside[i]) {
                pixels[count++] = i;
            }
        }
        return Arrays.copyOf(pixels, count);
    }

    /** A map without some pixels. */
    static Tensor without(Tensor map, int[] pixels) {
        float[] values = map.values();
        for (int pixel : pixels) {
            values[pixel] = 0;
        }
        return Tensor.of(values, map.shape());
    }
}
