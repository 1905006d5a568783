package org.rde4j.nd4j.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import org.rde4j.RdeException;

/** Decodes ONNX's tensors, which hold their values either as raw bytes or in a field for their type. */
final class TensorData {
    private TensorData() {}

    /**
     * The values of a tensor.
     *
     * @throws RdeException if its sizes and its data do not agree, its type is not numeric, or a value is
     *     not finite
     */
    static Constant decode(TensorProto tensor) {
        long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        if (tensor.getExternalDataCount() > 0 || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw refused(tensor, "keeps its data in another file", "Save the model with its weights in one file.");
        }
        DataType type = DataType.forNumber(tensor.getDataType());
        if (type == null || width(type) == 0) {
            throw refused(
                    tensor,
                    "has the type %s".formatted(type == null ? tensor.getDataType() : type),
                    "Use float16, float32, float64, integers or booleans.");
        }
        int stored = stored(tensor, type);
        if (Arrays.stream(shape).anyMatch(size -> size < 0) || !hasLength(shape, stored)) {
            throw refused(
                    tensor,
                    "has the shape %s but %s values".formatted(Arrays.toString(shape), stored),
                    "Export the model again: the file is damaged.");
        }
        double[] values = new double[stored];
        Arrays.setAll(values, reader(tensor, type));
        Constant constant = new Constant(values, isInteger(type), shape);
        requireFinite(tensor, constant);
        return constant;
    }

    private static boolean hasLength(long[] shape, int stored) {
        try {
            return Shapes.length(shape) == stored;
        } catch (ArithmeticException overflow) {
            return false;
        }
    }

    /** How many values are there, whatever the sizes claim; −1 for a broken one. */
    private static int stored(TensorProto tensor, DataType type) {
        if (!tensor.getRawData().isEmpty()) {
            int bytes = tensor.getRawData().size();
            return bytes % width(type) == 0 ? bytes / width(type) : -1;
        }
        return switch (type) {
            case FLOAT -> tensor.getFloatDataCount();
            case DOUBLE -> tensor.getDoubleDataCount();
            case INT64 -> tensor.getInt64DataCount();
            case UINT32, UINT64 -> tensor.getUint64DataCount();
            default -> tensor.getInt32DataCount();
        };
    }

    private static IntToDoubleFunction reader(TensorProto tensor, DataType type) {
        if (!tensor.getRawData().isEmpty()) {
            ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            return i -> raw(raw, type, i);
        }
        return switch (type) {
            case FLOAT -> tensor::getFloatData;
            case DOUBLE -> tensor::getDoubleData;
            case INT64 -> tensor::getInt64Data;
            case UINT32, UINT64 -> tensor::getUint64Data;
            case FLOAT16 -> i -> Half.value((short) tensor.getInt32Data(i));
            default -> tensor::getInt32Data;
        };
    }

    private static double raw(ByteBuffer raw, DataType type, int i) {
        return switch (type) {
            case FLOAT -> raw.getFloat(4 * i);
            case DOUBLE -> raw.getDouble(8 * i);
            case FLOAT16 -> Half.value(raw.getShort(2 * i));
            case INT64, UINT64 -> raw.getLong(8 * i);
            case INT32 -> raw.getInt(4 * i);
            case UINT32 -> Integer.toUnsignedLong(raw.getInt(4 * i));
            case INT16 -> raw.getShort(2 * i);
            case UINT16 -> Short.toUnsignedInt(raw.getShort(2 * i));
            case INT8 -> raw.get(i);
            default -> Byte.toUnsignedInt(raw.get(i));
        };
    }

    /** Bytes per value; 0 for types that networks over floats have no use for. */
    private static int width(DataType type) {
        return switch (type) {
            case DOUBLE, INT64, UINT64 -> 8;
            case FLOAT, INT32, UINT32 -> 4;
            case FLOAT16, INT16, UINT16 -> 2;
            case INT8, UINT8, BOOL -> 1;
            default -> 0;
        };
    }

    static boolean isInteger(DataType type) {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> false;
            default -> true;
        };
    }

    /** A single number may be infinite, as the open bound of a Clip is; weights must not. */
    private static void requireFinite(TensorProto tensor, Constant constant) {
        for (double value : constant.values()) {
            boolean fine = constant.rank() == 0 ? !Double.isNaN(value) : Float.isFinite((float) value);
            if (!fine) {
                throw refused(
                        tensor,
                        "holds the value %s, but weights must be finite 32-bit floats".formatted(value),
                        "Train or export the model again.");
            }
        }
    }

    private static RdeException refused(TensorProto tensor, String problem, String remedy) {
        return new RdeException("The tensor '%s' of the model %s.".formatted(tensor.getName(), problem), remedy);
    }
}
