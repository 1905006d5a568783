package org.rde4j;

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
     * Listed entries of the flattened output.
     *
     * @param indices positions counted from 0, at least one
     * @return the region
     */
    static Indices indices(int... indices) {
        return new Indices(Arrays.stream(indices).boxed().toList());
    }

    /**
     * A rectangle. See {@link #box(int, int, int, int)}.
     *
     * @param x the left column
     * @param y the upper row
     * @param width the number of columns
     * @param height the number of rows
     */
    record Box(int x, int y, int width, int height) implements Region {
        /** Checks the ranges. */
        public Box {
            Check.atLeast("left column of the region", x, 0, "Columns count from 0.");
            Check.atLeast("upper row of the region", y, 0, "Rows count from 0.");
            Check.atLeast("width of the region", width, 1, "Maybe use box(96, 96, 32, 32).");
            Check.atLeast("height of the region", height, 1, "Maybe use box(96, 96, 32, 32).");
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
