package org.rde4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A set J of output components, for distortions that look at a part of the output only (seed Example 8, d4). */
public sealed interface Region {

    /**
     * A rectangle of an output image, in every channel.
     *
     * @param x the left column, counted from 0
     * @param y the upper row, counted from 0
     * @param width the number of columns, at least 1
     * @param height the number of rows, at least 1
     * @return the region
     */
    static Box box(int x, int y, int width, int height) {
        return new Box(x, y, width, height);
    }

    /**
     * The pixels of an output image, in every channel, whose centres lie inside a polygon. The centre of the pixel
     * in column x and row y is (x + ½, y + ½), so the corners of {@code box(x, y, w, h)} give that box. Where edges
     * cross, the even-odd rule says what is inside.
     *
     * @param corners the x and the y of each corner in turn, at least three corners
     * @return the region
     */
    static Polygon polygon(double... corners) {
        if (corners.length % 2 != 0) {
            throw new RdeException(
                    "%s numbers are not the corners of a polygon.".formatted(corners.length),
                    "Give an x and a y for each corner.");
        }
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < corners.length; i += 2) {
            points.add(new Point(corners[i], corners[i + 1]));
        }
        return new Polygon(points);
    }

    /**
     * The pixels of an output image, in every channel, that a mask marks.
     *
     * @param marks shape [H, W] as the output; what is not zero counts
     * @return the region
     */
    static Mask mask(Tensor marks) {
        return new Mask(marks);
    }

    /**
     * Listed entries of the flattened output.
     *
     * @param indices positions counted from 0, at least one
     * @return the region
     */
    static Indices indices(int... indices) {
        return new Indices(Arrays.stream(indices).boxed().toList());
    }

    /**
     * A region that comes with each training example, such as the building that is missing in it. Only training
     * objectives know such regions, explanations do not.
     *
     * @return the region
     */
    static PerExample perExample() {
        return new PerExample();
    }

    /**
     * Pixels that come with each example, as one more map with 1 inside the region and 0 elsewhere. An example whose
     * map is zero everywhere has no region, and so no distortion. See {@link #perExample()}.
     */
    record PerExample() implements Region {}

    /** Pixels of an output image, in every channel. */
    sealed interface OfImage extends Region {
        /**
         * Whether a pixel belongs to the region.
         *
         * @param column counted from 0
         * @param row counted from 0
         * @return true if it does
         */
        boolean contains(int column, int row);
    }

    /**
     * A rectangle. See {@link #box(int, int, int, int)}.
     *
     * @param x the left column
     * @param y the upper row
     * @param width the number of columns
     * @param height the number of rows
     */
    record Box(int x, int y, int width, int height) implements OfImage {
        /** Checks the ranges. */
        public Box {
            Check.atLeast("left column of the region", x, 0, "Columns count from 0.");
            Check.atLeast("upper row of the region", y, 0, "Rows count from 0.");
            Check.atLeast("width of the region", width, 1, "Maybe use box(96, 96, 32, 32).");
            Check.atLeast("height of the region", height, 1, "Maybe use box(96, 96, 32, 32).");
        }

        @Override
        public boolean contains(int column, int row) {
            return column >= x && column - x < width && row >= y && row - y < height;
        }
    }

    /**
     * A place in an image.
     *
     * @param x from the left edge, in pixels
     * @param y from the upper edge, in pixels
     */
    record Point(double x, double y) {
        /** Checks the numbers. */
        public Point {
            Check.finite("corner of the region", x, "Give it in pixels.");
            Check.finite("corner of the region", y, "Give it in pixels.");
        }
    }

    /**
     * A polygon. See {@link #polygon(double...)}.
     *
     * @param corners in order along the border, at least three
     */
    record Polygon(List<Point> corners) implements OfImage {
        /** Checks the number of corners. */
        public Polygon {
            corners = List.copyOf(corners);
            Check.atLeast("number of corners of the region", corners.size(), 3, "Maybe use a box.");
        }

        /** Counts the edges to the right of the pixel's centre: inside it is odd. */
        @Override
        public boolean contains(int column, int row) {
            double y = row + 0.5;
            boolean inside = false;
            for (int i = 0; i < corners.size(); i++) {
                Point a = corners.get(i);
                Point b = corners.get((i + 1) % corners.size());
                boolean crosses = (a.y <= y) != (b.y <= y);
                if (crosses && a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x) > column + 0.5) {
                    inside = !inside;
                }
            }
            return inside;
        }
    }

    /**
     * Marked pixels. See {@link #mask(Tensor)}.
     *
     * @param marks shape [H, W], with at least one mark
     */
    record Mask(Tensor marks) implements OfImage {
        /** Checks the shape. */
        public Mask {
            if (marks.rank() != 2) {
                throw new RdeException(
                        "The marks of the region have the shape %s but must have the shape [H, W]."
                                .formatted(Arrays.toString(marks.shape())),
                        "Leave the axis of the channels out.");
            }
            boolean empty = true;
            for (float mark : marks.values()) {
                empty &= mark == 0;
            }
            if (empty) {
                throw new RdeException("The region has no marks.", "Mark at least one pixel.");
            }
        }

        @Override
        public boolean contains(int column, int row) {
            int[] shape = marks.shape();
            return row >= 0 && row < shape[0] && column >= 0 && column < shape[1] && marks.get(row, column) != 0;
        }
    }

    /**
     * Listed entries. See {@link #indices(int...)}.
     *
     * @param positions positions in the flattened output
     */
    record Indices(List<Integer> positions) implements Region {
        /** Checks the ranges. */
        public Indices {
            positions = List.copyOf(positions);
            Check.atLeast("number of entries of the region", positions.size(), 1, "Name at least one output.");
            for (int position : positions) {
                Check.atLeast("position in the region", position, 0, "Positions count from 0.");
            }
        }

        /**
         * The positions as a stream.
         *
         * @return the positions in their order
         */
        public IntStream stream() {
            return positions.stream().mapToInt(Integer::intValue);
        }
    }
}
