package org.rde4j.nd4j.solve;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.rde4j.RdeException;

/** A file with the state of a search. It is replaced as a whole, so that it is never half-written. */
final class Checkpoint {
    private static final String FORMAT = "rde4j search 1";

    private final Optional<Path> file;
    private final String fingerprint;

    /**
     * A checkpoint.
     *
     * @param fingerprint what the state belongs to
     */
    Checkpoint(Optional<Path> file, String fingerprint) {
        this.file = file;
        this.fingerprint = fingerprint;
    }

    /** A search that can be saved. */
    interface State {
        /** Writes all that the rest of the search depends on. */
        void write(DataOutputStream out) throws IOException;

        /** Reads it again. */
        void read(DataInputStream in) throws IOException;
    }

    void save(State state) {
        if (file.isEmpty()) {
            return;
        }
        Path target = file.get();
        Path next = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(next)))) {
                out.writeUTF(FORMAT);
                out.writeUTF(fingerprint);
                state.write(out);
            }
            Files.move(next, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new RdeException(
                    "The checkpoint %s cannot be written: %s.".formatted(target, e.getMessage()),
                    "Choose a file in an existing folder that you may write to.");
        }
    }

    void load(State state) {
        if (file.isEmpty() || Files.notExists(file.get())) {
            return;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file.get())))) {
            if (!in.readUTF().equals(FORMAT)) {
                throw unreadable("it has another format");
            }
            if (!in.readUTF().equals(fingerprint)) {
                throw new RdeException(
                        "The checkpoint %s belongs to another problem, model or signal.".formatted(file.get()),
                        "Delete it to start afresh, or choose another file.");
            }
            state.read(in);
            if (in.read() >= 0) {
                throw unreadable("it is too long");
            }
        } catch (IOException e) {
            throw unreadable(e.getMessage() == null ? "it ends too early" : e.getMessage());
        }
    }

    private RdeException unreadable(String why) {
        return new RdeException(
                "The checkpoint %s cannot be read: %s.".formatted(file.orElseThrow(), why),
                "Delete it to start afresh.");
    }

    void delete() {
        file.ifPresent(path -> {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new RdeException(
                        "The checkpoint %s cannot be deleted: %s.".formatted(path, e.getMessage()),
                        "Delete it by hand; the next run would start from it.");
            }
        });
    }

    /** A component's number. */
    static int component(DataInputStream in, int components) throws IOException {
        int component = in.readInt();
        if (component < 0 || component >= components) {
            throw new IOException("it is damaged");
        }
        return component;
    }

    static void write(DataOutputStream out, float[] values) throws IOException {
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    static void read(DataInputStream in, float[] values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readFloat();
        }
    }
}
