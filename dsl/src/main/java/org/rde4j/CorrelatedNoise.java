package org.rde4j;

import java.util.Arrays;

/**
 * Normal noise whose coefficients depend on each other, v ∼ N(µ, Σ) (seed Example 6). Made by
 * {@code gaussianNoise().covariance(...)}; for representations of one block.
 *
 * <p>The n coefficients are those of the block in the order [d, … the mask's shape] for components of d values,
 * row by row: for the pixels of an image in the order of the image itself, [C, H, W].
 *
 * @param mean µ, n values of any shape
 * @param covariance Σ, shape [n, n] with n at most {@value #MOST}, symmetric and positive semi-definite. That it has
 *     no negative eigenvalue is checked when a problem meets its first signal.
 */
public record CorrelatedNoise(Tensor mean, Tensor covariance) implements Obfuscation {
    /** The most coefficients: a draw takes n² multiplications, the root of Σ about n³. */
    public static final int MOST = 1024;

    private static final double TOLERANCE = 1e-5;

    /** Checks sizes and symmetry. */
    public CorrelatedNoise {
        int n = mean.size();
        if (!Arrays.equals(covariance.shape(), new int[] {n, n})) {
            throw new RdeException(
                    "The covariance has the shape %s but must have the shape [%s, %s] for a mean of %s values."
                            .formatted(Arrays.toString(covariance.shape()), n, n, n),
                    "Give one row and one column for each coefficient.");
        }
        Check.within(
                "number of correlated coefficients", n, 1, MOST, "Maybe use given(mean, std) without correlation.");
        requireSymmetric(covariance.values(), n);
        for (float value : mean.values()) {
            Check.finite("noise mean", value, "Give a finite number for each coefficient.");
        }
    }

    private static void requireSymmetric(float[] values, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double gap = Math.abs(values[i * n + j] - values[j * n + i]);
                double size = Math.sqrt(Math.abs((double) values[i * n + i] * values[j * n + j]));
                if (!(gap <= TOLERANCE * size + Float.MIN_NORMAL)) {
                    throw new RdeException(
                            "The covariance is %s at [%s, %s] but %s at [%s, %s]."
                                    .formatted(values[i * n + j], i, j, values[j * n + i], j, i),
                            "A covariance is symmetric and finite.");
                }
            }
        }
    }
}
