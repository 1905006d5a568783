package org.rde4j.samples.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.rde4j.RdeException;

/** PNG files: their content, and what ImageIO does not tell of it, whether it is all there. */
public final class Png {
    private static final int SIGNATURE = 8;
    private static final int LENGTH_TYPE_AND_CHECKSUM = 12;
    private static final int END = 0x49454e44;

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
        ByteBuffer bytes = ByteBuffer.wrap(file);
        long at = SIGNATURE;
        int type = 0;
        while (type != END && at + LENGTH_TYPE_AND_CHECKSUM <= file.length) {
            type = bytes.getInt((int) at + 4);
            at += LENGTH_TYPE_AND_CHECKSUM + (bytes.getInt((int) at) & 0xffffffffL);
        }
        if (type != END || at > file.length) {
            throw new RdeException("%s is truncated.".formatted(path), "Copy the picture again.");
        }
    }
}
