package org.rde4j.nd4j.explain;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.solve.Distortions.Estimate;
import org.rde4j.nd4j.solve.Distortions.Samples;

/**
 * The expected distortion and its gradient for rows, each a signal with a mask, estimated by averaging over
 * samples. Rows and samples that are too many for one run of the graph come one part after the other.
 */
final class MonteCarlo {
    private final DistortionGraph graph;
    private final MaskLayout layout;
    private final Perturbations perturbations;
    private final Optional<BernoulliRelaxation> draw;
    private final NoiseStream noise;
    private final Batch batch;
    private final int rows;
    private final int microBatch;
    private long evaluations;

    /**
     * An estimator for a batch of signals.
     *
     * @param graph whose arrays it writes to, so that no other estimator may use it at the same time
     * @param draw as the graph's
     * @param noise where drawn masks come from
     */
    MonteCarlo(
            DistortionGraph graph,
            MaskLayout layout,
            Perturbations perturbations,
            Optional<BernoulliRelaxation> draw,
            NoiseStream noise,
            Batch batch) {
        this.graph = graph;
        this.layout = layout;
        this.perturbations = perturbations;
        this.draw = draw;
        this.noise = noise;
        this.batch = batch;
        this.rows = (int) graph.clean().size(0);
        this.microBatch = (int) graph.weights().length();
    }

    /** How many rows one run of the graph takes. */
    int rows() {
        return rows;
    }

    /** How many samples are worth drawing when so many are asked for. */
    int worthwhile(int samples) {
        return perturbations.random() || draw.isPresent() ? samples : 1;
    }

    /** Forward passes of the model so far. */
    long evaluations() {
        return evaluations;
    }

    /**
     * Estimates the distortion.
     *
     * @param signals the signal of each row
     * @param masks the mask of each row, blocks one after the other
     * @param samples the samples to average over
     * @param gradients where the gradient of each row is added, or an empty array for none
     */
    Estimate at(int[] signals, float[][] masks, Samples samples, float[][] gradients) {
        int wanted = worthwhile(samples.count());
        double[] distortion = new double[signals.length];
        double[] probability = new double[signals.length];
        parts(signals, masks, new Samples(samples.first(), wanted), (from, count, first, drawn) -> {
            weigh(drawn, 1f / wanted);
            evaluations += (long) count * drawn;
            DistortionGraph.Values values = graph.run(gradients.length > 0);
            for (int i = 0; i < count; i++) {
                distortion[from + i] += values.distortion().getDouble(i);
                int row = i;
                probability[from + i] +=
                        values.probability().map(p -> p.getDouble(row)).orElse(Double.NaN);
            }
            if (gradients.length > 0) {
                layout.add(values.gradients(), Arrays.copyOfRange(gradients, from, from + count));
            }
        });
        return new Estimate(distortion, probability);
    }

    /**
     * The distortion of each sample, and the model's outputs on it.
     *
     * @param signal one of the batch
     * @param mask its mask
     */
    Single each(int signal, float[] mask, Samples samples) {
        int m = batch.outputs().get(signal).length;
        double[] distortion = new double[samples.count()];
        float[] outputs = new float[samples.count() * m];
        parts(new int[] {signal}, new float[][] {mask}, samples, (from, count, first, drawn) -> {
            evaluations += drawn;
            DistortionGraph.Single values = graph.runEach();
            int offset = (int) (first - samples.first());
            for (int n = 0; n < drawn; n++) {
                distortion[offset + n] = values.distortion().getDouble(0, n);
            }
            System.arraycopy(Buffers.values(values.outputs()), 0, outputs, offset * m, drawn * m);
        });
        return new Single(distortion, outputs);
    }

    /** One obfuscation of a signal, channels last. */
    INDArray obfuscate(int signal, float[] mask, long sample) {
        INDArray[] result = new INDArray[1];
        parts(new int[] {signal}, new float[][] {mask}, new Samples(sample, 1), (from, count, first, drawn) -> {
            result[0] = graph.obfuscate().slice(0).dup('c');
        });
        return result[0];
    }

