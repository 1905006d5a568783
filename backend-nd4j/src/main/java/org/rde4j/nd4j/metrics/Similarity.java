package org.rde4j.nd4j.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/** How alike two rows of numbers, two sets, or two pictures are. */
public final class Similarity {
    /** The side of the windows of structural similarity. */
    static final int WINDOW = 11;

    private static final int RADIUS = WINDOW / 2;
    private static final double SIGMA = 1.5;
    private static final double C1 = 0.01 * 0.01;
    private static final double C2 = 0.03 * 0.03;

    private Similarity() {}

    /** Pearson's correlation, in [−1, 1]; NaN if either never varies. */
    static double pearson(double[] a, double[] b) {
        double meanA = Estimate.of(a).mean();
        double meanB = Estimate.of(b).mean();
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return isConstant(a) || isConstant(b) ? Double.NaN : ab / Math.sqrt(aa * bb);
    }

    /** Looks at the values themselves: around a rounded mean even equal ones vary. */
    private static boolean isConstant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }

    /**
     * Spearman's rank correlation; equal values share the mean of their ranks.
     *
     * @param a any numbers
     * @param b as many
     * @return in [−1, 1]; NaN if either never varies
     */
    public static double spearman(float[] a, float[] b) {
        return pearson(ranks(a), ranks(b));
    }

    private static double[] ranks(float[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        int from = 0;
        while (from < order.length) {
            int to = from;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    /** |A ∩ B| / |A ∪ B|, in [0, 1]; 1 for two empty sets. */
    static double jaccard(boolean[] a, boolean[] b) {
        int both = 0;
        int either = 0;
        for (int i = 0; i < a.length; i++) {
            both += a[i] && b[i] ? 1 : 0;
            either += a[i] || b[i] ? 1 : 0;
        }
        return either == 0 ? 1 : (double) both / either;
    }

    /**
     * Structural similarity of two pictures with values in [0, 1] (Wang et al. 2004): Gaussian windows of
     * 11×11 with σ = 1.5, K₁ = 0.01, K₂ = 0.03, the mean over all windows inside the picture and over channels.
     *
     * @param a [C, H, W] with sides of at least 11
     * @param b of the same shape
     * @return at most 1, which only equal pictures have
     * @throws RdeException if the shapes differ or are no such pictures
     */
    public static double ssim(Tensor a, Tensor b) {
        int[] shape = a.shape();
        boolean fit = Arrays.equals(shape, b.shape()) && shape.length == 3 && Math.min(shape[1], shape[2]) >= WINDOW;
        if (!fit) {
            throw new RdeException(
                    "%s and %s are not two pictures of one size.".formatted(a, b),
                    "Give [C, H, W] with sides of at least %s.".formatted(WINDOW));
        }
        double[] x = doubles(a);
        double[] y = doubles(b);
        int channel = shape[1] * shape[2];
        return IntStream.range(0, shape[0])
                .mapToDouble(c -> ssim(
                        Arrays.copyOfRange(x, c * channel, (c + 1) * channel),
                        Arrays.copyOfRange(y, c * channel, (c + 1) * channel),
                        shape[2]))
                .average()
                .orElseThrow();
    }

    private static double ssim(double[] x, double[] y, int width) {
        double[] meanX = windows(x, width);
        double[] meanY = windows(y, width);
        double[] meanXx = windows(product(x, x), width);
        double[] meanYy = windows(product(y, y), width);
        double[] meanXy = windows(product(x, y), width);
        double sum = 0;
        for (int i = 0; i < meanX.length; i++) {
            double mx = meanX[i];
            double my = meanY[i];
            double varX = meanXx[i] - mx * mx;
            double varY = meanYy[i] - my * my;
            double cov = meanXy[i] - mx * my;
            sum += (2 * mx * my + C1) * (2 * cov + C2) / ((mx * mx + my * my + C1) * (varX + varY + C2));
        }
        return sum / meanX.length;
    }

    private static double[] doubles(Tensor tensor) {
        float[] values = tensor.values();
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] product(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).toArray();
    }

    /** Gaussian means of all windows that lie inside the picture. */
    private static double[] windows(double[] picture, int width) {
        return transposedWindows(transposedWindows(picture, width), picture.length / width);
    }

    /** Gaussian means along rows; columns become rows. */
    private static double[] transposedWindows(double[] picture, int width) {
        double[] kernel = new double[WINDOW];
        double total = 0;
        for (int k = 0; k < kernel.length; k++) {
            kernel[k] = StrictMath.exp(-(k - RADIUS) * (k - RADIUS) / (2 * SIGMA * SIGMA));
            total += kernel[k];
        }
        int height = picture.length / width;
        int inside = width - 2 * RADIUS;
        double[] means = new double[height * inside];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < inside; x++) {
                double sum = 0;
                for (int k = 0; k < kernel.length; k++) {
                    sum += kernel[k] / total * picture[y * width + x + k];
                }
                means[x * height + y] = sum;
            }
        }
        return means;
    }
}
