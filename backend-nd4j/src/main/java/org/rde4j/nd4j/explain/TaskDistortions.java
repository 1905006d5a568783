package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rde4j.nd4j.engine.Lanes;
import org.rde4j.nd4j.solve.Distortions;

/**
 * Distortions of tasks, each the mean over one or more signals.
 *
 * @param monteCarlo estimates single signals
 * @param signals the signals of each task
 * @param layout how their masks lie
 * @param watch is asked whether to go on with an estimate
 */
record TaskDistortions(MonteCarlo monteCarlo, int[][] signals, MaskLayout layout, Lanes.Watch watch)
        implements Distortions {

    @Override
    public int tasks() {
        return signals.length;
    }

    @Override
    public int components() {
        return layout.components();
    }

    @Override
    public List<Grid> grids() {
        return layout.grids();
    }

    @Override
    public int rowsAtOnce() {
        return Math.max(1, monteCarlo.rowsAtOnce() / signals[0].length);
    }

    @Override
    public Estimate at(int[] tasks, float[][] masks, Samples samples, float[][] gradients) {
        int[] owners = IntStream.range(0, tasks.length)
                .flatMap(i -> Arrays.stream(signals[tasks[i]]).map(signal -> i))
                .toArray();
        int[] rows = Arrays.stream(tasks)
                .flatMap(task -> Arrays.stream(signals[task]))
                .toArray();
        float[][] theirs = rowsOf(masks, owners);
        for (float[] gradient : gradients) {
            Arrays.fill(gradient, 0);
        }
        float[][] slopes = gradients.length == 0 ? gradients : rowsOf(gradients, owners);
        Estimate single = monteCarlo.at(rows, theirs, samples, slopes, watch);
        double[] distortion = new double[tasks.length];
        double[] probability = new double[tasks.length];
        for (int row = 0; row < rows.length; row++) {
            int size = signals[tasks[owners[row]]].length;
            distortion[owners[row]] += single.distortion()[row] / size;
            probability[owners[row]] += single.probability()[row] / size;
        }
        for (int i = 0; i < gradients.length; i++) {
            scale(gradients[i], 1f / signals[tasks[i]].length);
        }
        return new Estimate(distortion, probability);
    }

    private static float[][] rowsOf(float[][] each, int[] owners) {
        return Arrays.stream(owners).mapToObj(i -> each[i]).toArray(float[][]::new);
    }

    private static void scale(float[] values, float by) {
        if (by != 1) {
            for (int i = 0; i < values.length; i++) {
                values[i] *= by;
            }
        }
    }
}
