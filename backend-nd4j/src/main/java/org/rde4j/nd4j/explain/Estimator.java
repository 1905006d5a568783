package org.rde4j.nd4j.explain;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
    private final int rowsOfRun;
    private final int microBatch;

    /**
     * An estimator for a batch of signals.
     *
     * @param graphs whose arrays it writes to, so that no other estimator may use them at the same time; the
     *     explainer's turnstile sees to that
     * @param draw how masks are drawn, or empty for masks as they are given; graphs then have one for each sample
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
        this.rowsOfRun = graphs.rows();
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
        return Math.max(1, rowsOfRun * LaneGraphs.SIDE_BY_SIDE / tasks[0].length);
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
        Estimate single = ofRows(new Rows(signals, rowsOf(masks, owners)), samples, slopes);
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

    @Override
    public Estimate perSample(int task, float[] mask, Samples samples, Slopes slopes, float[][] gradients) {
        int different = worthwhile(samples.count());
        int[] signals = tasks[task];
        double[] distortion = new double[samples.count()];
        double[] probability = new double[samples.count()];
        for (float[] gradient : gradients) {
            Arrays.fill(gradient, 0);
        }
        float share = 1f / signals.length;
        Rows rows = new Rows(signals, Collections.nCopies(signals.length, mask).toArray(float[][]::new));
        parts(rows, new Samples(samples.first(), different), Lanes.Watch.STOPPING, (graph, part, masks) -> {
            if (microBatch > 1) {
                throw new IllegalStateException("One run adds up the gradients of %s samples.".formatted(microBatch));
            }
            weigh(graph, 1, share);
            DistortionGraph.Values values = graph.run(gradients.length > 0);
            return () -> {
                evaluations.add(part.size());
                float[][] theirs = new float[part.size()][];
                for (int i = 0; i < part.size(); i++) {
                    int sample = (int) (part.firsts()[i] - samples.first());
                    add(values, i, distortion, probability, sample);
                    theirs[i] = gradients.length > 0 ? gradients[sample] : theirs[i];
                }
                if (gradients.length > 0) {
                    add(values.gradients(), slopes == Slopes.OF_CHANCES ? masks : Optional.empty(), theirs);
                }
            };
        });
        for (int n = different; n < samples.count(); n++) {
            distortion[n] = distortion[0];
            probability[n] = probability[0];
            if (gradients.length > 0) {
                System.arraycopy(gradients[0], 0, gradients[n], 0, mask.length);
            }
        }
        return new Estimate(distortion, probability);
    }

    /** Estimates rows; gradients are added. */
    private Estimate ofRows(Rows rows, Samples samples, float[][] gradients) {
        int wanted = worthwhile(samples.count());
        double[] distortion = new double[rows.count()];
        double[] probability = new double[rows.count()];
        int runs = parts(rows, new Samples(samples.first(), wanted), watch, (graph, part, masks) -> {
            weigh(graph, part.drawn(), 1f / wanted);
            DistortionGraph.Values values = graph.run(gradients.length > 0);
            return () -> {
                evaluations.add((long) part.size() * part.drawn());
                for (int i = 0; i < part.size(); i++) {
                    add(values, i, distortion, probability, part.rows()[i]);
                }
                if (gradients.length > 0) {
                    add(
                            values.gradients(),
                            masks,
                            Arrays.stream(part.rows())
                                    .mapToObj(row -> gradients[row])
                                    .toArray(float[][]::new));
                }
            };
        });
        if (rows.count() == 1 && drawn(runs) < wanted) {
            double share = (double) drawn(runs) / wanted;
            return new Estimate(
                    Arrays.stream(distortion).map(sum -> sum / share).toArray(),
                    Arrays.stream(probability).map(sum -> sum / share).toArray());
        }
        return new Estimate(distortion, probability);
    }

    private static void add(
            DistortionGraph.Values values, int position, double[] distortion, double[] probability, int to) {
        distortion[to] += values.distortion().getDouble(position);
        probability[to] += values.probability().map(p -> p.getDouble(position)).orElse(Double.NaN);
    }

    /** Adds the gradients of masks, or of what they were drawn from, to those of rows. */
    private void add(List<INDArray> gradients, Optional<ConcreteMask[]> drawn, float[][] rows) {
        if (drawn.isEmpty()) {
            layout.add(gradients, rows);
            return;
        }
        ConcreteMask[] masks = drawn.get();
        float[][] each = new float[masks.length][components()];
        layout.add(gradients, each);
        for (int i = 0; i < each.length; i++) {
            float[] row = rows[i / microBatch];
            for (int c = 0; c < row.length; c++) {
                row[c] += each[i][c] * masks[i].slopes()[c];
            }
        }
    }

    /** How many samples of one row so many runs have, unless fewer are wanted. */
    int drawn(int runs) {
        return runs * (microBatch == 1 ? rowsOfRun : microBatch);
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
        parts(Rows.of(signal, mask), samples, Lanes.Watch.STOPPING, (graph, part, masks) -> {
            DistortionGraph.Single values = graph.runEach();
            return () -> {
                evaluations.add((long) part.size() * part.drawn());
                float[] all = values.probabilities().map(Buffers::values).orElse(new float[0]);
                int labels = all.length / (rowsOfRun * microBatch);
                for (int i = 0; i < part.size(); i++) {
                    int offset = (int) (part.firsts()[i] - samples.first());
                    for (int n = 0; n < part.drawn(); n++) {
                        distortion[offset + n] = values.distortion().getDouble(i, n);
                        if (labels > 0) {
                            int from = (i * microBatch + n) * labels;
                            probabilities[offset + n] = Arrays.copyOfRange(all, from, from + labels);
                        }
                    }
                }
            };
        });
        return new Single(distortion, probabilities);
    }

    /** One obfuscation of a signal, channels last. */
    INDArray obfuscate(int signal, float[] mask, long sample) {
        INDArray[] result = new INDArray[1];
        parts(
                Rows.of(signal, mask),
                new Samples(sample, 1),
                Lanes.Watch.STOPPING,
                (graph, part, masks) ->
                        () -> result[0] = graph.obfuscate().slice(0).dup('c'));
        return result[0];
    }

    /**
     * Writes part after part of the rows and samples to a graph's arrays, and returns how many parts were used. A row of
     * a run has the samples of a micro-batch; where that is a single one, the same row may come several times.
     */
    private int parts(Rows rows, Samples samples, Lanes.Watch watch, Use use) {
        int perRow = (samples.count() + microBatch - 1) / microBatch;
        int together = microBatch == 1 ? rows.count() * perRow : rows.count();
        int chunks = (together + rowsOfRun - 1) / rowsOfRun;
        int runs = microBatch == 1 ? chunks : chunks * perRow;
        int lanes = graphs.lanes();
        boolean alone = Math.min(lanes, runs) <= 1;
        return Lanes.run(runs, lanes, watch, (lane, index) -> {
            Part part;
            if (microBatch == 1) {
                int from = index * rowsOfRun;
                int[] cells = IntStream.range(from, Math.min(together, from + rowsOfRun))
                        .toArray();
                part = new Part(
                        Arrays.stream(cells).map(cell -> cell / perRow).toArray(),
                        Arrays.stream(cells)
                                .mapToLong(cell -> samples.first() + cell % perRow)
                                .toArray(),
                        1);
            } else {
                int from = index / perRow * rowsOfRun;
                int done = index % perRow * microBatch;
                int[] theirs = IntStream.range(from, Math.min(together, from + rowsOfRun))
                        .toArray();
                long[] firsts = new long[theirs.length];
                Arrays.fill(firsts, samples.first() + done);
                part = new Part(theirs, firsts, Math.min(microBatch, samples.count() - done));
            }
            DistortionGraph graph = graphs.of(lane);
            Rows chunk = rows.at(part.rows());
            write(graph, chunk.signals());
            Optional<ConcreteMask[]> masks = draw.map(how -> drawn(how, chunk, part, alone));
            layout.write(
                    masks.map(all ->
                                    Arrays.stream(all).map(ConcreteMask::values).toArray(float[][]::new))
                            .orElse(chunk.masks()),
                    graph.masks(),
                    graph.kept());
            fill(graph, chunk, part, alone);
            return use.of(graph, part, masks);
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

    /** One mask for each sample of each row, those of a short last micro-batch included. */
    private ConcreteMask[] drawn(BernoulliRelaxation how, Rows chunk, Part part, boolean alone) {
        List<Integer> counts = layout.blocks().stream().map(Block::components).toList();
        return jobs(part.size() * microBatch, alone)
                .mapToObj(i -> ConcreteMask.draw(
                        chunk.masks()[i / microBatch],
                        how,
                        counts,
                        // Negative numbers are no blocks' own, so replacements and masks are drawn apart.
                        block -> noise.at(part.firsts()[i / microBatch] + i % microBatch, -1 - block)))
                .toArray(ConcreteMask[]::new);
    }

    /** Draws replacements; in parallel unless other lanes draw at the same time. */
    private void fill(DistortionGraph graph, Rows chunk, Part part, boolean alone) {
        List<String> inputs = List.copyOf(graph.drawn().keySet());
        List<Draws> draws = part.draws();
        jobs(draws.size() * inputs.size(), alone).forEach(job -> {
            String input = inputs.get(job / draws.size());
            Draws draw = draws.get(job % draws.size());
            INDArray target = graph.drawn().get(input);
            float[][] values = new float[draw.positions().length][(int) target.length() / (rowsOfRun * microBatch)];
            perturbations
                    .draws()
                    .get(input)
                    .fill(draw.number(), chunk.at(draw.positions()).signals(), values);
            put(values, target, draw);
        });
    }

    private static IntStream jobs(int count, boolean alone) {
        IntStream jobs = IntStream.range(0, count);
        return alone ? jobs.parallel() : jobs;
    }

    /** Writes what was drawn for one sample of some rows. */
    private void put(float[][] values, INDArray into, Draws drawn) {
        FloatBuffer target = Buffers.of(into);
        for (int i = 0; i < values.length; i++) {
            int cell = drawn.positions()[i] * microBatch + drawn.offset();
            target.put(cell * values[i].length, values[i]);
        }
    }

    /** Signals with a mask each. */
    private record Rows(int[] signals, float[][] masks) {
        static Rows of(int signal, float[] mask) {
            return new Rows(new int[] {signal}, new float[][] {mask});
        }

        int count() {
            return signals.length;
        }

        Rows at(int[] positions) {
            return new Rows(
                    Arrays.stream(positions).map(i -> signals[i]).toArray(),
                    Arrays.stream(positions).mapToObj(i -> masks[i]).toArray(float[][]::new));
        }
    }

    /**
     * Some rows and samples.
     *
     * @param rows the number of each row
     * @param firsts the number of its first sample
     * @param drawn how many samples of each
     */
    private record Part(int[] rows, long[] firsts, int drawn) {
        int size() {
            return rows.length;
        }

        /** What is to be drawn: samples of the same number once for all rows that use it. */
        List<Draws> draws() {
            List<Draws> draws = new ArrayList<>();
            for (long first : Arrays.stream(firsts).distinct().toArray()) {
                int[] positions = IntStream.range(0, firsts.length)
                        .filter(i -> firsts[i] == first)
                        .toArray();
                for (int n = 0; n < drawn; n++) {
                    draws.add(new Draws(first + n, n, positions));
                }
            }
            return draws;
        }
    }

    /**
     * One sample to be drawn.
     *
     * @param number of the sample
     * @param offset where in a micro-batch it lies
     * @param positions of the rows of a run that use it
     */
    private record Draws(long number, int offset, int[] positions) {}

    /** Runs a graph to whose arrays a part was written. */
    @FunctionalInterface
    private interface Use {
        /**
         * What takes the results over; they are valid until the graph's next run.
         *
         * @param masks those of every row and sample, if they were drawn
         */
        Runnable of(DistortionGraph graph, Part part, Optional<ConcreteMask[]> masks);
    }

    /**
     * What was measured sample by sample.
     *
     * @param distortion of each
     * @param probabilities of every label for each; nulls if the problem has no label
     */
    record Single(double[] distortion, float[][] probabilities) {}
}
