package org.rde4j.radiomap.simulation;

/**
 * A corner of a building, passed on one side: the pixel just outside of it and what a path reaches from there.
 * A path that is as short as it can be comes and leaves within the sector of directions between the corner's
 * two walls.
 *
 * @param row of the pixel
 * @param column of the pixel
 * @param turn 1 if paths turn to the right (clockwise on the map), −1 to the left
 * @param start the direction along the wall before the corner
 * @param extent the angle that the wall turns by, in (0, π)
 * @param pixels that are seen within the sector
 * @param offsets their offsets in the fan
 */
record Bend(int row, int column, int turn, double start, double extent, int[] pixels, int[] offsets) {
    /** Radians by which pixels may leave the exact sector. */
    static final double MARGIN = 0.5;

    boolean takes(double direction) {
        double turned = wrap(turn * (direction - start));
        return turned >= -MARGIN && turned <= extent + MARGIN;
    }

    /** Within (−π, π]. */
    static double wrap(double angle) {
        double wrapped = angle;
        while (wrapped > Math.PI) {
            wrapped -= 2 * Math.PI;
        }
        while (wrapped <= -Math.PI) {
            wrapped += 2 * Math.PI;
        }
        return wrapped;
    }
}
