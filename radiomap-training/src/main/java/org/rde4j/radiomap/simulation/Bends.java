package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All bends of a city and which ones follow which: the work that all transmitters of a city share. */
final class Bends {
    /** Walls that turn by less are straight. */
    private static final double SMALLEST_TURN = 0.02;

    private static final double FARTHEST_FROM_WALL = 3;

    final List<Bend> all = new ArrayList<>();

    /** For each bend the bends that a path can take next. */
    final int[][] next;

    private final Sight sight;
    private final int[] pixels;
    private final int[] offsets;

    Bends(Sight sight, List<Polygon> outlines) {
        this.sight = sight;
        pixels = new int[sight.rows * sight.columns];
        offsets = new int[sight.rows * sight.columns];
        List<int[]> walls = new ArrayList<>();
        for (Polygon outline : outlines) {
            List<Point> points = outline.points();
            int n = points.size();
            int first = all.size();
            for (int i = 0; i < n; i++) {
                add(points.get((i + n - 1) % n), points.get(i), points.get((i + 1) % n));
            }
            walls.add(new int[] {first, all.size()});
        }
        next = new int[all.size()][];
        for (int[] range : walls) {
            for (int i = range[0]; i < range[1]; i++) {
                // A bend to the right comes before its mirror image; one goes round the building to either side.
                int count = range[1] - range[0];
                int along = range[0] + (i - range[0] + (i % 2 == 0 ? 2 : count - 2)) % count;
                next[i] = following(all.get(i), along);
            }
        }
    }

    private void add(Point before, Point corner, Point after) {
        double coming = StrictMath.atan2(corner.y() - before.y(), corner.x() - before.x());
        double leaving = StrictMath.atan2(after.y() - corner.y(), after.x() - corner.x());
        double extent = Bend.wrap(leaving - coming);
        if (extent < SMALLEST_TURN) {
            return;
        }
        // Outwards, halfway between the walls.
        double dx = StrictMath.cos(coming) - StrictMath.cos(leaving);
        double dy = StrictMath.sin(coming) - StrictMath.sin(leaving);
        double length = StrictMath.hypot(dx, dy);
        for (double away = 0.9; away < FARTHEST_FROM_WALL; away += 0.3) {
            int column = (int) Math.floor(corner.x() + away * dx / length);
            int row = (int) Math.floor(corner.y() + away * dy / length);
            if (sight.isStreet(row, column)) {
                all.add(bend(row, column, 1, coming, extent));
                all.add(bend(row, column, -1, leaving + Math.PI, extent));
                return;
            }
        }
    }

    private Bend bend(int row, int column, int turn, double start, double extent) {
        double from = turn > 0 ? start - Bend.MARGIN : start - extent - Bend.MARGIN;
        int first = sight.fan.ray(from);
        int count = (int) Math.ceil((extent + 2 * Bend.MARGIN) / (2 * Math.PI) * sight.fan.rays);
        int n = sight.look(row, column, first, count, pixels, offsets);
        return new Bend(row, column, turn, start, extent, Arrays.copyOf(pixels, n), Arrays.copyOf(offsets, n));
    }

    private int[] following(Bend bend, int along) {
        boolean[] seen = new boolean[sight.rows * sight.columns];
        for (int pixel : bend.pixels()) {
            seen[pixel] = true;
        }
        int[] found = new int[all.size()];
        int n = 0;
        for (int i = 0; i < found.length; i++) {
            Bend other = all.get(i);
            int row = other.row() - bend.row();
            int column = other.column() - bend.column();
            if (i == along
                    || seen[other.row() * sight.columns + other.column()]
                            && other.takes(StrictMath.atan2(row, column))) {
                found[n++] = i;
            }
        }
        return Arrays.copyOf(found, n);
    }
}
