package org.rde4j.nd4j.explain;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.representation.Block;

/**
 * The expected distortion and its gradient at a mask, estimated by averaging over samples, a micro-batch at
 * a time.
 */
final class MonteCarlo {
    private final DistortionGraph graph;
    private final Engine engine;
    private final List<Block> blocks;
    private final Perturbations perturbations;
    private final int signals;
    private final int microBatch;
    private final Map<String, INDArray> placeholders = new HashMap<>();
    private long evaluations;

    /**
     * An estimator for a batch of signals.
     *
     * @param coefficients the coefficients by signal and block
     * @param clean the model's outputs on the clean signals [B, 1, m]
     * @param labels one-hot rows of the explained labels [B, 1, m]
     */
    MonteCarlo(
            DistortionGraph graph,
            List<Block> blocks,
            Perturbations perturbations,
            int microBatch,
            List<float[][]> coefficients,
            INDArray clean,
            INDArray labels) {
        this.graph = graph;
        this.blocks = blocks;
        this.perturbations = perturbations;
        this.signals = coefficients.size();
        this.microBatch = microBatch;
        for (int i = 0; i < blocks.size(); i++) {
            int k = blocks.get(i).components();
            int d = blocks.get(i).dimension();
            INDArray h = Buffers.zeros(signals, 1, k, d);
            for (int b = 0; b < signals; b++) {
                Buffers.of(h).put(b * k * d, coefficients.get(b)[i]);
            }
            placeholders.put(DistortionGraph.coefficients(i), h);
            placeholders.put(DistortionGraph.replacement(i), Buffers.zeros(signals, microBatch, k, d));
        }
        placeholders.put(DistortionGraph.CLEAN, clean);
        placeholders.put(DistortionGraph.LABELS, labels);
        placeholders.put(DistortionGraph.WEIGHTS, Buffers.zeros(1, microBatch));
        this.engine = Engine.of(graph.sameDiff(), placeholders);
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
        write(masks);
        for (float[] row : gradients) {
            Arrays.fill(row, 0);
        }
        Estimate total = new Estimate(new double[signals], new double[signals]);
        for (int done = 0; done < samples; done += microBatch) {
            int count = Math.min(microBatch, samples - done);
            fill(firstSample + done, count, 1f / samples);
            evaluations += (long) signals * count;
            List<String> outputs = List.of(graph.distortion(), graph.probability());
            if (gradients.length == 0) {
                total.add(engine.run(outputs), graph);
            } else {
                List<String> variables = IntStream.range(0, blocks.size())
                        .mapToObj(DistortionGraph::mask)
                        .toList();
                Engine.Result result = engine.differentiate(outputs, variables);
                total.add(result.outputs(), graph);
                accumulate(result.gradients(), gradients);
            }
        }
        return total;
    }

    /** One obfuscation of every signal, channels last, [B, …]. */
    INDArray obfuscate(float[][] masks, long sample) {
        write(masks);
        fill(sample, 1, 1);
        evaluations += signals;
        INDArray y = engine.run(List.of(graph.obfuscated())).get(graph.obfuscated());
        long[] shape = y.shape().clone();
        long[] grouped = new long[shape.length + 1];
        grouped[0] = signals;
        System.arraycopy(shape, 0, grouped, 1, shape.length);
        grouped[1] = microBatch;
        return y.reshape(grouped).slice(0, 1).dup('c');
    }

    private void write(float[][] masks) {
        int offset = 0;
        for (int i = 0; i < blocks.size(); i++) {
            int k = blocks.get(i).components();
            FloatBuffer target = Buffers.of(graph.masks().get(i));
            for (int b = 0; b < signals; b++) {
                target.put(b * k, masks[b], offset, k);
            }
            offset += k;
        }
    }

    /** Draws the replacements of samples in parallel; a short last micro-batch gets weights of zero. */
    private void fill(long firstSample, int count, float weight) {
        FloatBuffer weights = Buffers.of(placeholders.get(DistortionGraph.WEIGHTS));
        for (int n = 0; n < microBatch; n++) {
            weights.put(n, n < count ? weight : 0);
        }
        IntStream.range(0, count * blocks.size()).parallel().forEach(job -> {
            int block = job / count;
            int n = job % count;
            int size = blocks.get(block).components() * blocks.get(block).dimension();
            float[][] values = new float[signals][size];
            perturbations.draw(firstSample + n, block, values);
            FloatBuffer target = Buffers.of(placeholders.get(DistortionGraph.replacement(block)));
            for (int b = 0; b < signals; b++) {
                target.put((b * microBatch + n) * size, values[b]);
            }
        });
    }

    private void accumulate(Map<String, INDArray> from, float[][] gradients) {
        int offset = 0;
        for (int i = 0; i < blocks.size(); i++) {
            int k = blocks.get(i).components();
            float[] values = Buffers.values(from.get(DistortionGraph.mask(i)));
            for (int b = 0; b < signals; b++) {
                for (int c = 0; c < k; c++) {
                    gradients[b][offset + c] += values[b * k + c];
                }
            }
            offset += k;
        }
    }

    /**
     * What was estimated, one entry for each signal.
     *
     * @param distortion the mean distortion
     * @param probability the mean probability of the label
     */
    record Estimate(double[] distortion, double[] probability) {
        private void add(Map<String, INDArray> outputs, DistortionGraph graph) {
            for (int b = 0; b < distortion.length; b++) {
                distortion[b] += outputs.get(graph.distortion()).getDouble(b);
                probability[b] += outputs.get(graph.probability()).getDouble(b);
            }
        }
    }
}
