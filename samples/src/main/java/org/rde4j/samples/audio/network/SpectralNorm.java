package org.rde4j.samples.audio.network;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keeps the largest singular value of a convolution's weights, as a matrix from what the kernel sees to the outputs,
 * at most 1, so that a critic's slopes stay bounded (after Miyato et al., ICLR 2018).
 */
final class SpectralNorm {
    /** Enough for a few per cent; the iteration starts anew each time, so that resumed trainings are the same. */
    private static final int ITERATIONS = 5;

    private SpectralNorm() {}

    /** Scales weights [.., out] down if they are too large. */
    static void limit(INDArray weights) {
        double norm = of(weights);
        if (norm > 1) {
            weights.divi(norm);
        }
    }

    /** The largest singular value, by power iteration from the column of ones; never too large. */
    static double of(INDArray weights) {
        long outputs = weights.size(weights.rank() - 1);
        INDArray matrix = weights.reshape(weights.length() / outputs, outputs);
        INDArray right = Nd4j.ones(matrix.dataType(), outputs, 1);
        double norm = 0;
        for (int i = 0; i < ITERATIONS; i++) {
            INDArray left = matrix.mmul(right.div(right.norm2Number()));
            norm = left.norm2Number().doubleValue();
            right = matrix.transpose().mmul(left);
        }
        return norm;
    }
}
