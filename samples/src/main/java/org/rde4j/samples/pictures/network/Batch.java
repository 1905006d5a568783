package org.rde4j.samples.pictures.network;

import java.awt.image.BufferedImage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.samples.pictures.Picture;
import org.rde4j.samples.pictures.PictureSet;

/**
 * Consecutive pictures of a set.
 *
 * @param values shape [count, side, side, 3], RGB in [0, 1], row-major
 * @param labels the class of each
 * @param side the height and width
 */
record Batch(float[] values, int[] labels, int side) {

    /** Draws pictures number {@code first} to {@code first + count - 1}. */
    static Batch draw(PictureSet pictures, long first, int count) {
        int side = pictures.side();
        float[] values = new float[count * side * side * 3];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            Picture picture = pictures.picture(first + i);
            labels[i] = picture.outline().ordinal();
            copy(picture.image(), values, i * side * side * 3);
        }
        return new Batch(values, labels, side);
    }

    private static void copy(BufferedImage image, float[] values, int offset) {
        int width = image.getWidth();
        int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        for (int i = 0; i < pixels.length; i++) {
            for (int c = 0; c < 3; c++) {
                values[offset + 3 * i + c] = (pixels[i] >> (16 - 8 * c) & 0xff) / 255f;
            }
        }
    }

    INDArray pictures() {
        return Nd4j.createFromArray(values).reshape(labels.length, side, side, 3);
    }
}
