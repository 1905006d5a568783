package org.rde4j.samples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Networks that come with rde4j. */
final class BundledFile {
    private static final String FOLDER = "/org/rde4j/samples/";
    private static final String PACKED = ".gz";

    private BundledFile() {}

    /** A copy of an ONNX file, unpacked if its name ends with {@code .gz}, that is deleted when the program ends. */
    static Path onnx(String name) {
        try (InputStream resource = Objects.requireNonNull(BundledFile.class.getResourceAsStream(FOLDER + name), name);
                InputStream network = name.endsWith(PACKED) ? new GZIPInputStream(resource) : resource) {
            Path file = Files.createTempFile("rde4j-", ".onnx");
            file.toFile().deleteOnExit();
            Files.copy(network, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
