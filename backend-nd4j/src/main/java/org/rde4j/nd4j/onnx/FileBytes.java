package org.rde4j.nd4j.onnx;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.rde4j.RdeException;

/**
 * Reads parts of files. Small ones go into the heap; large ones are mapped, so that weights need no memory beyond what
 * the system uses to cache the file.
 */
final class FileBytes {
    private static final long LARGEST_IN_HEAP = 16 << 20;

    /** Mapped files as they were. */
    private final Map<Path, Stamp> mapped = new HashMap<>();

    private record Stamp(Object key, long size, long time) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    Objects.requireNonNullElse(attributes.fileKey(), file),
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis());
        }
    }

    /** A part of a file, which must be as long and at most 2 GiB. */
    ByteBuffer read(Path file, long offset, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (length > LARGEST_IN_HEAP) {
                mapped.putIfAbsent(file, Stamp.of(file));
                return channel.map(MapMode.READ_ONLY, offset, length);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, offset + bytes.position()) < 0) {
                    throw new EOFException(file + " ends early");
                }
            }
            return bytes.flip();
        }
    }

    /**
     * Makes sure that the mapped files still hold what was read. One that was deleted or replaced does: its bytes stay
     * until nobody uses them.
     *
     * @throws RdeException if one was written to
     */
    void requireUnchanged() {
        mapped.forEach((file, before) -> {
            Stamp now;
            try {
                now = Stamp.of(file);
            } catch (IOException gone) {
                return;
            }
            if (now.key().equals(before.key()) && !now.equals(before)) {
                throw new RdeException(
                        "The file %s was changed after the model had been read.".formatted(file),
                        "Read the model again.");
            }
        });
    }
}
