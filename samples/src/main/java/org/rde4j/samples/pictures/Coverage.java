package org.rde4j.samples.pictures;

import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.util.Arrays;

/**
 * How much of each pixel of a square picture lies inside a shape. Java2D's own renderer answers a little differently
 * in every Java version, and a seed shall always give the same picture.
 *
 * <p>A row of pixels is cut into {@value #LINES} lines. Where the shape's edges cross the middle of a line is computed
 * exactly, and what lies between two crossings is inside.
 */
final class Coverage {
    private static final int LINES = 16;
    /** By how much of a pixel a curve may miss its place. */
    private static final double FLATNESS = 0.02;

    private final int side;
    private final boolean evenOdd;
    /** Where edges that lead down, and those that lead up, cross each line. */
    private final Crossings down;

    private final Crossings up;

    private Coverage(PathIterator path, int side) {
        this.side = side;
        evenOdd = path.getWindingRule() == PathIterator.WIND_EVEN_ODD;
        down = new Crossings(LINES * side);
        up = new Crossings(LINES * side);
        read(path);
    }

    /**
     * The share of each pixel.
     *
     * @param shape in pixels
     * @param side the number of pixels in a row and in a column
     * @return 0 to 255, row by row
     */
    static byte[] of(Shape shape, int side) {
        return new Coverage(shape.getPathIterator(null, FLATNESS), side).pixels();
    }

    private void read(PathIterator path) {
        double[] end = new double[6];
        double[] start = new double[2];
        double[] at = new double[2];
        for (; !path.isDone(); path.next()) {
            switch (path.currentSegment(end)) {
                case PathIterator.SEG_LINETO -> edge(at, end);
                case PathIterator.SEG_CLOSE -> {
                    edge(at, start);
                    System.arraycopy(start, 0, end, 0, 2);
                }
                default -> {
                    edge(at, start);
                    System.arraycopy(end, 0, start, 0, 2);
                }
            }
            System.arraycopy(end, 0, at, 0, 2);
        }
        edge(at, start);
    }

    private void edge(double[] from, double[] to) {
        boolean leadsDown = from[1] < to[1];
        double[] above = leadsDown ? from : to;
        double[] below = leadsDown ? to : from;
        int first = firstLineFrom(above[1]);
        int end = firstLineFrom(below[1]);
        double slope = (below[0] - above[0]) / (below[1] - above[1]);
        for (int line = first; line < end; line++) {
            (leadsDown ? down : up).add(line, above[0] + slope * ((line + 0.5) / LINES - above[1]));
        }
    }

    private int firstLineFrom(double y) {
        return (int) Math.max(0, Math.min(LINES * side, Math.ceil(LINES * y - 0.5)));
    }

    private byte[] pixels() {
        byte[] pixels = new byte[side * side];
        for (int row = 0; row < side; row++) {
            double[] covered = new double[side];
            for (int line = LINES * row; line < LINES * (row + 1); line++) {
                cover(covered, down.sorted(line), up.sorted(line));
            }
            for (int column = 0; column < side; column++) {
                pixels[row * side + column] = (byte) Math.round(255 * covered[column] / LINES);
            }
        }
        return pixels;
    }

    /** Adds what lies inside on a line; both lists of crossings are sorted. */
    private void cover(double[] covered, double[] downs, double[] ups) {
        int d = 0;
        int u = 0;
        while (d + u < downs.length + ups.length) {
            boolean isDown = u == ups.length || d < downs.length && downs[d] < ups[u];
            double from = isDown ? downs[d++] : ups[u++];
            double to = Math.min(d < downs.length ? downs[d] : side, u < ups.length ? ups[u] : side);
            if (evenOdd ? (d + u) % 2 == 1 : d != u) {
                add(covered, Math.max(0, from), Math.min(side, to));
            }
        }
    }

    private static void add(double[] covered, double from, double to) {
        for (int i = (int) from; i < to; i++) {
            covered[i] += Math.min(to, i + 1) - Math.max(from, i);
        }
    }

    /** A line of some width with round ends and bends, as a shape. */
    static Shape line(Shape path, double width, double flatness) {
        Path2D line = new Path2D.Double(Path2D.WIND_NON_ZERO);
        double[] end = new double[6];
        double[] at = new double[2];
        for (PathIterator points = path.getPathIterator(null, flatness); !points.isDone(); points.next()) {
            if (points.currentSegment(end) == PathIterator.SEG_LINETO) {
                bar(line, at, end, width / 2);
            }
            System.arraycopy(end, 0, at, 0, 2);
            disc(line, at, width / 2);
        }
        return line;
    }

    private static void bar(Path2D line, double[] from, double[] to, double radius) {
        double dx = to[0] - from[0];
        double dy = to[1] - from[1];
        double length = Math.sqrt(dx * dx + dy * dy);
        if (length > 0) {
            double across = -dy / length * radius;
            double along = dx / length * radius;
            line.moveTo(from[0] - across, from[1] - along);
            line.lineTo(to[0] - across, to[1] - along);
            line.lineTo(to[0] + across, to[1] + along);
            line.lineTo(from[0] + across, from[1] + along);
            line.closePath();
        }
    }

    /** With the same sense as bars, so that they add up. */
    private static void disc(Path2D line, double[] centre, double radius) {
        int corners = 24;
        for (int i = 0; i < corners; i++) {
            double angle = 2 * Math.PI * i / corners;
            double x = centre[0] + radius * StrictMath.cos(angle);
            double y = centre[1] + radius * StrictMath.sin(angle);
            if (i == 0) {
                line.moveTo(x, y);
            } else {
                line.lineTo(x, y);
            }
        }
        line.closePath();
    }

    /** Growing lists of places, one for each line. */
    private static final class Crossings {
        private final double[][] places;
        private final int[] counts;

        Crossings(int lines) {
            places = new double[lines][0];
            counts = new int[lines];
        }

        void add(int line, double place) {
            if (counts[line] == places[line].length) {
                places[line] = Arrays.copyOf(places[line], 2 * counts[line] + 4);
            }
            places[line][counts[line]++] = place;
        }

        double[] sorted(int line) {
            double[] sorted = Arrays.copyOf(places[line], counts[line]);
            Arrays.sort(sorted);
            return sorted;
        }
    }
}
