package org.rde4j.nd4j.explain;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.nd4j.engine.Lanes;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.solve.Distortions;

/**
 * The expected distortion of tasks and its gradient, estimated by averaging over samples and over the signals of a task.
 * Every signal with a mask is a row of the graph; rows and samples that are too many for one run come in parts, some
 * of them side by side.
 */
final class Estimator implements Distortions {
    private final LaneGraphs graphs;
    private final MaskLayout layout;
    private final Perturbations perturbations;
    private final Optional<BernoulliRelaxation> draw;
    private final NoiseStream noise;
    private final Batch batch;
    private final int[][] tasks;
    private final Lanes.Watch watch;
    private final LongAdder evaluations;
    private final int rows;
    private final int microBatch;

    /**
     * An estimator for a batch of signals.
     *
     * @param graphs whose arrays it writes to, so that no other estimator may use them at the same time; the
     *     explainer's turnstile sees to that
     * @param draw as the graphs'
     * @param noise where drawn masks come from
     * @param tasks the signals of each task
     * @param watch is asked after every run; it may end the estimate of one row, which then is that of the samples so far
     * @param evaluations counts forward passes of the model
     */
    Estimator(
            LaneGraphs graphs,
            MaskLayout layout,
            Perturbations perturbations,
            Optional<BernoulliRelaxation> draw,
            NoiseStream noise,
            Batch batch,
            int[][] tasks,
            Lanes.Watch watch,
            LongAdder evaluations) {
        this.graphs = graphs;
        this.layout = layout;
        this.perturbations = perturbations;
        this.draw = draw;
        this.noise = noise;
        this.batch = batch;
        this.tasks = tasks;
        this.watch = watch;
        this.evaluations = evaluations;
        this.rows = graphs.rows();
        this.microBatch = graphs.samples();
    }

    @Override
    public int tasks() {
        return tasks.length;
    }

    @Override
    public int components() {
        return layout.components();
    }

    @Override
    public List<Grid> grids() {
        return layout.grids();
    }

    /** As many as fit the machine at once, wherever it has enough threads. */
    @Override
    public int rowsAtOnce() {
        return Math.max(1, rows * LaneGraphs.SIDE_BY_SIDE / tasks[0].length);
    }

    /** How many samples are worth drawing when so many are asked for. */
    int worthwhile(int samples) {
        return perturbations.random() || draw.isPresent() ? samples : 1;
    }

