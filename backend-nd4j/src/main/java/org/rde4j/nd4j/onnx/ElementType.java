package org.rde4j.nd4j.onnx;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The types of numbers that ONNX knows, as they lie in memory: little-endian, one behind the other. */
enum ElementType {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    UINT16(4, 2),
    INT16(5, 2),
    INT32(6, 4),
    INT64(7, 8),
    BOOL(9, 1),
    FLOAT16(10, 2),
    DOUBLE(11, 8),
    UINT32(12, 4),
    UINT64(13, 8),
    BFLOAT16(16, 2);

    /** ONNX's types of four bits, of which two share a byte; they are unpacked into those of eight. */
    static final int UINT4 = 21;

    static final int INT4 = 22;

    private final int code;
    private final int width;

    ElementType(int code, int width) {
        this.code = code;
        this.width = width;
    }

    /** The type that ONNX gives a number, or null for one of no use to networks, such as strings. */
    static @Nullable ElementType of(int code) {
        return code == UINT4
                ? UINT8
                : code == INT4
                        ? INT8
                        : Arrays.stream(values())
                                .filter(type -> type.code == code)
                                .findFirst()
                                .orElse(null);
    }

    /** How ONNX calls the type of a number in messages. */
    static String name(int code) {
        ElementType type = of(code);
        return type != null ? type.toString() : code == 8 ? "string" : "number " + code;
    }

    /** Bytes of one value. */
    int width() {
        return width;
    }

    boolean isInteger() {
        return switch (this) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> false;
            default -> true;
        };
    }

    /** A value as the nearest double. */
    double number(ByteBuffer bytes, int i) {
        return switch (this) {
            case FLOAT -> bytes.getFloat(4 * i);
            case DOUBLE -> bytes.getDouble(8 * i);
            case FLOAT16 -> Half.value(bytes.getShort(2 * i));
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
            case UINT64 -> unsigned(bytes.getLong(8 * i));
            default -> integer(bytes, i);
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
    }

    /** A value as an integer; fractions lose their remainder. */
    long integer(ByteBuffer bytes, int i) {
        return switch (this) {
            case INT64, UINT64 -> bytes.getLong(8 * i);
            case INT32 -> bytes.getInt(4 * i);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(4 * i));
            case INT16 -> bytes.getShort(2 * i);
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(2 * i));
            case INT8 -> bytes.get(i);
            case UINT8 -> Byte.toUnsignedInt(bytes.get(i));
            case BOOL -> bytes.get(i) == 0 ? 0 : 1;
            default -> (long) number(bytes, i);
        };
    }

    /** Stores a number, rounded to the type. */
    void put(ByteBuffer bytes, int i, double value) {
        switch (this) {
            case FLOAT -> bytes.putFloat(4 * i, (float) value);
            case DOUBLE -> bytes.putDouble(8 * i, value);
            case FLOAT16 -> bytes.putShort(2 * i, Half.rounded((float) value));
            case BFLOAT16 -> bytes.putShort(2 * i, upperHalf((float) value));
            case BOOL -> bytes.put(i, (byte) (value == 0 ? 0 : 1));
            default -> put(bytes, i, (long) value);
        }
    }

    /** Stores an integer; what does not fit wraps around, as in ONNX's own arithmetic. */
    void put(ByteBuffer bytes, int i, long value) {
        switch (this) {
            case INT64, UINT64 -> bytes.putLong(8 * i, value);
            case INT32, UINT32 -> bytes.putInt(4 * i, (int) value);
            case INT16, UINT16 -> bytes.putShort(2 * i, (short) value);
            case INT8, UINT8 -> bytes.put(i, (byte) value);
            case BOOL -> bytes.put(i, (byte) (value == 0 ? 0 : 1));
            default -> put(bytes, i, (double) value);
        }
    }

    /** Copies one value of this type. */
    void copy(ByteBuffer from, int i, ByteBuffer to, int j) {
        switch (width) {
            case 8 -> to.putLong(8 * j, from.getLong(8 * i));
            case 4 -> to.putInt(4 * j, from.getInt(4 * i));
            case 2 -> to.putShort(2 * j, from.getShort(2 * i));
            default -> to.put(j, from.get(i));
        }
    }

    /** The nearest number of 8 bits of exponent and 7 of fraction; of two, the even one. */
    private static short upperHalf(float value) {
        int bits = Float.floatToIntBits(value);
        return (short) (Float.isNaN(value) ? bits >>> 16 : bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** The least and the greatest value of an integer type; that of 64 bits as if it had a sign. */
    long least() {
        return switch (this) {
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            case INT32 -> Integer.MIN_VALUE;
            case INT64 -> Long.MIN_VALUE;
            default -> 0;
        };
    }

    long greatest() {
        return switch (this) {
            case INT8 -> Byte.MAX_VALUE;
            case UINT8 -> 0xff;
            case INT16 -> Short.MAX_VALUE;
            case UINT16 -> 0xffff;
            case INT32 -> Integer.MAX_VALUE;
            case UINT32 -> 0xffffffffL;
            case BOOL -> 1;
            default -> Long.MAX_VALUE;
        };
    }

    /** As ONNX calls it in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
