package org.rde4j.nd4j.checkpoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;

/** A file with the state of long work. It is replaced as a whole, so that it is never half-written. */
public final class Checkpoint {
    private static final String FORMAT = "rde4j checkpoint 3";

    private final Optional<Path> file;
    private final String owner;
    private final String fingerprint;

    /**
     * A checkpoint.
     *
     * @param file where; empty if nothing is to be saved
     * @param owner what decides the fingerprint, for a message such as "belongs to another problem or model"
     * @param fingerprint says what the state belongs to, at most 65,535 bytes long
     */
    public Checkpoint(Optional<Path> file, String owner, String fingerprint) {
        this.file = file;
        this.owner = owner;
        this.fingerprint = fingerprint;
    }

    /** Work that can be saved. */
    public interface State {
        /**
         * Writes all that the rest of the work depends on.
         *
         * @param out where to
         * @throws IOException if it cannot be written
         */
        void write(DataOutputStream out) throws IOException;

        /**
         * Reads it again.
         *
         * @param in what {@link #write} wrote
         * @throws IOException if it cannot be read or makes no sense
         */
        void read(DataInputStream in) throws IOException;
    }

    /**
     * Replaces the file.
     *
     * @param state what to save
     * @throws RdeException if the file cannot be written
     */
    public void save(State state) {
        if (file.isEmpty()) {
            return;
        }
        Path target = file.get();
        if (Files.exists(target)) {
            requireFile(target);
        }
        Path next = draft(target);
        try {
            CRC32 sum = new CRC32();
            try (DataOutputStream out = new DataOutputStream(
                    new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(next)), sum))) {
                out.writeUTF(FORMAT);
                out.writeUTF(fingerprint);
                state.write(out);
                out.writeLong(sum.getValue());
            }
            Files.move(next, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new RdeException(
                    "The checkpoint %s cannot be written: %s.".formatted(target, e.getMessage()),
                    "Choose a file in an existing folder that you may write to.");
        }
    }

    /**
     * Does work that changes its state by whole steps; if it is cancelled, the state is saved as it is then.
     *
     * @param state what to save
     * @param work what to do
     * @throws CancellationException if the work did
     * @throws RdeException if the file cannot be written
     */
    public void keeping(State state, Runnable work) {
        try {
            work.run();
        } catch (CancellationException e) {
            save(state);
            throw e;
        }
    }

    private static Path draft(Path target) {
        return target.resolveSibling(target.getFileName() + ".tmp");
    }

    /**
     * Reads the file, if it is there.
     *
     * @param state what reads it
     * @return whether there was one
     * @throws RdeException if it is damaged or belongs to something else; the state may have read a part of it
     */
    public boolean load(State state) {
        if (file.isEmpty() || Files.notExists(file.get())) {
            return false;
        }
        requireFile(file.get());
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file.get())))) {
            if (!in.readUTF().equals(FORMAT)) {
                throw unreadable("it has another format");
            }
            requireWhole(file.get());
            if (!in.readUTF().equals(fingerprint)) {
                throw new RdeException(
                        "The checkpoint %s belongs to another %s.".formatted(file.get(), owner),
                        "Delete it to start afresh, or choose another file.");
            }
            state.read(in);
            in.readLong();
            if (in.read() >= 0) {
                throw unreadable("it is too long");
            }
        } catch (IOException e) {
            throw unreadable(e.getMessage() == null ? "it ends too early" : e.getMessage());
        }
        return true;
    }

    /**
     * Checks that there is a folder for the file, before hours are spent on what it is to keep.
     *
     * @throws RdeException if it is missing or may not be written to
     */
    public void requireFolder() {
        file.map(Path::toAbsolutePath).map(Path::getParent).ifPresent(folder -> {
            if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
                throw new RdeException(
                        "The checkpoint %s cannot be written: its folder is %s."
                                .formatted(
                                        file.get(), Files.isDirectory(folder) ? "not to be written to" : "not there"),
                        "Choose a file in an existing folder that you may write to.");
            }
        });
    }

    /** What a state reads from a file is what was written there. */
    private static void requireWhole(Path file) throws IOException {
        long length = Files.size(file) - Long.BYTES;
        CRC32 sum = new CRC32();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            byte[] bytes = new byte[1 << 16];
            for (long left = length; left > 0; ) {
                int read = in.read(bytes, 0, (int) Math.min(left, bytes.length));
                if (read < 0) {
                    throw new IOException("it ends too early");
                }
                sum.update(bytes, 0, read);
                left -= read;
            }
            if (length < 0 || in.readLong() != sum.getValue()) {
                throw new IOException("it is damaged or ends too early");
            }
        }
    }

    /** Nothing but a file of rde4j's shall ever be deleted on its advice. */
    private static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RdeException(
                    "The checkpoint %s is %s, not a file."
                            .formatted(file, Files.isDirectory(file) ? "a folder" : "a pipe or a device"),
                    "Name a file for it, such as %s.".formatted(file.resolveSibling("state.rde4j")));
        }
        if (!Files.isReadable(file)) {
            throw new RdeException("The checkpoint %s must be readable.".formatted(file), "Check its permissions.");
        }
    }

    private RdeException unreadable(String why) {
        return new RdeException(
                "The checkpoint %s cannot be read: %s.".formatted(file.orElseThrow(), why),
                "Delete it to start afresh.");
    }

    /**
     * Deletes the file, if it is there, and what a process that died while it wrote may have left.
     *
     * @throws RdeException if it cannot be deleted
     */
    public void delete() {
        file.ifPresent(path -> {
            try {
                Files.deleteIfExists(path);
                Files.deleteIfExists(draft(path));
            } catch (IOException e) {
                throw new RdeException(
                        "The checkpoint %s cannot be deleted: %s.".formatted(path, e.getMessage()),
                        "Delete it by hand; the next run would start from it.");
            }
        });
    }

    /**
     * Reads a number that counts something.
     *
     * @param in where from
     * @param limit what it must be less than
     * @return the number, at least 0
     * @throws IOException if it is out of range
     */
    public static int index(DataInputStream in, int limit) throws IOException {
        int index = in.readInt();
        if (index < 0 || index >= limit) {
            throw new IOException("it is damaged");
        }
        return index;
    }

    /**
     * Writes numbers.
     *
     * @param out where to
     * @param values the numbers; how many they are is not written
     * @throws IOException if they cannot be written
     */
    public static void write(DataOutputStream out, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
    }

    /**
     * Reads numbers.
     *
     * @param in where from
     * @param values filled with them
     * @throws IOException if there are too few
     */
    public static void read(DataInputStream in, float[] values) throws IOException {
        byte[] bytes = new byte[Float.BYTES * values.length];
        in.readFully(bytes);
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    }

    /**
     * Writes the numbers of an array.
     *
     * @param out where to
     * @param array its shape is not written
     * @throws IOException if they cannot be written
     */
    public static void write(DataOutputStream out, INDArray array) throws IOException {
        write(out, array.dup('c').data().asFloat());
    }

    /**
     * Reads the numbers of an array.
     *
     * @param in what was written for an array of the same shape
     * @param array filled with them
     * @throws IOException if there are too few
     */
    public static void read(DataInputStream in, INDArray array) throws IOException {
        float[] values = new float[Math.toIntExact(array.length())];
        read(in, values);
        array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
    }

    /**
     * Writes a text of any length.
     *
     * @param out where to
     * @param text the text
     * @throws IOException if it cannot be written
     */
    public static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * Reads a text.
     *
     * @param in where from
     * @param limit what its length in bytes must be less than
     * @return the text
     * @throws IOException if it is too long or ends too early
     */
    public static String text(DataInputStream in, int limit) throws IOException {
        byte[] bytes = new byte[index(in, limit)];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
