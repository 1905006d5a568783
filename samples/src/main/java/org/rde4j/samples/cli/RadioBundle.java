package org.rde4j.samples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioModelFile;

/** The small networks for radio maps that come with rde4j, trained on simulated cities; docs/reproduce.md says how. */
enum RadioBundle {
    /** Told the transmitter, the buildings, and measurements. */
    PHI("phi"),
    /** The same, trained with the interpretation loss. */
    PHI_INT("phi-int"),
    /** Told the transmitter and the buildings. */
    PHI0("phi0");

    private static final String FOLDER = "/org/rde4j/samples/radio/";

    private final String name;

    RadioBundle(String name) {
        this.name = name;
    }

    /** The name of its compressed ONNX file. */
    String file() {
        return name + ".onnx.gz";
    }

    /** The network with its weights. */
    RadioModel model() {
        String file = FOLDER + file();
        try (InputStream packed = Objects.requireNonNull(RadioBundle.class.getResourceAsStream(file), file);
                InputStream network = new GZIPInputStream(packed)) {
            Path copy = Files.createTempFile("rde4j-", ".onnx");
            try {
                Files.copy(network, copy, StandardCopyOption.REPLACE_EXISTING);
                return RadioModelFile.read(copy);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