    @Override
    public Estimate at(int[] which, float[][] masks, Samples samples, float[][] gradients) {
        int[] owners = IntStream.range(0, which.length)
                .flatMap(i -> Arrays.stream(tasks[which[i]]).map(signal -> i))
                .toArray();
        int[] signals =
                Arrays.stream(which).flatMap(task -> Arrays.stream(tasks[task])).toArray();
        for (float[] gradient : gradients) {
            Arrays.fill(gradient, 0);
        }
        float[][] slopes = gradients.length == 0 ? gradients : rowsOf(gradients, owners);
        Estimate single = ofSignals(signals, rowsOf(masks, owners), samples, slopes);
        double[] distortion = new double[which.length];
        double[] probability = new double[which.length];
        for (int row = 0; row < signals.length; row++) {
            int size = tasks[which[owners[row]]].length;
            distortion[owners[row]] += single.distortion()[row] / size;
            probability[owners[row]] += single.probability()[row] / size;
        }
        for (int i = 0; i < gradients.length; i++) {
            scale(gradients[i], 1f / tasks[which[i]].length);
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

    /** Estimates rows; gradients are added. */
    private Estimate ofSignals(int[] signals, float[][] masks, Samples samples, float[][] gradients) {
        int wanted = worthwhile(samples.count());
        double[] distortion = new double[signals.length];
        double[] probability = new double[signals.length];
        int runs = parts(signals, masks, new Samples(samples.first(), wanted), watch, (graph, part) -> {
            weigh(graph, part.drawn(), 1f / wanted);
            DistortionGraph.Values values = graph.run(gradients.length > 0);
            return () -> {
                evaluations.add((long) part.rows() * part.drawn());
                for (int i = 0; i < part.rows(); i++) {
                    distortion[part.from() + i] += values.distortion().getDouble(i);
                    int row = i;
                    probability[part.from() + i] +=
                            values.probability().map(p -> p.getDouble(row)).orElse(Double.NaN);
                }
                if (gradients.length > 0) {
                    layout.add(
                            values.gradients(), Arrays.copyOfRange(gradients, part.from(), part.from() + part.rows()));
                }
            };
        });
        if (signals.length == 1 && drawn(runs) < wanted) {
            double share = (double) drawn(runs) / wanted;
            return new Estimate(
                    Arrays.stream(distortion).map(sum -> sum / share).toArray(),
                    Arrays.stream(probability).map(sum -> sum / share).toArray());
        }
        return new Estimate(distortion, probability);
    }

    /** How many samples of one row so many runs have, unless fewer are wanted. */
    int drawn(int runs) {
        return runs * microBatch;
    }

    /**
     * The distortion of each sample, and the probabilities of labels on it.
     *
     * @param signal one of the batch
     * @param mask its mask
     */
    Single each(int signal, float[] mask, Samples samples) {
        double[] distortion = new double[samples.count()];
        float[][] probabilities = new float[samples.count()][];
        parts(new int[] {signal}, new float[][] {mask}, samples, Lanes.Watch.STOPPING, (graph, part) -> {
            DistortionGraph.Single values = graph.runEach();
            return () -> {
                evaluations.add(part.drawn());
                int offset = (int) (part.first() - samples.first());
                for (int n = 0; n < part.drawn(); n++) {
                    distortion[offset + n] = values.distortion().getDouble(0, n);
                }
                values.probabilities().ifPresent(all -> {
                    float[] rows = Buffers.values(all);
                    int labels = (int) all.size(2);
                    for (int n = 0; n < part.drawn(); n++) {
                        probabilities[offset + n] = Arrays.copyOfRange(rows, n * labels, (n + 1) * labels);
                    }
                });
            };
        });
        return new Single(distortion, probabilities);
    }

    /** One obfuscation of a signal, channels last. */
    INDArray obfuscate(int signal, float[] mask, long sample) {
        INDArray[] result = new INDArray[1];
        parts(
                new int[] {signal},
                new float[][] {mask},
                new Samples(sample, 1),
                Lanes.Watch.STOPPING,
                (graph, part) -> () -> result[0] = graph.obfuscate().slice(0).dup('c'));
        return result[0];
    }

    /** Writes part after part of the rows and samples to a graph's arrays, and returns how many parts were used. */
    private int parts(int[] signals, float[][] masks, Samples samples, Lanes.Watch watch, Use use) {
        int perRow = (samples.count() + microBatch - 1) / microBatch;
        int chunks = (signals.length + rows - 1) / rows;
        int lanes = graphs.lanes();
        boolean alone = Math.min(lanes, chunks * perRow) <= 1;
        return Lanes.run(chunks * perRow, lanes, watch, (lane, index) -> {
            int from = index / perRow * rows;
            int to = Math.min(signals.length, from + rows);
            int done = index % perRow * microBatch;
            Part part = new Part(from, to - from, samples.first() + done, Math.min(microBatch, samples.count() - done));
            DistortionGraph graph = graphs.of(lane);
            int[] chunk = Arrays.copyOfRange(signals, from, to);
            float[][] theirs = Arrays.copyOfRange(masks, from, to);
            write(graph, chunk);
            layout.write(theirs, graph.masks(), graph.kept());
            fill(graph, chunk, theirs, part, alone);
            return use.of(graph, part);
        });
    }

    private void write(DistortionGraph graph, int[] signals) {
        for (int row = 0; row < signals.length; row++) {
            int b = signals[row];
            // Other estimators write to the same graph, so rows are known by the coefficients that they hold.
            if (graph.held()[row] == batch.coefficients().get(b)) {
                continue;
            }
            graph.held()[row] = null;
            for (int i = 0; i < layout.blocks().size(); i++) {
                float[] h = batch.coefficients().get(b)[i];
                Buffers.of(graph.coefficients().get(i)).put(row * h.length, h);
            }
            float[] clean = batch.outputs().get(b);
            Buffers.of(graph.clean()).put(row * clean.length, clean);
            float[] label = new float[(int) graph.labels().size(2)];
            if (batch.labels()[b] >= 0) {
                label[batch.labels()[b]] = 1;
            }
            Buffers.of(graph.labels()).put(row * label.length, label);
            graph.held()[row] = batch.coefficients().get(b);
        }
    }

    /** A short last micro-batch gets weights of zero. */
    private void weigh(DistortionGraph graph, int drawn, float weight) {
        FloatBuffer weights = Buffers.of(graph.weights());
        for (int n = 0; n < microBatch; n++) {
            weights.put(n, n < drawn ? weight : 0);
        }
    }

    /** Draws replacements, and masks if they are drawn; in parallel unless other lanes draw at the same time. */
    private void fill(DistortionGraph graph, int[] signals, float[][] masks, Part part, boolean alone) {
        List<String> inputs = List.copyOf(graph.drawn().keySet());
        jobs(part.drawn() * inputs.size(), alone).forEach(job -> {
            String input = inputs.get(job / part.drawn());
            int n = job % part.drawn();
            INDArray target = graph.drawn().get(input);
            float[][] values = new float[signals.length][(int) target.length() / (rows * microBatch)];
            perturbations.draws().get(input).fill(part.first() + n, signals, values);
            put(values, target, n);
        });
        draw.ifPresent(
                bernoulli -> jobs(part.drawn() * layout.blocks().size(), alone).forEach(job -> {
                    fillMasks(graph, bernoulli, masks, part.first(), job / part.drawn(), job % part.drawn());
                }));
    }

    private static IntStream jobs(int count, boolean alone) {
        IntStream jobs = IntStream.range(0, count);
        return alone ? jobs.parallel() : jobs;
    }

    private void fillMasks(
            DistortionGraph graph, BernoulliRelaxation bernoulli, float[][] masks, long firstSample, int index, int n) {
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

    /**
     * Some rows and samples.
     *
     * @param from the first row
     * @param rows how many
     * @param first the number of the first sample
     * @param drawn how many
     */
    private record Part(int from, int rows, long first, int drawn) {}

    /** Runs a graph to whose arrays a part was written. */
    @FunctionalInterface
    private interface Use {
        /** What takes the results over; they are valid until the graph's next run. */
        Runnable of(DistortionGraph graph, Part part);
    }

    /**
     * What was measured sample by sample.
     *
     * @param distortion of each
     * @param probabilities of every label for each; nulls if the problem has no label
     */
    record Single(double[] distortion, float[][] probabilities) {}
}
