package org.rde4j.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * NumPy's {@code .npy} files, formats 1.0 to 3.0. Reads float32, float64, int8, uint8, int32 and int64 in
 * either byte order and either axis order, as float32; writes little-endian float32.
 *
 * <p>Files are not trusted: what a header claims is compared with the bytes that are there before memory is
 * taken, and anything odd is an {@link RdeException}.
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int MOST_HEADER_BYTES = 1 << 16;

    private Npy() {}

    /**
     * Reads one array.
     *
     * @param path the file
     * @return the values as float32 under the file's shape
     * @throws RdeException if the file is missing, truncated or not an array of numbers
     */
    public static Tensor read(Path path) {
        return parse(InputFiles.bytes(path), path.toString());
    }

    /**
     * Reads one array from memory.
     *
     * @param file the whole file
     * @param name how errors call it
     * @return the values as float32 under the file's shape
     * @throws RdeException if the bytes are truncated or not an array of numbers
     */
    public static Tensor parse(byte[] file, String name) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        NpyHeader header = NpyHeader.parse(headerText(bytes, name), name);
        long count = header.count();
        if (count > bytes.remaining() / header.type().size) {
            throw new RdeException(
                    "%s is truncated: its shape %s needs %s values, but %s bytes follow the header."
                            .formatted(name, Arrays.toString(header.shape()), count, bytes.remaining()),
                    "Copy or save the file again.");
        }
        bytes.order(header.order());
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = header.type().read(bytes);
        }
        return Tensor.of(header.fortran() ? rowMajor(values, header.shape()) : values, header.shape());
    }

    /**
     * Writes one array in format 1.0.
     *
     * @param tensor the array
     * @param out where to; stays open
     * @throws IOException if writing fails
     */
    public static void write(Tensor tensor, OutputStream out) throws IOException {
        String text = NpyHeader.text(tensor.shape());
        int prefix = MAGIC.length + 4;
        int length = roundUp(prefix + text.length() + 1) - prefix;
        ByteBuffer bytes =
                ByteBuffer.allocate(prefix + length + 4 * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
        bytes.put((text + " ".repeat(length - 1 - text.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
        bytes.asFloatBuffer().put(tensor.values());
        out.write(bytes.array());
    }

    /**
     * Writes one array to a file, which is created or replaced.
     *
     * @param tensor the array
     * @param path the file
     * @throws IOException if writing fails
     */
    public static void write(Tensor tensor, Path path) throws IOException {
        try (OutputStream out = Files.newOutputStream(path)) {
            write(tensor, out);
        }
    }

    private static byte[] headerText(ByteBuffer bytes, String name) {
        byte[] magic = new byte[Math.min(MAGIC.length, bytes.remaining())];
        bytes.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new RdeException("%s is not a .npy file.".formatted(name), "Write it with numpy.save.");
        }
        int major = bytes.remaining() >= 2 ? bytes.getShort() & 0xff : 0;
        int width = major == 1 ? 2 : 4;
        if (major < 1 || major > 3 || bytes.remaining() < width) {
            throw new RdeException(
                    "%s is truncated or of an unknown .npy version (%s).".formatted(name, major),
                    "Write it again with numpy.save.");
        }
        long length = width == 2 ? bytes.getShort() & 0xffff : bytes.getInt() & 0xffffffffL;
        if (length > Math.min(bytes.remaining(), MOST_HEADER_BYTES)) {
            throw new RdeException(
                    "%s is truncated or its header of %s bytes is too long.".formatted(name, length),
                    "Copy or save the file again.");
        }
        byte[] text = new byte[(int) length];
        bytes.get(text);
        return text;
    }

    /** Reorders values whose first axis runs fastest: position i of the file is digit-reversed. */
    private static float[] rowMajor(float[] values, int[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            int rest = i;
            int from = 0;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                from += rest % shape[axis] * strides[axis];
                rest /= shape[axis];
            }
            result[i] = values[from];
        }
        return result;
    }

    private static int roundUp(int size) {
        return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
