package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * The outlines of the buildings of a map, with straight walls where pixels make stairs. Every outline has its
 * building on the right as seen along it, so a turn to the right is a corner that sticks out. (Right as on the
 * map with row 0 at the top.)
 */
final class Outline {
    /** Stairs of a slanted wall leave it by less than a pixel. */
    private static final double TOLERANCE = 1.0;

    private static final int[] DX = {1, 0, -1, 0};
    private static final int[] DY = {0, 1, 0, -1};

    private final float[] map;
    private final int rows;
    private final int columns;

    private Outline(float[] map, int rows, int columns) {
        this.map = map;
        this.rows = rows;
        this.columns = columns;
    }

    /** All outlines, also those of courtyards. */
    static List<Polygon> trace(float[] map, int rows, int columns) {
        return new Outline(map, rows, columns).all();
    }

    private List<Polygon> all() {
        boolean[] done = new boolean[(rows + 1) * (columns + 1)];
        List<Polygon> outlines = new ArrayList<>();
        for (int y = 0; y <= rows; y++) {
            for (int x = 0; x <= columns; x++) {
                // Every outline has a step to the right somewhere, along the upper side of its building.
                if (!done[y * (columns + 1) + x] && isWall(x, y, 0)) {
                    List<Point> straight = simplify(loop(x, y, done));
                    if (straight.size() >= 3) {
                        outlines.add(new Polygon(straight));
                    }
                }
            }
        }
        return outlines;
    }

    private List<Point> loop(int startX, int startY, boolean[] done) {
        List<Point> points = new ArrayList<>();
        int x = startX;
        int y = startY;
        int direction = 0;
        do {
            if (direction == 0) {
                done[y * (columns + 1) + x] = true;
            }
            x += DX[direction];
            y += DY[direction];
            int turned = direction;
            // To the right first: buildings that meet in a point are two.
            for (int turn : new int[] {1, 0, 3}) {
                if (isWall(x, y, (direction + turn) % 4)) {
                    turned = (direction + turn) % 4;
                    break;
                }
            }
            if (turned != direction) {
                points.add(new Point(x, y));
                direction = turned;
            }
        } while (x != startX || y != startY || direction != 0);
        return points;
    }

    /** Whether a step from a grid point has a building on its right and none on its left. */
    private boolean isWall(int x, int y, int direction) {
        return switch (direction) {
            case 0 -> inside(y, x) && !inside(y - 1, x);
            case 1 -> inside(y, x - 1) && !inside(y, x);
            case 2 -> inside(y - 1, x - 1) && !inside(y, x - 1);
            default -> inside(y - 1, x) && !inside(y - 1, x - 1);
        };
    }

    private boolean inside(int row, int column) {
        return row >= 0 && row < rows && column >= 0 && column < columns && map[row * columns + column] > 0;
    }

    /** Douglas and Peucker (1973) on both halves between two far corners. */
    private static List<Point> simplify(List<Point> loop) {
        int first = farthest(loop, loop.get(0));
        int second = farthest(loop, loop.get(first));
        int from = Math.min(first, second);
        int to = Math.max(first, second);
        List<Point> there = loop.subList(from, to + 1);
        List<Point> back = new ArrayList<>(loop.subList(to, loop.size()));
        back.addAll(loop.subList(0, from + 1));
        List<Point> kept = new ArrayList<>();
        keep(there, kept);
        keep(back, kept);
        return kept;
    }

    private static int farthest(List<Point> points, Point from) {
        int best = 0;
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).distance(from) > points.get(best).distance(from)) {
                best = i;
            }
        }
        return best;
    }

    /** Adds the needed points of a line, without its last one. */
    private static void keep(List<Point> line, List<Point> kept) {
        Point a = line.get(0);
        Point b = line.get(line.size() - 1);
        double length = a.distance(b);
        int worst = 0;
        double deviation = TOLERANCE;
        for (int i = 1; i < line.size() - 1; i++) {
            Point p = line.get(i);
            double cross = (b.x() - a.x()) * (p.y() - a.y()) - (b.y() - a.y()) * (p.x() - a.x());
            double distance = length == 0 ? p.distance(a) : Math.abs(cross) / length;
            if (distance > deviation) {
                deviation = distance;
                worst = i;
            }
        }
        if (worst == 0) {
            kept.add(a);
        } else {
            keep(line.subList(0, worst + 1), kept);
            keep(line.subList(worst, line.size()), kept);
        }
    }
}
