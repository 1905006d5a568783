package org.rde4j.samples.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.files.Npy;

/**
 * How a picture becomes a signal [3, size, size] in [0, 1], as torchvision's recipe for classifiers does it:
 * the shorter side is resized (antialiased bilinear), then the centre is cut out.
 *
 * @param size the side of the signal in pixels, at least {@value #LEAST_SIZE}
 * @param shorterSide what the shorter side of the picture is resized to, from {@code size} to {@value #MOST_SIDE}
 */
public record Preprocessing(int size, int shorterSide) {
    private static final int LEAST_SIZE = 32;
    private static final int MOST_SIDE = 4096;
    /** Keeps what a very long picture is resized to below 200 MB. */
    private static final int MOST_LONGER_SIDE = 4 * MOST_SIDE;

    /** Checks the ranges. */
    public Preprocessing {
        if (size < LEAST_SIZE || size > MOST_SIDE) {
            throw new RdeException(
                    "The size (%s) must be between %s and %s pixels.".formatted(size, LEAST_SIZE, MOST_SIDE),
                    "Maybe use --size 224.");
        }
        if (shorterSide < size || shorterSide > MOST_SIDE) {
            throw new RdeException(
                    "The shorter side (%s) must be between the size (%s) and %s pixels."
                            .formatted(shorterSide, size, MOST_SIDE),
                    "Maybe use --resize %s.".formatted(imagenet(size).shorterSide()));
        }
    }

    /**
     * The usual recipe of ImageNet classifiers: 256 for 224, and in proportion.
     *
     * @param size the side of the signal in pixels
     * @return the recipe
     * @throws RdeException if the size is out of range
     */
    public static Preprocessing imagenet(int size) {
        return new Preprocessing(size, Math.min(MOST_SIDE, Math.round(size * 256 / 224f)));
    }

    /**
     * Reads a signal: JPEG and PNG files are preprocessed, {@code .npy} files are taken as they are.
     *
     * @param path a JPEG or PNG file, or a {@code .npy} file [1, 3, H, W] or [3, H, W] in [0, 1]
     * @return the signal, [3, H, W]
     * @throws RdeException if the file is missing, damaged or of another shape or range
     */
    public Tensor read(Path path) {
        if (path.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
            return signal(Npy.read(path), path);
        }
        return apply(PictureFile.read(path)).tensor();
    }

    Rgb apply(Rgb picture) {
        boolean wide = picture.width() >= picture.height();
        long shorter = wide ? picture.height() : picture.width();
        long longer = (long) shorterSide * Math.max(picture.width(), picture.height()) / shorter;
        if (longer > MOST_LONGER_SIDE) {
            throw new RdeException(
                    "A picture of %s×%s pixels is too narrow.".formatted(picture.width(), picture.height()),
                    "Crop it first.");
        }
        int other = (int) longer;
        return Resize.resize(picture, wide ? other : shorterSide, wide ? shorterSide : other)
                .centre(size);
    }

    private static Tensor signal(Tensor array, Path path) {
        int[] shape = array.shape();
        int[] image = shape.length == 4 && shape[0] == 1 ? Arrays.copyOfRange(shape, 1, 4) : shape;
        if (image.length != 3 || image[0] != 3) {
            throw new RdeException(
                    "The shape %s of %s must be [1, 3, H, W] or [3, H, W].".formatted(Arrays.toString(shape), path),
                    "Transpose it to channels first, one picture to a file.");
        }
        if (Math.min(image[1], image[2]) < LEAST_SIZE) {
            throw new RdeException(
                    "The sides of %s (%s×%s) must be at least %s pixels."
                            .formatted(path, image[2], image[1], LEAST_SIZE),
                    "Give a larger picture.");
        }
        requireUnitRange(array.values(), path);
        return array.reshape(image);
    }

    private static void requireUnitRange(float[] values, Path path) {
        float least = 0;
        float most = 0;
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new RdeException(
                        "%s holds the value %s, which is not finite.".formatted(path, value),
                        "Check how it was made; numpy.nan_to_num replaces such values.");
            }
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        if (least < 0 || most > 1) {
            throw new RdeException(
                    "%s holds the value %s, but signals lie in [0, 1].".formatted(path, least < 0 ? least : most),
                    least >= 0 && most > 2 && most <= 255
                            ? "Divide by 255, and leave the normalisation to --mean and --std."
                            : "Bring it back into [0, 1]: the normalisation belongs to --mean and --std.");
        }
    }
}
