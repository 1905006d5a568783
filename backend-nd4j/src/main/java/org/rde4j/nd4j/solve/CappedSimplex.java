package org.rde4j.nd4j.solve;

/** The set {s ∈ [0,1]^k : Σ sᵢ ≤ ℓ}. */
final class CappedSimplex {
    private static final int HALVINGS = 60;

    private CappedSimplex() {}

    /**
     * Moves a mask to the nearest point of the set, where distances are Σ metricᵢ·(differenceᵢ)²:
     * clamp(sᵢ − τ/metricᵢ) with the least τ ≥ 0 that keeps the bound, found by bisection.
     *
     * @param metric the weight of each entry, greater than 0
     */
    static void project(float[] mask, int budget, float[] metric) {
        double low = 0;
        if (sum(mask, metric, 0) > budget) {
            double high = 0;
            for (int i = 0; i < mask.length; i++) {
                high = Math.max(high, mask[i] * (double) metric[i]);
            }
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (sum(mask, metric, middle) > budget) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            low = high;
        }
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (float) clamp(mask[i] - low / metric[i]);
        }
    }

    private static double sum(float[] mask, float[] metric, double shift) {
        double sum = 0;
        for (int i = 0; i < mask.length; i++) {
            sum += clamp(mask[i] - shift / metric[i]);
        }
        return sum;
    }

    private static double clamp(double value) {
        return Math.min(1, Math.max(0, value));
    }
}
