package org.rde4j.nd4j.representation;

import java.util.Arrays;
import org.rde4j.RdeException;

/** Blurs signals by a Gaussian kernel, outside graphs. */
public final class GaussianBlur {
    private GaussianBlur() {}

    /**
     * The signal convolved along each of its axes but the channels with a Gaussian kernel of unit sum, cut off
     * after ⌈3σ⌉ places. Past the border the border value is repeated.
     *
     * @param signal the values of one signal in row-major order, channels first
     * @param signalShape [C, H, W], [C, T] or [n]
     * @param sigma the standard deviation of the kernel in pixels or samples, greater than 0, at most the
     *     longer side of the signal
     * @return the blurred signal, in the same order
     * @throws RdeException if the kernel is wider than that
     */
    public static float[] blur(float[] signal, int[] signalShape, double sigma) {
        SignalShape shape = SignalShape.of(signalShape);
        int longest = Math.max(shape.rows(), shape.columns());
        if (sigma > longest) {
            throw new RdeException(
                    "The standard deviation of the blur (%s) must be at most %s for a %s."
                            .formatted(sigma, longest, shape),
                    "Maybe use blur(%s), or constant(c) for one colour.".formatted(Math.max(1, longest / 16)));
        }
        double[] kernel = kernel(sigma);
        float[] alongColumns = blurred(signal, shape.channels() * shape.rows(), shape.columns(), 1, kernel);
        return shape.isImage()
                ? blurred(alongColumns, shape.channels(), shape.rows(), shape.columns(), kernel)
                : alongColumns;
    }

    private static double[] kernel(double sigma) {
        int radius = (int) Math.ceil(3 * sigma);
        double[] kernel = new double[2 * radius + 1];
        double sum = 0;
        for (int i = 0; i < kernel.length; i++) {
            double distance = (i - radius) / sigma;
            kernel[i] = StrictMath.exp(-distance * distance / 2);
            sum += kernel[i];
        }
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] /= sum;
        }
        return kernel;
    }

    /** Convolves the middle axis of [outer, places, inner]. */
    private static float[] blurred(float[] values, int outer, int places, int inner, double[] kernel) {
        int radius = kernel.length / 2;
        float[] result = new float[values.length];
        double[] sums = new double[inner];
        for (int o = 0; o < outer; o++) {
            for (int p = 0; p < places; p++) {
                Arrays.fill(sums, 0);
                for (int k = 0; k < kernel.length; k++) {
                    int place = Math.max(0, Math.min(places - 1, p + k - radius));
                    for (int i = 0; i < inner; i++) {
                        sums[i] += kernel[k] * values[(o * places + place) * inner + i];
                    }
                }
                for (int i = 0; i < inner; i++) {
                    result[(o * places + p) * inner + i] = (float) sums[i];
                }
            }
        }
        return result;
    }
}
