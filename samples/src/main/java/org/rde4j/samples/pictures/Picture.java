package org.rde4j.samples.pictures;

import java.awt.image.BufferedImage;
import org.rde4j.Tensor;

/**
 * A drawn picture and what it shows.
 *
 * @param outline the class
 * @param image the picture, 8 bits per colour
 */
public record Picture(Outline outline, BufferedImage image) {

    /**
     * The picture as a network takes it.
     *
     * @return RGB in [0, 1], shape [3, height, width]
     */
    public Tensor tensor() {
        int height = image.getHeight();
        int width = image.getWidth();
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        float[] values = new float[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            for (int c = 0; c < 3; c++) {
                values[c * pixels.length + i] = (pixels[i] >> (16 - 8 * c) & 0xff) / 255f;
            }
        }
        return Tensor.of(values, 3, height, width);
    }
}
