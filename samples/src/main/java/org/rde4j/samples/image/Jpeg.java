package org.rde4j.samples.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.rde4j.RdeException;

/**
 * What ImageIO does not tell about a JPEG file: whether it is all there (decoders fill the missing part with
 * grey) and how the camera was held.
 */
final class Jpeg {
    private static final int START_OF_SCAN = 0xda;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int APP1 = 0xe1;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

    private Jpeg() {}

    static void requireComplete(byte[] file, Path path) {
        int at = 2;
        while (at >= 0 && marker(file, at) != END_OF_IMAGE) {
            boolean scan = marker(file, at) == START_OF_SCAN;
            at = afterSegment(file, at);
            if (scan && at >= 0) {
                at = nextMarker(file, at);
            }
        }
        if (at < 0) {
            throw new RdeException("%s is truncated.".formatted(path), "Copy the picture again.");
        }
    }

    /** The orientation that the file names, upright if it names none. */
    static Orientation orientation(byte[] file) {
        for (int at = 2; at >= 0 && marker(file, at) != START_OF_SCAN; at = afterSegment(file, at)) {
            int end = afterSegment(file, at);
            if (marker(file, at) == APP1 && end >= 0) {
                ByteBuffer segment = ByteBuffer.wrap(file, at + 4, end - at - 4).slice();
                if (segment.mismatch(ByteBuffer.wrap(EXIF)) == EXIF.length) {
                    return Orientation.ofExif(segment.position(EXIF.length).slice());
                }
            }
        }
        return Orientation.UPRIGHT;
    }

    /** The marker at a position, or -1 if there is none; fill bytes before it belong to {@link #afterSegment}. */
    private static int marker(byte[] file, int at) {
        return at + 1 < file.length && (file[at] & 0xff) == 0xff ? file[at + 1] & 0xff : -1;
    }

    /** Where the segment at a position ends, or -1 if the file ends or breaks before. */
    private static int afterSegment(byte[] file, int at) {
        int marker = marker(file, at);
        if (marker == 0xff) {
            return at + 1;
        }
        if (marker < 0 || at + 3 >= file.length) {
            return -1;
        }
        int length = (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
        int end = at + 2 + length;
        return length >= 2 && end < file.length ? end : -1;
    }

    /** The next marker after a scan's data, in which 0xff is followed by 0 or a restart marker. */
    private static int nextMarker(byte[] file, int from) {
        for (int at = from; at + 1 < file.length; at++) {
            int next = file[at + 1] & 0xff;
            boolean data = next == 0 || next == 0xff || (next >= 0xd0 && next <= 0xd7);
            if ((file[at] & 0xff) == 0xff && !data) {
                return at;
            }
        }
        return -1;
    }
}
