package org.rde4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rde4j.RdeException;

/** Files that a user names, read whole or refused with a sentence. */
public final class InputFiles {
    /** Enough for any photograph or array of one signal, and far below what fills the memory. */
    private static final long MOST_BYTES = 512L << 20;

    private InputFiles() {}

    /**
     * The whole content of a file.
     *
     * @param path the file
     * @return its bytes, at most 512 MiB
     * @throws RdeException if it is missing, a folder, unreadable, empty or larger
     */
    public static byte[] bytes(Path path) {
        requireReadable(path);
        try {
            long size = Files.size(path);
            if (size == 0) {
                throw new RdeException("%s is empty.".formatted(path), "Copy or save the file again.");
            }
            if (size > MOST_BYTES) {
                throw new RdeException(
                        "%s has %s bytes, more than the %s that an input may have.".formatted(path, size, MOST_BYTES),
                        "Give a smaller file.");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new RdeException(
                    "%s cannot be read: %s.".formatted(path, Reason.of(e)), "Check the disk and the file.", e);
        }
    }

    /**
     * Checks that a path names a file that can be read.
     *
     * @param path the file
     * @throws RdeException if it does not
     */
    public static void requireReadable(Path path) {
        if (!Files.exists(path)) {
            throw new RdeException("There is no %s.".formatted(path), "Check the path.");
        }
        if (!Files.isRegularFile(path)) {
            throw new RdeException("%s is not a file.".formatted(path), "Name a file inside it.");
        }
        if (!Files.isReadable(path)) {
            throw new RdeException("%s must be readable.".formatted(path), "Check its permissions.");
        }
    }
}
