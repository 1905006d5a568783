package org.rde4j.samples.cli;

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
        return RadioModelFile.read(BundledFile.onnx("radio/" + file()));
    }
}
