package org.rde4j.radiomap.simulation;

import java.util.Arrays;

/** How far one sees in a city. Walls are the smooth lines between pixels, so slanted walls have no stairs. */
final class Sight {
    private static final int FINE = 4;
    private static final double STEP = 0.5;

    private final float[] map;
    final int rows;
    final int columns;
    final Fan fan;
    private final boolean[] walls;
    private final float[] clear;

    Sight(float[] map, int rows, int columns) {
        this.map = map;
        this.rows = rows;
        this.columns = columns;
        fan = Fan.of(Math.max(rows, columns));
        walls = walls();
        clear = clear();
    }

    boolean isStreet(int row, int column) {
        return row >= 0 && row < rows && column >= 0 && column < columns && map[row * columns + column] == 0;
    }

    /** Whether bilinear interpolation between the pixels' centres says building, on a finer grid. */
    private boolean[] walls() {
        boolean[] fine = new boolean[rows * columns * FINE * FINE];
        for (int i = 0; i < rows * FINE; i++) {
            double y = (i + 0.5) / FINE - 0.5;
            int row = (int) Math.floor(y);
            for (int j = 0; j < columns * FINE; j++) {
                double x = (j + 0.5) / FINE - 0.5;
                int column = (int) Math.floor(x);
                double up = mix(at(row, column), at(row, column + 1), x - column);
                double down = mix(at(row + 1, column), at(row + 1, column + 1), x - column);
                fine[i * columns * FINE + j] = mix(up, down, y - row) > 0.5;
            }
        }
        return fine;
    }

    private float at(int row, int column) {
        return map[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))];
    }

    private static double mix(double a, double b, double part) {
        return a + part * (b - a);
    }

    /** A lower bound of the distance to the nearest building: steps along rows, columns and diagonals. */
    private float[] clear() {
        float[] distance = new float[rows * columns];
        Arrays.fill(distance, rows + columns);
        for (int pass = 0; pass < 2; pass++) {
            for (int n = 0; n < distance.length; n++) {
                int i = pass == 0 ? n : distance.length - 1 - n;
                relax(distance, i, pass == 0 ? -1 : 1);
            }
        }
        return distance;
    }

    private void relax(float[] distance, int i, int side) {
        if (map[i] > 0) {
            distance[i] = 0;
            return;
        }
        int row = i / columns;
        int column = i % columns;
        // The octagonal distance scaled by 0.92 never exceeds the true one.
        float best = distance[i];
        best = Math.min(best, neighbour(distance, row, column + side) + 0.92f);
        for (int across = -1; across <= 1; across++) {
            best = Math.min(best, neighbour(distance, row + side, column + across) + (across == 0 ? 0.92f : 1.3f));
        }
        distance[i] = best;
    }

    private float neighbour(float[] distance, int row, int column) {
        boolean outside = row < 0 || row >= rows || column < 0 || column >= columns;
        return outside ? rows + columns : distance[row * columns + column];
    }

    /** The distance from a pixel's centre to the next wall, or to the map's edge. */
    double reach(int row, int column, int ray) {
        double dx = StrictMath.cos(fan.angle(ray));
        double dy = StrictMath.sin(fan.angle(ray));
        double t = 0;
        while (true) {
            double x = column + 0.5 + t * dx;
            double y = row + 0.5 + t * dy;
            if (x < 0 || y < 0 || x >= columns || y >= rows) {
                return t + 1;
            }
            if (walls[(int) (y * FINE) * columns * FINE + (int) (x * FINE)]) {
                return t;
            }
            t += Math.max(STEP, clear[(int) y * columns + (int) x] - 2);
        }
    }

    /**
     * What one sees within a sector.
     *
     * @param row of the pixel that one looks from
     * @param column the same
     * @param from the sector's first ray
     * @param count its number of rays
     * @param pixels becomes the pixels that are seen
     * @param offsets becomes their offsets in the fan
     * @return how many
     */
    int look(int row, int column, int from, int count, int[] pixels, int[] offsets) {
        int n = 0;
        for (int k = 0; k < count; k++) {
            int ray = Math.floorMod(from + k, fan.rays);
            double reach = reach(row, column, ray);
            for (int i = fan.begin[ray]; i < fan.begin[ray + 1] && fan.distance[i] <= reach; i++) {
                if (isStreet(row + fan.rows[i], column + fan.columns[i])) {
                    pixels[n] = (row + fan.rows[i]) * columns + column + fan.columns[i];
                    offsets[n++] = i;
                }
            }
        }
        return n;
    }
}