    /** Writes part after part of the rows and samples to the graph's arrays. */
    private void parts(int[] signals, float[][] masks, Samples samples, Part part) {
        for (int from = 0; from < signals.length; from += rows) {
            int count = Math.min(rows, signals.length - from);
            int[] chunk = Arrays.copyOfRange(signals, from, from + count);
            float[][] theirs = Arrays.copyOfRange(masks, from, from + count);
            write(chunk);
            layout.write(theirs, graph.masks(), graph.kept());
            for (int done = 0; done < samples.count(); done += microBatch) {
                int drawn = Math.min(microBatch, samples.count() - done);
                fill(chunk, theirs, samples.first() + done, drawn);
                part.run(from, count, samples.first() + done, drawn);
            }
        }
    }

    private void write(int[] signals) {
        for (int row = 0; row < signals.length; row++) {
            int b = signals[row];
            // Other estimators write to the same graph, so rows are known by the coefficients that they hold.
            if (graph.held()[row] == batch.coefficients().get(b)) {
                continue;
            }
            graph.held()[row] = batch.coefficients().get(b);
            for (int i = 0; i < layout.blocks().size(); i++) {
                float[] h = batch.coefficients().get(b)[i];
                Buffers.of(graph.coefficients().get(i)).put(row * h.length, h);
            }
            float[] clean = batch.outputs().get(b);
            float[] label = new float[clean.length];
            if (batch.labels()[b] >= 0) {
                label[batch.labels()[b]] = 1;
            }
            Buffers.of(graph.clean()).put(row * clean.length, clean);
            Buffers.of(graph.labels()).put(row * clean.length, label);
        }
    }

    /** A short last micro-batch gets weights of zero. */
    private void weigh(int drawn, float weight) {
        FloatBuffer weights = Buffers.of(graph.weights());
        for (int n = 0; n < microBatch; n++) {
            weights.put(n, n < drawn ? weight : 0);
        }
    }

    /** Draws replacements, and masks if they are drawn, in parallel. */
    private void fill(int[] signals, float[][] masks, long firstSample, int count) {
        List<String> inputs = List.copyOf(graph.drawn().keySet());
        IntStream.range(0, count * inputs.size()).parallel().forEach(job -> {
            String input = inputs.get(job / count);
            int n = job % count;
            INDArray target = graph.drawn().get(input);
            float[][] values = new float[signals.length][(int) target.length() / (rows * microBatch)];
            perturbations.draws().get(input).fill(firstSample + n, signals, values);
            put(values, target, n);
        });
        draw.ifPresent(bernoulli -> IntStream.range(0, count * layout.blocks().size())
                .parallel()
                .forEach(job -> {
                    fillMasks(bernoulli, masks, firstSample, job / count, job % count);
                }));
    }

    private void fillMasks(BernoulliRelaxation bernoulli, float[][] masks, long firstSample, int index, int n) {
        Block block = layout.blocks().get(index);
        float[] logistic = new float[block.components()];
        // Negative numbers are no blocks' own, so replacements and masks are drawn apart.
        ConcreteMask.noise(noise.at(firstSample + n, -1 - index), logistic);
        float certain = ConcreteMask.certain(bernoulli.temperature());
        float[] cells = block.spread(logistic, 0, graph.kept() > 0 ? certain : -certain);
        float[][] values = new float[masks.length][];
        float[][] roundings = new float[masks.length][];
        for (int row = 0; row < masks.length; row++) {
            values[row] = cells;
            if (bernoulli.straightThrough()) {
                float[] theta = block.spread(masks[row], layout.offset(index), graph.kept());
                roundings[row] = ConcreteMask.roundings(theta, cells, bernoulli.temperature());
            }
        }
        put(values, graph.chances().get(index), n);
        if (bernoulli.straightThrough()) {
            put(roundings, graph.roundings().get(index), n);
        }
    }

    /** Writes one sample of each row. */
    private void put(float[][] values, INDArray into, int sample) {
        FloatBuffer target = Buffers.of(into);
        for (int row = 0; row < values.length; row++) {
            target.put((row * microBatch + sample) * values[row].length, values[row]);
        }
    }

    /** Uses what was written for some rows and samples. */
    @FunctionalInterface
    private interface Part {
        void run(int firstRow, int rows, long firstSample, int samples);
    }

    /**
     * What was measured sample by sample.
     *
     * @param distortion of each
     * @param outputs m model outputs for each
     */
    record Single(double[] distortion, float[] outputs) {}
}
