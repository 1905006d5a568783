package org.rde4j.samples.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;
import org.rde4j.RdeException;

/**
 * The stored samples of a decoded picture as 8-bit RGB. Colour profiles are left alone, as Pillow and with it
 * most classifiers' training data do: BufferedImage.getRGB would convert grey pictures to another gamma.
 */
final class Samples {
    private static final int WHITE = 255;

    private Samples() {}

    static Rgb rgb(BufferedImage image, Path path) {
        ColorModel model = image.getColorModel();
        if (model instanceof IndexColorModel palette) {
            return indexed(image.getRaster(), palette);
        }
        int colours = model.getNumColorComponents();
        boolean grey = colours == 1;
        boolean rgb = colours == 3 && model.getColorSpace().getType() == ColorSpace.TYPE_RGB;
        int depth = model.getComponentSize(0);
        if (!(grey || rgb) || depth > 16) {
            throw new RdeException(
                    "The colours of %s (%s components of %s bits) cannot be read.".formatted(path, colours, depth),
                    "Convert it to an RGB picture.");
        }
        return direct(image.getRaster(), colours, model.hasAlpha(), (1 << depth) - 1);
    }

    private static Rgb direct(Raster raster, int colours, boolean alpha, int most) {
        int width = raster.getWidth();
        int bands = raster.getNumBands();
        byte[] bytes = new byte[3 * width * raster.getHeight()];
        int[] row = new int[width * bands];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int i = 0; i < 3 * width; i++) {
                int first = i / 3 * bands;
                int value = eightBits(row[first + (colours == 1 ? 0 : i % 3)], most);
                int opacity = alpha ? eightBits(row[first + bands - 1], most) : 255;
                bytes[3 * y * width + i] = overWhite(value, opacity);
            }
        }
        return new Rgb(width, raster.getHeight(), bytes);
    }

    private static Rgb indexed(Raster raster, IndexColorModel palette) {
        int width = raster.getWidth();
        byte[] bytes = new byte[3 * width * raster.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int argb = palette.getRGB(row[x]);
                for (int channel = 0; channel < 3; channel++) {
                    int value = argb >> (16 - 8 * channel) & 0xff;
                    bytes[3 * (y * width + x) + channel] = overWhite(value, argb >>> 24);
                }
            }
        }
        return new Rgb(width, raster.getHeight(), bytes);
    }

    private static int eightBits(int value, int most) {
        return (value * 255 + most / 2) / most;
    }

    private static byte overWhite(int value, int opacity) {
        return (byte) ((value * opacity + WHITE * (255 - opacity) + 127) / 255);
    }
}
