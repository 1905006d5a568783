package org.rde4j.radiomap.scene;

/**
 * The straight line between the centres of two pixels, walked from pixel to pixel in whole numbers. It passes
 * the pixels whose inside it crosses, the same in both directions; where it leaves a pixel exactly through a
 * corner, it is stopped if both pixels beside that corner are blocked, so that a diagonal wall has no holes.
 */
final class Ray {
    private Ray() {}

    /**
     * The first blocked pixel between two pixels, which do not count themselves.
     *
     * @param blocked the map, row by row
     * @param columns its width
     * @param from a pixel, row · columns + column
     * @param to another
     * @return the pixel, or -1 if there is none
     */
    static int firstHit(boolean[] blocked, int columns, int from, int to) {
        int rowStep = to / columns < from / columns ? -columns : columns;
        int columnStep = to % columns < from % columns ? -1 : 1;
        int height = Math.abs(to / columns - from / columns);
        int width = Math.abs(to % columns - from % columns);
        // Negative where the line leaves the pixel through its row's side first, 0 where through the corner.
        int lead = width - height;
        int at = from;
        while (at != to) {
            if (lead == 0) {
                if (blocked[at + rowStep] && blocked[at + columnStep]) {
                    return at + rowStep;
                }
                at += rowStep + columnStep;
                lead += 2 * (width - height);
            } else if (lead < 0) {
                at += rowStep;
                lead += 2 * width;
            } else {
                at += columnStep;
                lead -= 2 * height;
            }
            if (at != to && blocked[at]) {
                return at;
            }
        }
        return -1;
    }
}
