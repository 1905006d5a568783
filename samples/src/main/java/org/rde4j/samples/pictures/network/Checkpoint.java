package org.rde4j.samples.pictures.network;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;

/** The state of a training in a file: what it trains, the step, and every array that training changes. */
final class Checkpoint {
    private Checkpoint() {}

    /** Writes the file whole or not at all. */
    static void save(Path file, Training training, int step, PictureNetwork network) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
                out.writeUTF(name(training));
                out.writeInt(step);
                for (INDArray array : network.state().toList()) {
                    for (float value : array.dup('c').data().asFloat()) {
                        out.writeFloat(value);
                    }
                }
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RdeException(
                    "The checkpoint %s cannot be written (%s).".formatted(file, e.getMessage()),
                    "Choose a file in a folder that exists and can be written to.");
        }
    }

    /** Fills the network's arrays; returns the number of steps they have seen, 0 if there is no such file. */
    static int load(Path file, Training training, PictureNetwork network) {
        if (!Files.exists(file)) {
            return 0;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            String found = in.readUTF();
            if (!found.equals(name(training))) {
                throw new RdeException(
                        "The checkpoint %s is of another training (%s).".formatted(file, found),
                        "Continue with its settings, or choose another file.");
            }
            int step = in.readInt();
            fill(in, network.state().toList());
            return step;
        } catch (IOException e) {
            throw new RdeException(
                    "The checkpoint %s cannot be read (%s).".formatted(file, e), "Delete it to start anew.");
        }
    }

    private static void fill(DataInputStream in, List<INDArray> arrays) throws IOException {
        for (INDArray array : arrays) {
            float[] values = new float[Math.toIntExact(array.length())];
            for (int i = 0; i < values.length; i++) {
                values[i] = in.readFloat();
            }
            array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
        }
    }

    /** Everything that decides what the arrays hold. */
    private static String name(Training training) {
        return "rde4j pictures, seed %d, side %d, %d steps of %d, step size %s"
                .formatted(training.seed(), training.side(), training.steps(), training.batch(), training.stepSize());
    }
}
