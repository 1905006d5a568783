package org.rde4j.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rde4j.RdeException;

/** Writes files that are there whole or not at all, whenever the program ends. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes a file, replacing an older one.
     *
     * @param file where to; its folder is made if need be
     * @param content all of it
     * @throws RdeException if it cannot be written; an older one is then as it was
     */
    public static void write(Path file, byte[] content) {
        Path target = file.toAbsolutePath();
        try {
            Files.createDirectories(target.getParent());
            Path draft = Files.createTempFile(target.getParent(), ".rde4j-", ".partial");
            try {
                Files.write(draft, content);
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new RdeException(
                    "%s cannot be written: %s.".formatted(file, Reason.of(e)), "Choose another place for it.", e);
        }
    }

    /**
     * Writes text as UTF-8, replacing an older file.
     *
     * @param file where to; its folder is made if need be
     * @param text all of it
     * @throws RdeException if it cannot be written; an older file is then as it was
     */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
