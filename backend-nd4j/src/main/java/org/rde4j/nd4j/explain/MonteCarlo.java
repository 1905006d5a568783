package org.rde4j.nd4j.explain;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.representation.Block;

/**
 * The expected distortion and its gradient at a mask, estimated by averaging over samples, a micro-batch at
 * a time.
 */
final class MonteCarlo {
    private final DistortionGraph graph;
    private final MaskLayout layout;
    private final Perturbations perturbations;
    private final int signals;
    private final int microBatch;
    private long evaluations;

    /**
     * An estimator for a batch of signals.
     *
     * @param graph whose arrays it writes to, so that no other estimator may use it at the same time
     * @param coefficients the coefficients by signal and block
     * @param clean the model's flattened output on each clean signal
     * @param labels the explained labels, or −1 for none
     */
    MonteCarlo(
            DistortionGraph graph,
            MaskLayout layout,
            Perturbations perturbations,
            List<float[][]> coefficients,
            List<float[]> clean,
            int[] labels) {
        this.graph = graph;
        this.layout = layout;
        this.perturbations = perturbations;
        this.signals = coefficients.size();
        this.microBatch = (int) graph.weights().length();
        graph.labels().assign(0);
        for (int b = 0; b < signals; b++) {
            for (int i = 0; i < layout.blocks().size(); i++) {
                float[] h = coefficients.get(b)[i];
                Buffers.of(graph.coefficients().get(i)).put(b * h.length, h);
            }
            int m = clean.get(b).length;
            Buffers.of(graph.clean()).put(b * m, clean.get(b));
            if (labels[b] >= 0) {
                Buffers.of(graph.labels()).put(b * m + labels[b], 1);
            }
        }
    }

    /** How many samples are worth drawing when so many are asked for. */
    int worthwhile(int samples) {
        return perturbations.random() ? samples : 1;
    }

    /** Forward passes of the model so far. */
    long evaluations() {
        return evaluations;
    }

    /**
     * Estimates the distortion.
     *
     * @param masks one mask for each signal, blocks one after the other
     * @param firstSample the number of the first sample, which decides what is drawn
     * @param samples how many samples to average over
     * @param gradients where gradients are written, one row for each signal, or an empty array for none
     */
    Estimate at(float[][] masks, long firstSample, int samples, float[][] gradients) {
        layout.write(masks, graph.masks());
        for (float[] row : gradients) {
            Arrays.fill(row, 0);
        }
        Estimate total = new Estimate(new double[signals], new double[signals]);
        for (int done = 0; done < samples; done += microBatch) {
            int count = Math.min(microBatch, samples - done);
            fill(firstSample + done, count, 1f / samples);
            evaluations += (long) signals * count;
            DistortionGraph.Values values = graph.run(gradients.length > 0);
            total.add(values);
            if (gradients.length > 0) {
                layout.add(values.gradients(), gradients);
            }
        }
        return total;
    }

    /** One obfuscation of every signal, channels last, [B, …]. */
    INDArray obfuscate(float[][] masks, long sample) {
        layout.write(masks, graph.masks());
        fill(sample, 1, 1);
        INDArray y = graph.obfuscate();
        long[] shape = y.shape();
        long[] grouped = new long[shape.length + 1];
        grouped[0] = signals;
        System.arraycopy(shape, 0, grouped, 1, shape.length);
        grouped[1] = microBatch;
        return y.reshape(grouped).slice(0, 1).dup('c');
    }

    /** Draws the replacements of samples in parallel; a short last micro-batch gets weights of zero. */
    private void fill(long firstSample, int count, float weight) {
        FloatBuffer weights = Buffers.of(graph.weights());
        for (int n = 0; n < microBatch; n++) {
            weights.put(n, n < count ? weight : 0);
        }
        List<Block> blocks = layout.blocks();
        IntStream.range(0, count * blocks.size()).parallel().forEach(job -> {
            int block = job / count;
            int n = job % count;
            int size = blocks.get(block).cells() * blocks.get(block).dimension();
            float[][] values = new float[signals][size];
            perturbations.draw(firstSample + n, block, values);
            FloatBuffer target = Buffers.of(graph.replacements().get(block));
            for (int b = 0; b < signals; b++) {
                target.put((b * microBatch + n) * size, values[b]);
            }
        });
    }

    /**
     * What was estimated, one entry for each signal.
     *
     * @param distortion the mean distortion
     * @param probability the mean probability of the label
     */
    record Estimate(double[] distortion, double[] probability) {
        private void add(DistortionGraph.Values values) {
            for (int b = 0; b < distortion.length; b++) {
                distortion[b] += values.distortion().getDouble(b);
                probability[b] += values.probability().getDouble(b);
            }
        }
    }
}
