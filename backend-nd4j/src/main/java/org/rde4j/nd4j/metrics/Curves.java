package org.rde4j.nd4j.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rde4j.nd4j.explain.Probe;

/**
 * Measures curves of one signal.
 *
 * @param probe the signal under a problem whose mask marks what is kept
 * @param settings how many points, samples and controls
 */
record Curves(Probe probe, MetricSettings settings) {

    /** The curve of a mask's own order and the mean curve of random orders. */
    Compared<Curve> compare(MaskRow mask, Curve.Direction direction, String baseline) {
        SplittableRandom random = new SplittableRandom(settings.seed());
        double[] rates = counts(mask.size(), direction).stream()
                .mapToDouble(count -> (double) count / mask.size())
                .toArray();
        List<Probe.Measured> own = measured(mask, mask.order(), direction);
        List<double[]> distortion = new ArrayList<>();
        List<double[]> probability = new ArrayList<>();
        for (int control = 0; control < settings.controls(); control++) {
            List<Probe.Measured> points = measured(mask, MaskRow.permutation(mask.size(), random), direction);
            distortion.add(means(points.stream().map(Probe.Measured::distortion).toList()));
            probability.add(
                    means(points.stream().map(Probe.Measured::probability).toList()));
        }
        return new Compared<>(
                Curve.of(
                        rates,
                        bySample(own.stream().map(Probe.Measured::distortion).toList()),
                        bySample(own.stream().map(Probe.Measured::probability).toList())),
                Curve.of(
                        rates,
                        distortion.toArray(double[][]::new),
                        probe.label().isEmpty() ? new double[0][] : probability.toArray(double[][]::new)),
                baseline,
                settings.seed());
    }

    /** How many components each point keeps. */
    private List<Integer> counts(int k, Curve.Direction direction) {
        return IntStream.rangeClosed(0, settings.points())
                .map(p -> (int) Math.round((double) k * p / settings.points()))
                .distinct()
                .map(count -> direction == Curve.Direction.INSERTION ? count : k - count)
                .boxed()
                .toList();
    }

    private List<Probe.Measured> measured(MaskRow mask, int[] order, Curve.Direction direction) {
        int k = mask.size();
        return counts(k, direction).stream()
                .map(count -> {
                    float[] values = new float[k];
                    boolean inserting = direction == Curve.Direction.INSERTION;
                    Arrays.fill(values, inserting ? 0 : 1);
                    for (int i = 0; i < (inserting ? count : k - count); i++) {
                        values[order[i]] = inserting ? 1 : 0;
                    }
                    return probe.at(mask.with(values).blocks(), settings.curveSamples(), settings.seed());
                })
                .toList();
    }

    private static double[] means(List<double[]> points) {
        return points.stream()
                .mapToDouble(values -> Arrays.stream(values).average().orElse(Double.NaN))
                .toArray();
    }

    /** From points of samples to samples of points: a sample has the same replacements at every point. */
    private static double[][] bySample(List<double[]> points) {
        return IntStream.range(0, points.get(0).length)
                .mapToObj(sample ->
                        points.stream().mapToDouble(values -> values[sample]).toArray())
                .toArray(double[][]::new);
    }
}
