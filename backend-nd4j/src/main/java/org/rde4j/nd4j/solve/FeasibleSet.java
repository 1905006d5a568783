package org.rde4j.nd4j.solve;

/**
 * The masks s ∈ [0,1]^k with Σ sᵢ ≤ ℓ.
 *
 * @param most the bound ℓ; k where there is none
 */
record FeasibleSet(int most) {
    private static final int HALVINGS = 60;

    /**
     * Moves a mask to the nearest one of the set, where distances are Σ metricᵢ·(differenceᵢ)²:
     * clamp(sᵢ − τ/metricᵢ) with the least τ ≥ 0 that keeps the bound, found by bisection.
     *
     * @param metric the weight of each entry, greater than 0
     */
    void project(float[] mask, float[] metric) {
        double low = 0;
        if (sum(mask, metric, 0) > most) {
            double high = 0;
            for (int i = 0; i < mask.length; i++) {
                high = Math.max(high, mask[i] * (double) metric[i]);
            }
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (sum(mask, metric, middle) > most) {
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

    /** The mask of the set with the least inner product with a gradient. */
    float[] corner(float[] gradient) {
        boolean[] least = Ranking.least(gradient, most);
        float[] corner = new float[gradient.length];
        for (int i = 0; i < corner.length; i++) {
            corner[i] = least[i] && gradient[i] < 0 ? 1 : 0;
        }
        return corner;
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
