package org.rde4j.samples.image;

import java.util.Objects;
import org.rde4j.Tensor;

/**
 * A decoded picture: red, green and blue bytes, interleaved, row by row. The array is not copied; whoever
 * makes a picture gives it away.
 *
 * @param width pixels in a row, at least 1
 * @param height rows, at least 1
 * @param bytes 3·width·height values from 0 to 255
 */
record Rgb(int width, int height, byte[] bytes) {
    Rgb {
        Objects.checkFromToIndex(0, 3 * width * height, bytes.length);
    }

    int at(int x, int y, int channel) {
        return bytes[3 * (y * width + x) + channel] & 0xff;
    }

    /** The part of the given size whose centre is this picture's, rounded as torchvision's CenterCrop does. */
    Rgb centre(int rows, int columns) {
        int left = (int) Math.rint((width - columns) / 2.0);
        int top = (int) Math.rint((height - rows) / 2.0);
        byte[] part = new byte[3 * columns * rows];
        for (int y = 0; y < rows; y++) {
            System.arraycopy(bytes, 3 * ((top + y) * width + left), part, 3 * y * columns, 3 * columns);
        }
        return new Rgb(columns, rows, part);
    }

    /** The luma of ITU-R 601 in 256 levels, as Pillow rounds it, divided by 255, shape [1, height, width]. */
    Tensor grey() {
        float[] values = new float[width * height];
        for (int i = 0; i < values.length; i++) {
            int red = bytes[3 * i] & 0xff;
            int green = bytes[3 * i + 1] & 0xff;
            int blue = bytes[3 * i + 2] & 0xff;
            values[i] = (19595 * red + 38470 * green + 7471 * blue + 0x8000 >> 16) / 255f;
        }
        return Tensor.of(values, 1, height, width);
    }

    /** The values divided by 255, shape [3, height, width]. */
    Tensor tensor() {
        float[] values = new float[3 * width * height];
        int plane = width * height;
        for (int i = 0; i < values.length; i++) {
            values[i % 3 * plane + i / 3] = (bytes[i] & 0xff) / 255f;
        }
        return Tensor.of(values, 3, height, width);
    }
}
