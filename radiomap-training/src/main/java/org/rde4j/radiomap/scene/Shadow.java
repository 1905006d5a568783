package org.rde4j.radiomap.scene;

import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * The shadow of a building: the street pixels whose straight line to the transmitter (as in {@link LineOfSight})
 * passes through that building and through no other, and meets it within a length. There the signal tells
 * whether the building exists (seed section 4.3.1, Figures 8 and 9).
 *
 * @param length how far a shadow reaches behind the building, in pixels along the line, at least 1
 */
public record Shadow(int length) {
    /** Shadows of 64 pixels. */
    public static final Shadow STANDARD = new Shadow(64);

    /** Checks the length. */
    public Shadow {
        if (length < 1) {
            throw new RdeException(
                    "The length of shadows (%s) must be at least 1 pixel.".formatted(length), "64 is usual.");
        }
    }

    /**
     * The shadow of a building of a scene.
     *
     * @param scene the scene; its whole city casts shadows
     * @param building [H, W], not 0 inside of the building, such as {@link Scene#missing}
     * @return [H, W], 1 in the shadow, 0 elsewhere
     */
    public Tensor of(Scene scene, Tensor building) {
        boolean[] itself = Maps.inside(building);
        boolean[] city = Maps.inside(scene.city());
        boolean[] others = city.clone();
        for (int i = 0; i < others.length; i++) {
            others[i] &= !itself[i];
        }
        int columns = scene.columns();
        int transmitter =
                scene.transmitter().row() * columns + scene.transmitter().column();
        float[] shadow = new float[city.length];
        for (int pixel : around(building, columns, scene.rows())) {
            if (!city[pixel] && !itself[pixel]) {
                int met = Ray.firstHit(itself, columns, pixel, transmitter);
                boolean behind = met >= 0 && distance(met, pixel, columns) <= length;
                shadow[pixel] = behind && Ray.firstHit(others, columns, pixel, transmitter) < 0 ? 1 : 0;
            }
        }
        return Tensor.of(shadow, scene.rows(), columns);
    }

    /** The pixels of the building's box, widened by the length. */
    private int[] around(Tensor building, int columns, int rows) {
        int[] pixels = Maps.pixels(building);
        int top = rows;
        int bottom = -1;
        int left = columns;
        int right = -1;
        for (int pixel : pixels) {
            top = Math.min(top, pixel / columns);
            bottom = Math.max(bottom, pixel / columns);
            left = Math.min(left, pixel % columns);
            right = Math.max(right, pixel % columns);
        }
        if (pixels.length == 0) {
            return pixels;
        }
        int first = Math.max(0, left - length);
        int width = Math.min(columns, right + 1 + length) - first;
        int start = Math.max(0, top - length);
        int[] box = new int[(Math.min(rows, bottom + 1 + length) - start) * width];
        for (int i = 0; i < box.length; i++) {
            box[i] = (start + i / width) * columns + first + i % width;
        }
        return box;
    }

    private static double distance(int one, int other, int columns) {
        return StrictMath.hypot(one / columns - other / columns, one % columns - other % columns);
    }
}
