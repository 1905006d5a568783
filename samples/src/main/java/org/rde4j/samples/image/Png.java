package org.rde4j.samples.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.rde4j.RdeException;

/** PNG files: their content, and what ImageIO does not tell of it, whether it is all there and how a camera was held. */
public final class Png {
    private static final int SIGNATURE = 8;
    private static final int LENGTH_TYPE_AND_CHECKSUM = 12;
    private static final int END = 0x49454e44;
    private static final int EXIF = 0x65584966;

    private Png() {}

    /**
     * The content of a PNG file.
     *
     * @param image the picture
     * @return all bytes
     */
    public static byte[] bytes(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    static void requireComplete(byte[] file, Path path) {
        if (chunk(file, END).isEmpty()) {
            throw new RdeException("%s is truncated.".formatted(path), "Copy the picture again.");
        }
    }

    /** The orientation that the file names, upright if it names none. */
    static Orientation orientation(byte[] file) {
        return chunk(file, EXIF).map(Orientation::ofExif).orElse(Orientation.UPRIGHT);
    }

    /** The content of the first chunk of a type, or empty if the file ends or breaks before. */
    private static Optional<ByteBuffer> chunk(byte[] file, int wanted) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        long at = SIGNATURE;
        while (at + LENGTH_TYPE_AND_CHECKSUM <= file.length) {
            long length = bytes.getInt((int) at) & 0xffffffffL;
            int type = bytes.getInt((int) at + 4);
            if (at + LENGTH_TYPE_AND_CHECKSUM + length > file.length) {
                return Optional.empty();
            }
            if (type == wanted) {
                return Optional.of(bytes.slice((int) at + 8, (int) length));
            }
            if (type == END) {
                return Optional.empty();
            }
            at += LENGTH_TYPE_AND_CHECKSUM + length;
        }
        return Optional.empty();
    }
}
