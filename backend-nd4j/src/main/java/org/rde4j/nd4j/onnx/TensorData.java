package org.rde4j.nd4j.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import onnx.Onnx.TensorProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.protobuf.ByteString;
import org.rde4j.RdeException;

/** Decodes ONNX's tensors, which hold their values as raw bytes, in a field for their type, or in another file. */
final class TensorData {
    /** ND4J's arrays have no more axes than 32, and no network needs more than 8. */
    static final int LARGEST_RANK = 16;

    /** Buffers end at 2 GiB. */
    private static final long LARGEST_LENGTH = Integer.MAX_VALUE;

    private TensorData() {}

    /**
     * The values of a tensor in the model's own file.
     *
     * @throws RdeException if its sizes and its data do not agree, its type is not numeric, or a value is not a number
     */
    static Constant decode(TensorProto tensor) {
        return decode(tensor, null);
    }

    /** The same for a tensor that may keep its values in a file in a folder. */
    static Constant decode(TensorProto tensor, @Nullable ModelFolder folder) {
        long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        int code = tensor.getDataType();
        ElementType type = ElementType.of(code);
        if (type == null || tensor.hasSegment()) {
            throw refused(
                    tensor.getName(),
                    "has the type %s".formatted(type == null ? ElementType.name(code) : "of a segment"),
                    "Use floats of 16 to 64 bits, integers or booleans.");
        }
        if (shape.length > LARGEST_RANK) {
            throw refused(
                    tensor.getName(),
                    "has %s axes, but at most %s are allowed".formatted(shape.length, LARGEST_RANK),
                    OnnxGraph.EXPORT_AGAIN);
        }
        long length = length(shape);
        boolean packed = type.isPacked();
        long bytes = packed ? (length + 1) / 2 : length * type.width();
        if (bytes > Integer.MAX_VALUE) {
            throw refused(
                    tensor.getName(),
                    "has %s MiB, but at most 2047 are allowed".formatted(bytes >> 20),
                    "Split the layer in two.");
        }
        ByteBuffer data;
        if (tensor.getExternalDataCount() > 0 || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            if (folder == null) {
                throw refused(
                        tensor.getName(),
                        "keeps its data in another file",
                        "Save the model with its weights in one file.");
            }
            requireFit(tensor, shape, length, length);
            data = folder.read(tensor, bytes);
        } else if (!tensor.getRawData().isEmpty()) {
            ByteString raw = tensor.getRawData();
            long stored = packed
                    ? (raw.size() == bytes ? length : -1)
                    : raw.size() % type.width() == 0 ? raw.size() / type.width() : -1;
            requireFit(tensor, shape, length, stored);
            data = raw.asReadOnlyByteBuffer().slice();
        } else {
            requireFit(
                    tensor,
                    shape,
                    length,
                    packed ? 2L * tensor.getInt32DataCount() - length % 2 : listed(tensor, type));
            data = packed ? nibbles(tensor, (int) bytes) : collected(tensor, type, (int) length);
        }
        data.order(ByteOrder.LITTLE_ENDIAN);
        Constant constant = packed ? unpacked(data, type, shape) : Constant.of(type, data, shape);
        requireNumbers(tensor, constant);
        return constant;
    }

    /** The number of values, −1 for sizes that are negative or too large. */
    private static long length(long[] shape) {
        try {
            long length = Shapes.length(shape);
            boolean negative = Arrays.stream(shape).anyMatch(size -> size < 0);
            return negative || length > LARGEST_LENGTH ? -1 : length;
        } catch (ArithmeticException overflow) {
            return -1;
        }
    }

    private static void requireFit(TensorProto tensor, long[] shape, long length, long stored) {
        if (length < 0 || stored != length) {
            throw refused(
                    tensor.getName(),
                    "has the shape %s but %s values"
                            .formatted(Arrays.toString(shape), stored < 0 ? "a broken number of" : stored),
                    OnnxGraph.EXPORT_AGAIN);
        }
    }

    private static int listed(TensorProto tensor, ElementType type) {
        return switch (type) {
            case FLOAT -> tensor.getFloatDataCount();
            case DOUBLE -> tensor.getDoubleDataCount();
            case INT64 -> tensor.getInt64DataCount();
            case UINT32, UINT64 -> tensor.getUint64DataCount();
            default -> tensor.getInt32DataCount();
        };
    }

    private static ByteBuffer collected(TensorProto tensor, ElementType type, int length) {
        ByteBuffer data =
                ByteBuffer.allocate(Math.multiplyExact(length, type.width())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            switch (type) {
                case FLOAT -> data.putFloat(4 * i, tensor.getFloatData(i));
                case DOUBLE -> data.putDouble(8 * i, tensor.getDoubleData(i));
                case INT64 -> data.putLong(8 * i, tensor.getInt64Data(i));
                case UINT32, UINT64 -> type.put(data, i, tensor.getUint64Data(i));
                    // Halves are listed by their bits.
                case FLOAT16, BFLOAT16 -> data.putShort(2 * i, (short) tensor.getInt32Data(i));
                default -> type.put(data, i, (long) tensor.getInt32Data(i));
            }
        }
        return data;
    }

    private static ByteBuffer nibbles(TensorProto tensor, int bytes) {
        ByteBuffer data = ByteBuffer.allocate(bytes);
        for (int i = 0; i < bytes; i++) {
            data.put(i, (byte) tensor.getInt32Data(i));
        }
        return data;
    }

    /** Two values of four bits in each byte, the lower ones first. */
    private static Constant unpacked(ByteBuffer data, ElementType type, long[] shape) {
        return Constant.integers(type, shape, i -> data.get(i / 2) >> i % 2 * 4);
    }

    private static void requireNumbers(TensorProto tensor, Constant constant) {
        if (constant.integer()) {
            return;
        }
        int length = (int) constant.length();
        for (int i = 0; i < length; i++) {
            if (Double.isNaN(constant.number(i))) {
                throw refused(
                        tensor.getName(),
                        "holds the value NaN, which is no number",
                        "Train or export the model again.");
            }
        }
    }

    static RdeException refused(String tensor, String problem, String remedy) {
        return new RdeException("The tensor '%s' of the model %s.".formatted(tensor, problem), remedy);
    }
}
