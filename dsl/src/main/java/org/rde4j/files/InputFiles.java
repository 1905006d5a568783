package org.rde4j.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rde4j.RdeException;

/** Files that a user names, read whole or refused with a sentence. */
public final class InputFiles {
    /** Enough for any photograph or array of one signal, and far below what fills the memory. */
    private static final long MOST_BYTES = 512L << 20;

    /** Values that are read from text take some twenty times its memory. */
    private static final long MOST_TEXT = 32L << 20;

    private InputFiles() {}

    /**
     * The whole content of a file.
     *
     * @param path the file
     * @return its bytes, at most 512 MiB
     * @throws RdeException if it is missing, a folder, unreadable, empty or larger
     */
    public static byte[] bytes(Path path) {
        return bytes(path, MOST_BYTES);
    }

    private static byte[] bytes(Path path, long most) {
        requireReadable(path);
        try {
            long size = Files.size(path);
            if (size == 0) {
                throw new RdeException("%s is empty.".formatted(path), "Copy or save the file again.");
            }
            if (size > most) {
                throw new RdeException(
                        "%s has %s bytes, more than the %s that an input may have.".formatted(path, size, most),
                        "Give a smaller file.");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new RdeException(
                    "%s cannot be read: %s.".formatted(path, Reason.of(e)), "Check the disk and the file.", e);
        }
    }

    /**
     * The whole text of a file, without a byte order mark.
     *
     * @param path the file
     * @return its text, read as UTF-8, of at most 32 MiB
     * @throws RdeException as {@link #bytes(Path)}, or if it is no such text
     */
    public static String text(Path path) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(path, MOST_TEXT)))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new RdeException("%s is not a text file in UTF-8.".formatted(path), "Save it as UTF-8.", e);
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
        if (Files.isDirectory(path)) {
            throw new RdeException("%s is a folder, not a file.".formatted(path), "Name a file inside it.");
        }
        if (!Files.isRegularFile(path)) {
            throw new RdeException(
                    "%s is a pipe or a device, not a file.".formatted(path), "Save its content in a file first.");
        }
        if (!Files.isReadable(path)) {
            throw new RdeException("%s must be readable.".formatted(path), "Check its permissions.");
        }
    }
}
