package org.rde4j.samples.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.files.Npy;

/**
 * How a picture becomes a signal [channels, height, width] in [0, 1], as torchvision's recipe for classifiers does it:
 * the picture is resized (antialiased bilinear) until it covers the signal with some margin, then the centre is cut
 * out.
 *
 * @param channels of the signal: 3 for red, green and blue, 1 for grey; arrays may have any number
 * @param height of the signal in pixels, from 1 to {@value #MOST_SIDE}
 * @param width of the signal in pixels, from 1 to {@value #MOST_SIDE}
 * @param shorterSide what the side that becomes the shorter one of the signal is resized to, at least that side and at
 *     most {@value #MOST_SIDE}
 */
public record Preprocessing(int channels, int height, int width, int shorterSide) {
    private static final int RGB = 3;
    private static final int MOST_SIDE = 4096;
    /** Keeps what a very long picture is resized to below 200 MB. */
    private static final int MOST_LONGER_SIDE = 4 * MOST_SIDE;

    /** Checks the ranges. */
    public Preprocessing {
        int shorter = Math.min(height, width);
        if (shorter < 1 || Math.max(height, width) > MOST_SIDE) {
            throw new RdeException(
                    "The size (%s×%s) must be between 1 and %s pixels.".formatted(width, height, MOST_SIDE),
                    "Maybe use --size 224.");
        }
        if (shorterSide < shorter || shorterSide > MOST_SIDE) {
            throw new RdeException(
                    "The shorter side (%s) must be between the size (%s) and %s pixels."
                            .formatted(shorterSide, shorter, MOST_SIDE),
                    "Maybe use --resize %s.".formatted(withMargin(shorter)));
        }
        if (channels < 1) {
            throw new RdeException("The channels (%s) must be at least 1.".formatted(channels), "Maybe use 3.");
        }
    }

    /**
     * The usual recipe of ImageNet classifiers for square pictures in colours: 256 for 224, and in proportion.
     *
     * @param size the side of the signal in pixels
     * @return the recipe
     * @throws RdeException if the size is out of range
     */
    public static Preprocessing imagenet(int size) {
        return imagenet(RGB, size, size);
    }

    /**
     * The same for other channels and sides.
     *
     * @param channels of the signal
     * @param height of the signal in pixels
     * @param width of the signal in pixels
     * @return the recipe
     * @throws RdeException if a size is out of range
     */
    public static Preprocessing imagenet(int channels, int height, int width) {
        return new Preprocessing(channels, height, width, withMargin(Math.min(height, width)));
    }

    /**
     * The shape of the signals.
     *
     * @return [channels, height, width]
     */
    public int[] shape() {
        return new int[] {channels, height, width};
    }

    private static int withMargin(int side) {
        return Math.min(MOST_SIDE, Math.round(side * 256 / 224f));
    }

    /**
     * Reads a signal: JPEG and PNG files are preprocessed, {@code .npy} files are taken as they are.
     *
     * @param path a JPEG or PNG file, or a {@code .npy} file [C, H, W], [H, W, C] or, for one channel, [H, W], maybe
     *     with a batch axis of size 1 in front, in [0, 1]
     * @return the signal, [C, H, W]
     * @throws RdeException if the file is missing, damaged or of another shape or range
     */
    public Tensor read(Path path) {
        if (path.toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
            return signal(Npy.read(path), path);
        }
        if (channels != 1 && channels != RGB) {
            throw new RdeException(
                    "The network takes %s channels, but the picture %s has red, green and blue."
                            .formatted(channels, path),
                    "Give a .npy file [%s, H, W] in [0, 1].".formatted(channels));
        }
        Rgb picture = apply(PictureFile.read(path));
        return channels == 1 ? picture.grey() : picture.tensor();
    }

    Rgb apply(Rgb picture) {
        // The larger of both scales covers the signal; for squares this is that of the shorter side.
        double margin = (double) shorterSide / Math.min(height, width);
        boolean byHeight = (long) height * picture.width() >= (long) width * picture.height();
        long side = Math.round((byHeight ? height : width) * margin);
        long other = byHeight ? side * picture.width() / picture.height() : side * picture.height() / picture.width();
        if (other > MOST_LONGER_SIDE) {
            throw new RdeException(
                    "A picture of %s×%s pixels is too narrow.".formatted(picture.width(), picture.height()),
                    "Crop it first.");
        }
        int wide = (int) (byHeight ? Math.max(other, width) : side);
        int high = (int) (byHeight ? side : Math.max(other, height));
        return Resize.resize(picture, wide, high).centre(height, width);
    }

    private Tensor signal(Tensor array, Path path) {
        requireUnitRange(array.values(), path);
        return image(array, path);
    }

    /** The array as [C, H, W], whichever of the usual orders it has. */
    private Tensor image(Tensor array, Path path) {
        int[] shape = array.shape();
        boolean batched = shape.length > 2 && shape[0] == 1 && (shape.length == 4 || channels != 1);
        int[] one = batched ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
        if (one.length == 2 && channels == 1) {
            return array.reshape(1, one[0], one[1]);
        }
        if (one.length == 3 && one[0] == channels) {
            return array.reshape(one);
        }
        if (one.length == 3 && one[2] == channels) {
            return channelsFirst(array.values(), one);
        }
        throw new RdeException(
                "The shape %s of %s must be [%s, H, W] or [H, W, %<s], maybe with a 1 in front."
                        .formatted(Arrays.toString(shape), path, channels),
                "Give one picture to a file, with the channels that the network takes.");
    }

    private static Tensor channelsFirst(float[] values, int[] shape) {
        int places = shape[0] * shape[1];
        float[] first = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            first[i % shape[2] * places + i / shape[2]] = values[i];
        }
        return Tensor.of(first, shape[2], shape[0], shape[1]);
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
