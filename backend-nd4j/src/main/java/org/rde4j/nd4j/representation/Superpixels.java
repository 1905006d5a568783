package org.rde4j.nd4j.representation;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * Cuts an image into connected regions of similar colour: SLIC (Achanta et al., SLIC superpixels compared to
 * state-of-the-art superpixel methods, PAMI 2012). Pixels are clustered by colour and place around centres that
 * start on a regular grid; there is no randomness. The result is a label map, so that a problem holds the
 * regions themselves and no image: {@code over(labelMap(Superpixels.of(image, 200)))}.
 */
public final class Superpixels {
    private static final int ITERATIONS = 10;
    /** Regions smaller than this part of the average join a neighbour. */
    private static final int SMALLEST_PART = 4;

    private final int rows;
    private final int columns;
    private final double[][] colours;
    private final double spacing;
    private final double placeWeight;

    private Superpixels(Tensor image, int count, double compactness) {
        rows = image.shape()[1];
        columns = image.shape()[2];
        colours = colours(image);
        spacing = Math.sqrt((double) rows * columns / count);
        placeWeight = compactness * compactness / (spacing * spacing);
    }

    /**
     * The superpixels of an image with a compactness of 10.
     *
     * @param image [C, H, W], values in [0, 1]
     * @param count about how many, from 1 to H·W
     * @return a label map [H, W] with labels 0, 1, … in the order of their first pixels
     * @throws RdeException if the image has another rank or the count is out of range
     */
    public static Tensor of(Tensor image, int count) {
        return of(image, count, 10);
    }

    /**
     * The superpixels of an image.
     *
     * @param image [C, H, W], values in [0, 1]; three channels are compared as colours in CIELAB (from sRGB,
     *     white point D65), any other number as 100 times their values
     * @param count about how many, from 1 to H·W; the grid of centres and the joining of small regions decide
     * @param compactness greater than 0: how many units of colour (black to white is 100) weigh as much as the
     *     distance of two centres; large values give squares
     * @return a label map [H, W] with labels 0, 1, … in the order of their first pixels; every region is connected
     * @throws RdeException if the image has another rank or a number is out of range
     */
    public static Tensor of(Tensor image, int count, double compactness) {
        if (image.rank() != 3) {
            throw new RdeException(
                    "Superpixels of a %s must be those of an image [C, H, W].".formatted(image),
                    "For other signals give a label map of your own.");
        }
        int places = image.shape()[1] * image.shape()[2];
        if (count < 1 || count > places) {
            throw new RdeException(
                    "The number of superpixels (%s) must be between 1 and %s.".formatted(count, places),
                    "Maybe use %s.".formatted(Math.max(1, Math.min(200, places / 64))));
        }
        if (!(compactness > 0) || Double.isInfinite(compactness)) {
            throw new RdeException(
                    "The compactness of superpixels (%s) must be a finite number greater than 0."
                            .formatted(compactness),
                    "Maybe use 10.");
        }
        Superpixels cut = new Superpixels(image, count, compactness);
        int[] labels = cut.connected(cut.clustered(), places / count / SMALLEST_PART);
        float[] values = new float[places];
        for (int i = 0; i < places; i++) {
            values[i] = labels[i];
        }
        return Tensor.of(values, cut.rows, cut.columns);
    }

    private static double[][] colours(Tensor image) {
        int channels = image.shape()[0];
        int places = image.size() / channels;
        float[] values = image.values();
        double[][] colours = new double[places][channels];
        for (int p = 0; p < places; p++) {
            for (int c = 0; c < channels; c++) {
                colours[p][c] = values[c * places + p];
            }
            colours[p] = channels == 3
                    ? lab(colours[p])
                    : Arrays.stream(colours[p]).map(v -> 100 * v).toArray();
        }
        return colours;
    }

    /** CIELAB (CIE 15:2004) of an sRGB colour (IEC 61966-2-1) under D65. */
    static double[] lab(double[] rgb) {
        double[] linear = Arrays.stream(rgb)
                .map(v -> v <= 0.04045 ? v / 12.92 : StrictMath.pow((v + 0.055) / 1.055, 2.4))
                .toArray();
        double x = f((0.412453 * linear[0] + 0.357580 * linear[1] + 0.180423 * linear[2]) / 0.95047);
        double y = f(0.212671 * linear[0] + 0.715160 * linear[1] + 0.072169 * linear[2]);
        double z = f((0.019334 * linear[0] + 0.119193 * linear[1] + 0.950227 * linear[2]) / 1.08883);
        return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
    }

