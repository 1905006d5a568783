package org.rde4j.samples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** The small networks over spectra of notes that come with rde4j. */
enum BundledAudio {
    CLASSIFIER("note-classifier.onnx"),
    INPAINTER("inpainter.onnx");

    private final String name;

    BundledAudio(String name) {
        this.name = name;
    }

    /** A copy of its ONNX file that is deleted when the program ends. */
    Path onnx() {
        String resource = "/org/rde4j/samples/audio/" + name;
        try (InputStream network = Objects.requireNonNull(BundledAudio.class.getResourceAsStream(resource), resource)) {
            Path file = Files.createTempFile("rde4j-", ".onnx");
            file.toFile().deleteOnExit();
            Files.copy(network, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
