package org.rde4j.radiomap.simulation;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.rde4j.Tensor;

/** PNG files of 8 bits of grey. */
final class GreyPng {
    private GreyPng() {}

    /** The file of a map [H, W] of values in [0, 1]. */
    static byte[] of(Tensor map) throws IOException {
        int rows = map.shape()[0];
        int columns = map.shape()[1];
        float[] values = map.values();
        byte[] grey = new byte[values.length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) Math.round(255 * values[i]);
        }
        BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, columns, rows, grey);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(file)) {
            ImageIO.write(image, "png", stream);
        }
        return file.toByteArray();
    }
}
