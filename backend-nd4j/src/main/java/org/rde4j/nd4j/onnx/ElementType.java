package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
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
    BFLOAT16(16, 2),
    /** In files two of these share a byte; in memory each has its own. */
    UINT4(21, 1),
    INT4(22, 1);

    private static final double TWO_TO_63 = 0x1p63;

    /** Types that are told by name and refused. */
    private static final Map<Integer, String> OTHERS = Map.ofEntries(
            entry(8, "string"),
            entry(14, "complex64"),
            entry(15, "complex128"),
            entry(17, "float8e4m3fn"),
            entry(18, "float8e4m3fnuz"),
            entry(19, "float8e5m2"),
            entry(20, "float8e5m2fnuz"),
            entry(23, "float4e2m1"),
            entry(24, "float8e8m0"),
            entry(25, "uint2"),
            entry(26, "int2"));

    private final int code;
    private final int width;

    ElementType(int code, int width) {
        this.code = code;
        this.width = width;
    }

    /** The type that ONNX gives a number, or null for one that is not supported. */
    static @Nullable ElementType of(int code) {
        return Arrays.stream(values())
                .filter(type -> type.code == code)
                .findFirst()
                .orElse(null);
    }

    /** How ONNX calls the type of a number in messages. */
    static String name(int code) {
        ElementType type = of(code);
        return type != null ? type.toString() : OTHERS.getOrDefault(code, "number " + code);
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

    /** Whether files keep two values in one byte. */
    boolean isPacked() {
        return this == UINT4 || this == INT4;
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
        return bits >= 0 ? bits : halved(bits) * 2.0;
    }

    /** Half of it, whose last bit still tells on which side of a middle the whole lies. */
    private static long halved(long bits) {
        return bits >>> 1 | bits & 1;
    }

    /** A value as the nearest 32-bit float, rounded once. */
    float single(ByteBuffer bytes, int i) {
        return switch (this) {
            case FLOAT -> bytes.getFloat(4 * i);
            case INT64 -> (float) bytes.getLong(8 * i);
            case UINT64 -> {
                long bits = bytes.getLong(8 * i);
                yield bits >= 0 ? (float) bits : (float) halved(bits) * 2;
            }
            default -> (float) number(bytes, i);
        };
    }

    /** A value as an integer, those of 64 bits without a sign by their bits; fractions lose their remainder. */
    long integer(ByteBuffer bytes, int i) {
        return switch (this) {
            case INT64, UINT64 -> bytes.getLong(8 * i);
            case INT32 -> bytes.getInt(4 * i);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(4 * i));
            case INT16 -> bytes.getShort(2 * i);
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(2 * i));
            case INT8, INT4, UINT4 -> bytes.get(i);
            case UINT8 -> Byte.toUnsignedInt(bytes.get(i));
            case BOOL -> bytes.get(i) == 0 ? 0 : 1;
            default -> (long) number(bytes, i);
        };
    }

    /**
     * Stores a number, rounded to the type; integers lose fractions.
     *
     * @throws ArithmeticException if an integer type cannot hold it: what ONNX's implementations store then differs
     */
    void put(ByteBuffer bytes, int i, double value) {
        switch (this) {
            case FLOAT -> bytes.putFloat(4 * i, (float) value);
            case DOUBLE -> bytes.putDouble(8 * i, value);
            case FLOAT16 -> bytes.putShort(2 * i, Half.rounded((float) value));
            case BFLOAT16 -> bytes.putShort(2 * i, upperHalf((float) value));
            case BOOL -> bytes.put(i, (byte) (value == 0 ? 0 : 1));
            default -> put(bytes, i, whole(value));
        }
    }

    private long whole(double value) {
        boolean fits = this == UINT64
                ? value > -1 && value < 2 * TWO_TO_63
                : this == INT64
                        ? value >= -TWO_TO_63 && value < TWO_TO_63
                        : value > least() - 1.0 && value < greatest() + 1.0;
        if (!fits) {
            throw new ArithmeticException("%s does not fit the type %s".formatted(value, this));
        }
        return value < TWO_TO_63 ? (long) value : (long) (value - TWO_TO_63) + Long.MIN_VALUE;
    }

    /** Stores an integer; what does not fit wraps around, as in ONNX's own arithmetic. */
    void put(ByteBuffer bytes, int i, long value) {
        switch (this) {
            case INT64, UINT64 -> bytes.putLong(8 * i, value);
            case INT32, UINT32 -> bytes.putInt(4 * i, (int) value);
            case INT16, UINT16 -> bytes.putShort(2 * i, (short) value);
            case INT8, UINT8 -> bytes.put(i, (byte) value);
            case INT4 -> bytes.put(i, (byte) ((byte) (value << 4) >> 4));
            case UINT4 -> bytes.put(i, (byte) (value & 0xf));
            case FLOAT -> bytes.putFloat(4 * i, (float) value);
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

    // ---- what depends on whether 64 bits have a sign ------------------------------------------------------

    int compare(long a, long b) {
        return this == UINT64 ? Long.compareUnsigned(a, b) : Long.compare(a, b);
    }

    long min(long a, long b) {
        return compare(a, b) <= 0 ? a : b;
    }

    long max(long a, long b) {
        return compare(a, b) >= 0 ? a : b;
    }

    /** Without a remainder, which is cut off. */
    long quotient(long a, long b) {
        return this == UINT64 ? Long.divideUnsigned(a, b) : a / b;
    }

    /** With the sign of a. */
    long remainder(long a, long b) {
        return this == UINT64 ? Long.remainderUnsigned(a, b) : a % b;
    }

    /** With the sign of b. */
    long modulus(long a, long b) {
        return this == UINT64 ? Long.remainderUnsigned(a, b) : Math.floorMod(a, b);
    }

    long abs(long a) {
        return this == UINT64 ? a : Math.abs(a);
    }

    long sign(long a) {
        return Integer.signum(compare(a, 0));
    }

    /** The least value of an integer type. */
    long least() {
        return switch (this) {
            case INT4 -> -8;
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            case INT32 -> Integer.MIN_VALUE;
            case INT64 -> Long.MIN_VALUE;
            default -> 0;
        };
    }

    /** The greatest value of an integer type; that of 64 bits without a sign by its bits. */
    long greatest() {
        return switch (this) {
            case INT4 -> 7;
            case UINT4 -> 15;
            case INT8 -> Byte.MAX_VALUE;
            case UINT8 -> 0xff;
            case INT16 -> Short.MAX_VALUE;
            case UINT16 -> 0xffff;
            case INT32 -> Integer.MAX_VALUE;
            case UINT32 -> 0xffffffffL;
            case BOOL -> 1;
            case UINT64 -> -1;
            default -> Long.MAX_VALUE;
        };
    }

    /** As ONNX calls it in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
