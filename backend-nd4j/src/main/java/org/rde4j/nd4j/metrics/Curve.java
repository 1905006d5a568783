package org.rde4j.nd4j.metrics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What becomes of the output while components are put in, or taken out, in the order of their relevance.
 *
 * @param points from the first to the last number of components
 * @param distortionArea the area under the distortion over the kept share of components, in the distortion's
 *     unit
 * @param probabilityArea the area under the label's probability over the kept share, in [0, 1]: the insertion
 *     and deletion AUC of Petsiuk et al. (BMVC 2018); NaN without a label
 */
public record Curve(List<Point> points, Estimate distortionArea, Estimate probabilityArea) {

    /** Which way a curve runs. */
    public enum Direction {
        /**
         * The most relevant components are put in first. Good explanations have a large area under the
         * probability and a small one under the distortion.
         */
        INSERTION,
        /**
         * The most relevant components are taken out first. Good explanations have a small area under the
         * probability and a large one under the distortion.
         */
        DELETION
    }

    /**
     * One mask of zeros and ones.
     *
     * @param rate ‖s‖₀/k, the share of components that are kept
     * @param distortion the expected distortion
     * @param probability the label's probability, NaN without a label
     */
    public record Point(double rate, Estimate distortion, Estimate probability) {}

    /** Copies the list. */
    public Curve {
        points = List.copyOf(points);
    }

    /**
     * Puts a curve together from repetitions, whose areas tell how sure the area is.
     *
     * @param rates of the points
     * @param distortion by repetition and point
     * @param probability by repetition and point; no repetition without a label
     */
    static Curve of(double[] rates, double[][] distortion, double[][] probability) {
        List<Point> points = IntStream.range(0, rates.length)
                .mapToObj(p -> new Point(rates[p], at(p, distortion), at(p, probability)))
                .toList();
        return new Curve(points, area(rates, distortion), area(rates, probability));
    }

    private static Estimate at(int point, double[][] repetitions) {
        return Estimate.of(IntStream.range(0, repetitions.length)
                .mapToDouble(r -> repetitions[r][point])
                .toArray());
    }

    private static Estimate area(double[] rates, double[][] repetitions) {
        return Estimate.of(IntStream.range(0, repetitions.length)
                .mapToDouble(r -> trapezoids(rates, repetitions[r]))
                .toArray());
    }

    /** The area under straight lines between the points, whichever way they run. */
    static double trapezoids(double[] x, double[] y) {
        double area = 0;
        for (int i = 1; i < x.length; i++) {
            area += Math.abs(x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
        }
        return area;
    }
}
