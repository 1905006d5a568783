package org.rde4j.samples.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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

    private static final int TAG = 0x0112;
    private static final int SHORT_TYPE = 3;

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

    /** The orientation that EXIF data name, which are laid out as a TIFF file; upright if they name none. */
    static Orientation ofExif(ByteBuffer tiff) {
        if (tiff.remaining() < 8) {
            return UPRIGHT;
        }
        tiff.order(tiff.get(0) == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if (entry > tiff.limit() - 12) {
                return UPRIGHT;
            }
            if ((tiff.getShort(entry) & 0xffff) == TAG && tiff.getShort(entry + 2) == SHORT_TYPE) {
                return numbered(tiff.getShort(entry + 8));
            }
        }
        return UPRIGHT;
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
