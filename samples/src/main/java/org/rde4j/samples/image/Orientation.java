package org.rde4j.samples.image;

/**
 * How a camera was held, as EXIF's orientation tag counts it. Showing such a picture means to read it along
 * other axes.
 */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    UPSIDE_DOWN(false, true, true),
    MIRRORED_UPSIDE_DOWN(false, false, true),
    TRANSPOSED(true, false, false),
    TURNED_LEFT(true, false, true),
    TRANSVERSED(true, true, true),
    TURNED_RIGHT(true, true, false);

    private final boolean swapAxes;
    private final boolean flipColumns;
    private final boolean flipRows;

    Orientation(boolean swapAxes, boolean flipColumns, boolean flipRows) {
        this.swapAxes = swapAxes;
        this.flipColumns = flipColumns;
        this.flipRows = flipRows;
    }

    /** The orientation with EXIF's number, counted from 1; unknown numbers mean upright. */
    static Orientation numbered(int tag) {
        return tag >= 1 && tag <= values().length ? values()[tag - 1] : UPRIGHT;
    }

    Rgb apply(Rgb stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int width = swapAxes ? stored.height() : stored.width();
        int height = swapAxes ? stored.width() : stored.height();
        byte[] bytes = new byte[stored.bytes().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = swapAxes ? y : x;
                int row = swapAxes ? x : y;
                int from = 3
                        * ((flip(flipRows, row, stored.height())) * stored.width()
                                + flip(flipColumns, column, stored.width()));
                System.arraycopy(stored.bytes(), from, bytes, 3 * (y * width + x), 3);
            }
        }
        return new Rgb(width, height, bytes);
    }

    private static int flip(boolean flipped, int at, int size) {
        return flipped ? size - 1 - at : at;
    }
}
