package org.rde4j.nd4j.representation;

/** How far a signal that is put together again is from what it was. */
final class Residual {
    private Residual() {}

    /** ‖f(h) − x‖ / ‖x‖; ‖f(h)‖ for a signal of zeros. */
    static double of(float[] again, float[] signal) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < signal.length; i++) {
            error += StrictMath.pow(again[i] - signal[i], 2);
            norm += StrictMath.pow(signal[i], 2);
        }
        return Math.sqrt(norm == 0 ? error : error / norm);
    }
}
