package org.rde4j.nd4j.solve;

/** The set {s ∈ [0,1]^k : Σ sᵢ ≤ ℓ}. */
final class CappedSimplex {
    private static final int HALVINGS = 60;

    private CappedSimplex() {}

    /**
     * Moves a mask to the nearest point of the set: clamp(s − τ) with the least shift τ ≥ 0 that keeps the
     * bound, found by bisection.
     */
    static void project(float[] mask, int budget) {
        double low = 0;
        if (sum(mask, 0) > budget) {
            double high = 0;
            for (float s : mask) {
                high = Math.max(high, s);
            }
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (sum(mask, middle) > budget) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            low = high;
        }
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (float) clamp(mask[i] - low);
        }
    }

    private static double sum(float[] mask, double shift) {
        double sum = 0;
        for (float s : mask) {
            sum += clamp(s - shift);
        }
        return sum;
    }

    private static double clamp(double value) {
        return Math.min(1, Math.max(0, value));
    }
}
