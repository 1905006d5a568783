package org.rde4j.samples.image;

import java.nio.file.Path;
import org.rde4j.Tensor;

/** Pictures that hold one number in each pixel, such as radio maps. */
public final class GreyPicture {
    private static final float WHITE = 255;

    private GreyPicture() {}

    /**
     * Reads a PNG or JPEG file.
     *
     * @param path the file; of a coloured picture the red channel counts
     * @return [H, W], the stored levels in [0, 1]
     * @throws org.rde4j.RdeException if the file is missing, damaged or too large
     */
    public static Tensor read(Path path) {
        Rgb rgb = PictureFile.read(path);
        float[] values = new float[rgb.width() * rgb.height()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (rgb.bytes()[3 * i] & 0xff) / WHITE;
        }
        return Tensor.of(values, rgb.height(), rgb.width());
    }
}
