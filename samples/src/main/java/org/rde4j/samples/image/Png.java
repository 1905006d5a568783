package org.rde4j.samples.image;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rde4j.RdeException;

/** What ImageIO does not tell about a PNG file: whether it is all there. */
final class Png {
    private static final int SIGNATURE = 8;
    private static final int LENGTH_TYPE_AND_CHECKSUM = 12;
    private static final int END = 0x49454e44;

    private Png() {}

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
