package org.rde4j.nd4j.explain;

import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RectangularCholeskyDecomposition;
import org.rde4j.CorrelatedNoise;
import org.rde4j.RdeException;
import org.rde4j.nd4j.random.NormalNumbers;

/** Draws v = µ + R z for a covariance Σ = R Rᵀ. */
final class CorrelatedDraws {
    /** Smaller pivots, relative to the largest variance, are rounding errors of 32-bit covariances. */
    private static final double RANK_TOLERANCE = 1e-6;

    private CorrelatedDraws() {}

    static LoweredObfuscation lowered(CorrelatedNoise strategy, Scope scope) {
        int only = scope.onlyBlock("correlated noise");
        int[] positions = Coefficients.positions(scope.block(only));
        float[] mean = strategy.mean().values();
        if (positions.length != mean.length) {
            throw new RdeException(
                    "The correlated noise has %s values, but the block %s has %s coefficients."
                            .formatted(mean.length, scope.block(only).name(), positions.length),
                    "Give a mean of %s values and a covariance of as many rows.".formatted(positions.length));
        }
        double[][] root = root(strategy.covariance().values(), mean.length);
        return new Drawn(scope, true, (batch, noise) -> (sample, block, signals, into) -> {
            float[] z = new float[root[0].length];
            NormalNumbers.fill(noise.at(sample, block), z);
            for (int i = 0; i < mean.length; i++) {
                double v = mean[i];
                for (int j = 0; j < z.length; j++) {
                    v += root[i][j] * z[j];
                }
                for (float[] each : into) {
                    each[positions[i]] = (float) v;
                }
            }
        });
    }

    /** R with R Rᵀ = Σ: the pivoted Cholesky root, which has as many columns as Σ has rank. */
    private static double[][] root(float[] covariance, int n) {
        RealMatrix sigma = new Array2DRowRealMatrix(n, n);
        double largest = 0;
        for (int i = 0; i < n * n; i++) {
            sigma.setEntry(i / n, i % n, covariance[i]);
            largest = Math.max(largest, Math.abs(covariance[i]));
        }
        if (largest == 0) {
            return new double[n][0];
        }
        double least = RANK_TOLERANCE * largest * n;
        try {
            RealMatrix root = new RectangularCholeskyDecomposition(sigma, least).getRootMatrix();
            // A pivot that is too small ends the decomposition, whatever stands beside the diagonal.
            double rest = IntStream.range(0, n)
                    .mapToDouble(i -> sigma.getRowVector(i)
                            .subtract(root.operate(root.getRowVector(i)))
                            .getLInfNorm())
                    .max()
                    .orElseThrow();
            if (rest <= 2 * least) {
                return root.getData();
            }
        } catch (NonPositiveDefiniteMatrixException e) {
            // Refused below, as one that the decomposition did not notice.
        }
        throw new RdeException(
                "The covariance has a negative eigenvalue: no noise varies like that.",
                "Maybe estimate it from more draws than it has rows, or add a small number to its diagonal.");
    }
}
