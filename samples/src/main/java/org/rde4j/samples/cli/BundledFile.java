package org.rde4j.samples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            // Called the same each time: states of searches are told apart by the names of networks, too.
            Path folder = Files.createTempDirectory("rde4j-");
            folder.toFile().deleteOnExit();
            Path file = folder.resolve(Path.of(name.replace(PACKED, "")).getFileName());
            file.toFile().deleteOnExit();
            Files.copy(network, file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
