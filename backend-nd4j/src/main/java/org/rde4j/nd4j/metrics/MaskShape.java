package org.rde4j.nd4j.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.Tensor;

/**
 * What a mask tells about itself, without a model: exact numbers, nothing random.
 *
 * @param components their number k
 * @param rate ‖s‖₁/k, in [0, 1]
 * @param gini the Gini index of the entries, in [0, 1 − 1/k]: 0 where all are equal, near 1 where one has
 *     everything (sparseness of Chalasani et al., ICML 2020); NaN for a mask of zeros. Higher is sparser
 * @param complexity the entropy −Σ pᵢ ln pᵢ of pᵢ = sᵢ/‖s‖₁ in nats, in [0, ln k] (Bhatt et al., IJCAI 2020);
 *     NaN for a mask of zeros. Lower is simpler
 */
public record MaskShape(int components, double rate, double gini, double complexity) {

    /**
     * Measures a mask.
     *
     * @param masks as {@link org.rde4j.Explanation#masks()}
     * @return its shape
     */
    public static MaskShape of(Map<String, Tensor> masks) {
        float[] values = MaskRow.of(masks).values().clone();
        Arrays.sort(values);
        int k = values.length;
        double sum = IntStream.range(0, k).mapToDouble(i -> values[i]).sum();
        double gini = 0;
        double entropy = 0;
        for (int i = 0; i < k; i++) {
            double share = values[i] / sum;
            gini += share * (2.0 * (i + 1) - k - 1) / k;
            entropy -= share > 0 ? share * StrictMath.log(share) : 0;
        }
        return new MaskShape(k, sum / k, sum == 0 ? Double.NaN : gini, sum == 0 ? Double.NaN : entropy);
    }
}
