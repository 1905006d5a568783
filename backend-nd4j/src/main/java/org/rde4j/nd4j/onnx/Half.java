package org.rde4j.nd4j.onnx;

import org.rde4j.RdeException;

/** 16-bit floats (IEEE 754 binary16). */
final class Half {
    private static final float GREATEST = 65504;
    private static final int SMALLEST_EXPONENT = -14;
    private static final int INFINITE = 0x7c00;

    private Half() {}

    /** The value of a 16-bit float. */
    static double value(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double size = exponent == 0
                ? Math.scalb(fraction, -24)
                : exponent < 31 ? Math.scalb(1024 + fraction, exponent - 25) : fraction == 0 ? 1.0 / 0 : Double.NaN;
        return bits < 0 ? -size : size;
    }

    /**
     * The nearest 16-bit float; of two, the even one.
     *
     * @throws RdeException if the value lies beyond the greatest
     */
    static short of(float value) {
        if (!(Math.abs(value) <= GREATEST)) {
            throw new RdeException(
                    "The weight %s does not fit into a 16-bit float (at most %s).".formatted(value, GREATEST),
                    "Write the weights as 32-bit floats.");
        }
        return rounded(value);
    }

    /** The nearest 16-bit float, infinite for values beyond the greatest; of two, the even one. */
    static short rounded(float value) {
        if (Float.isNaN(value)) {
            return 0x7e00;
        }
        int sign = value < 0 || 1 / value < 0 ? 0x8000 : 0;
        if (Math.abs(value) > 2 * GREATEST) {
            return (short) (sign | INFINITE);
        }
        int exponent = Math.max(SMALLEST_EXPONENT, Math.getExponent(value));
        // In units of the last place, ten binary digits below the first.
        int units = (int) Math.rint(Math.scalb(Math.abs((double) value), 10 - exponent));
        // A carry into the next exponent is what adding the two parts makes of it.
        int magnitude = units < 1024 ? units : (exponent + 14 << 10) + units;
        return (short) (sign | Math.min(magnitude, INFINITE));
    }
}
