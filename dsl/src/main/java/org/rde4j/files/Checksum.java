package org.rde4j.files;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.rde4j.Tensor;

/** Tells files and signals of the same name apart, by CRC-32 in hexadecimal digits. */
public final class Checksum {
    private Checksum() {}

    /**
     * Of a file's content.
     *
     * @param path the file
     * @return its checksum
     * @throws org.rde4j.RdeException as {@link InputFiles#bytes}
     */
    public static String of(Path path) {
        CRC32 sum = new CRC32();
        sum.update(InputFiles.bytes(path));
        return Long.toHexString(sum.getValue());
    }

    /**
     * Of signals, one after the other.
     *
     * @param tensors the signals
     * @return the checksum of all their numbers
     */
    public static String of(List<Tensor> tensors) {
        CRC32 sum = new CRC32();
        for (Tensor tensor : tensors) {
            float[] values = tensor.values();
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
            bytes.asFloatBuffer().put(values);
            sum.update(bytes);
        }
        return Long.toHexString(sum.getValue());
    }
}
