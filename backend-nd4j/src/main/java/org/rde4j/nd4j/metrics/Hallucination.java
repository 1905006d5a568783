package org.rde4j.nd4j.metrics;

import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * Edges that an explanation shows although the picture has none there (Kolek et al., CVPR 2023).
 *
 * <p>A pixel is an edge where √(gx² + gy² + 10⁻⁶) exceeds {@value #THRESHOLD}. gx and gy are Sobel derivatives of
 * the mean over channels, with kernels [−1 0 1; −2 0 2; −1 0 1]/8 and its transpose and the border repeated. The
 * explanation is divided by its greatest value first. Edges within one pixel (3×3) of an edge of the picture are
 * not held against it. Lower is better.
 *
 * @param score such edges for each edge of the picture, the paper's score; at least 0; NaN for a picture without
 *     edges
 * @param share such edges for each edge of the explanation, in [0, 1]; 0 for an explanation without edges
 */
public record Hallucination(Estimate score, Estimate share) {
    /** Above it is an edge. */
    public static final double THRESHOLD = 0.1;

    /** One explanation. */
    record Counts(int invented, int shown, int real) {
        double score() {
            return real == 0 ? Double.NaN : (double) invented / real;
        }

        double share() {
            return shown == 0 ? 0 : (double) invented / shown;
        }
    }

    /**
     * Counts edges.
     *
     * @param explanation [C, H, W]
     * @param picture [C, H, W]
     */
    static Counts count(Tensor explanation, Tensor picture) {
        if (picture.rank() != 3) {
            throw new RdeException(
                    "The hallucination score needs a picture [C, H, W], not %s.".formatted(picture),
                    "Leave it out for other signals.");
        }
        int height = picture.shape()[1];
        int width = picture.shape()[2];
        boolean[] real = edges(grey(picture), height, width);
        boolean[] shown = edges(scaled(grey(explanation), greatest(explanation)), height, width);
        boolean[] near = dilated(real, height, width);
        int invented = 0;
        int shownCount = 0;
        int realCount = 0;
        for (int i = 0; i < real.length; i++) {
            invented += shown[i] && !near[i] ? 1 : 0;
            shownCount += shown[i] ? 1 : 0;
            realCount += real[i] ? 1 : 0;
        }
        return new Counts(invented, shownCount, realCount);
    }

    private static double greatest(Tensor explanation) {
        double most = 0;
        for (float value : explanation.values()) {
            most = Math.max(most, value);
        }
        return most;
    }

    private static double[] scaled(double[] values, double most) {
        for (int i = 0; i < values.length && most > 0; i++) {
            values[i] /= most;
        }
        return values;
    }

    private static double[] grey(Tensor picture) {
        int channels = picture.shape()[0];
        float[] values = picture.values();
        double[] grey = new double[values.length / channels];
        for (int i = 0; i < values.length; i++) {
            grey[i % grey.length] += values[i] / channels;
        }
        return grey;
    }

    private static boolean[] edges(double[] grey, int height, int width) {
        boolean[] edges = new boolean[grey.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int up = Math.max(0, y - 1) * width;
                int down = Math.min(height - 1, y + 1) * width;
                int here = y * width;
                int left = Math.max(0, x - 1);
                int right = Math.min(width - 1, x + 1);
                double gx = grey[up + right]
                        - grey[up + left]
                        + 2 * (grey[here + right] - grey[here + left])
                        + grey[down + right]
                        - grey[down + left];
                double gy = grey[down + left]
                        - grey[up + left]
                        + 2 * (grey[down + x] - grey[up + x])
                        + grey[down + right]
                        - grey[up + right];
                edges[here + x] = Math.sqrt((gx * gx + gy * gy) / 64 + 1e-6) > THRESHOLD;
            }
        }
        return edges;
    }

    /** True where any of the 3×3 pixels around is. */
    private static boolean[] dilated(boolean[] edges, int height, int width) {
        boolean[] wide = new boolean[edges.length];
        for (int i = 0; i < edges.length; i++) {
            if (edges[i]) {
                for (int y = Math.max(0, i / width - 1); y <= Math.min(height - 1, i / width + 1); y++) {
                    for (int x = Math.max(0, i % width - 1); x <= Math.min(width - 1, i % width + 1); x++) {
                        wide[y * width + x] = true;
                    }
                }
            }
        }
        return wide;
    }
}