    private static double f(double t) {
        return t > 0.008856 ? StrictMath.cbrt(t) : 7.787 * t + 16.0 / 116;
    }

    /** The nearest centre of every pixel; regions may still fall apart. */
    private int[] clustered() {
        int gridRows = Math.max(1, (int) Math.round(rows / spacing));
        int gridColumns = Math.max(1, (int) Math.round(columns / spacing));
        int[] labels = new int[rows * columns];
        Arrays.setAll(labels, p -> p / columns * gridRows / rows * gridColumns + p % columns * gridColumns / columns);
        double[] distances = new double[labels.length];
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[][] centres = centres(labels, gridRows * gridColumns);
            Arrays.fill(distances, Double.POSITIVE_INFINITY);
            for (int k = 0; k < centres.length; k++) {
                attract(centres[k], k, labels, distances);
            }
        }
        return labels;
    }

    /** The mean colour of every label, then its mean row and column; NaN for labels without pixels. */
    private double[][] centres(int[] labels, int count) {
        int channels = colours[0].length;
        double[][] sums = new double[count][channels + 2];
        int[] sizes = new int[count];
        for (int p = 0; p < labels.length; p++) {
            double[] sum = sums[labels[p]];
            for (int c = 0; c < channels; c++) {
                sum[c] += colours[p][c];
            }
            sum[channels] += p / columns;
            sum[channels + 1] += p % columns;
            sizes[labels[p]]++;
        }
        for (int k = 0; k < count; k++) {
            for (int i = 0; i < sums[k].length; i++) {
                sums[k][i] /= sizes[k];
            }
        }
        return sums;
    }

    /** Gives a label to the pixels in reach of its centre that are nearer to it than to any one before. */
    private void attract(double[] centre, int label, int[] labels, double[] distances) {
        int channels = colours[0].length;
        double row = centre[channels];
        double column = centre[channels + 1];
        double reach = 2 * spacing;
        int lastRow = (int) Math.min(rows - 1, row + reach);
        int lastColumn = (int) Math.min(columns - 1, column + reach);
        for (int y = (int) Math.max(0, row - reach); y <= lastRow; y++) {
            for (int x = (int) Math.max(0, column - reach); x <= lastColumn; x++) {
                int p = y * columns + x;
                double distance = placeWeight * ((y - row) * (y - row) + (x - column) * (x - column));
                for (int c = 0; c < channels; c++) {
                    double gap = colours[p][c] - centre[c];
                    distance += gap * gap;
                }
                if (distance < distances[p]) {
                    distances[p] = distance;
                    labels[p] = label;
                }
            }
        }
    }

    /** Numbers the connected parts of all labels; small ones join the part above or to the left of them. */
    private int[] connected(int[] clusters, int smallest) {
        int[] labels = new int[clusters.length];
        Arrays.fill(labels, -1);
        int next = 0;
        int[] part = new int[clusters.length];
        for (int start = 0; start < clusters.length; start++) {
            if (labels[start] >= 0) {
                continue;
            }
            int size = flood(clusters, start, next, labels, part);
            if (size < smallest && next > 0) {
                int neighbour = start % columns > 0 ? labels[start - 1] : labels[start - columns];
                for (int i = 0; i < size; i++) {
                    labels[part[i]] = neighbour;
                }
            } else {
                next++;
            }
        }
        return labels;
    }

    /** Labels the pixels that are connected with one through pixels of its cluster; returns how many. */
    private int flood(int[] clusters, int start, int label, int[] labels, int[] part) {
        ArrayDeque<Integer> open = new ArrayDeque<>();
        open.add(start);
        labels[start] = label;
        int size = 0;
        while (!open.isEmpty()) {
            int p = open.remove();
            part[size++] = p;
            for (int step : new int[] {-1, 1, -columns, columns}) {
                int q = p + step;
                boolean inside = q >= 0 && q < labels.length && (Math.abs(step) > 1 || q / columns == p / columns);
                if (inside && labels[q] < 0 && clusters[q] == clusters[start]) {
                    labels[q] = label;
                    open.add(q);
                }
            }
        }
        return size;
    }
}
