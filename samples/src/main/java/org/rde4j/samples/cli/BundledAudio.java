package org.rde4j.samples.cli;

import java.nio.file.Path;

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
        return BundledFile.onnx("audio/" + name);
    }
}
