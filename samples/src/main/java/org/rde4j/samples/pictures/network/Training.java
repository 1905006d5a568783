package org.rde4j.samples.pictures.network;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Cancellation;
import org.rde4j.RdeException;
import org.rde4j.nd4j.checkpoint.Checkpoint;
import org.rde4j.samples.pictures.Outline;
import org.rde4j.samples.pictures.PictureSet;

/**
 * How a {@link PictureNetwork} is trained: Adam with step sizes that rise and fall twice, on pictures that are all
 * drawn once and never again, so that nothing can be learnt by heart.
 *
 * @param seed of the initial weights and the pictures
 * @param side the height and width of the pictures, at least 32
 * @param steps the number of updates, at least 1
 * @param batch the pictures in one update, at least 2
 * @param stepSize the largest step size of Adam, greater than 0
 * @param reportEvery the steps between two reports, and between two checkpoints, at least 1
 * @param checkpoint a file to continue from, and to leave checkpoints in
 */
public record Training(
        long seed, int side, int steps, int batch, double stepSize, int reportEvery, Optional<Path> checkpoint) {
    /** How the bundled network was trained: 6000 steps of 32 pictures of 128×128, step size 0.004. */
    public static final Training BUNDLED = new Training(1, PictureSet.SIDE, 6000, 32, 0.004, 250, Optional.empty());

    private static final int VALIDATED = 240;

    /** Checks the ranges. */
    public Training {
        check(side >= 32, "side of the pictures", side, "at least 32");
        check(steps >= 1, "number of steps", steps, "at least 1");
        check(batch >= 2, "number of pictures in a batch", batch, "at least 2");
        check(stepSize > 0, "step size", stepSize, "greater than 0");
        check(reportEvery >= 1, "number of steps between reports", reportEvery, "at least 1");
    }

    private static void check(boolean holds, String name, Number value, String rule) {
        if (!holds) {
            throw new RdeException(
                    "The %s (%s) must be %s.".formatted(name, value, rule), "Maybe leave it at its default.");
        }
    }

    /**
     * With another seed.
     *
     * @param newSeed any number
     * @return the changed training
     */
    public Training seed(long newSeed) {
        return new Training(newSeed, side, steps, batch, stepSize, reportEvery, checkpoint);
    }

    /**
     * With pictures of another size.
     *
     * @param newSide at least 32
     * @return the changed training
     */
    public Training side(int newSide) {
        return new Training(seed, newSide, steps, batch, stepSize, reportEvery, checkpoint);
    }

    /**
     * With another number of updates.
     *
     * @param newSteps at least 1
     * @return the changed training
     */
    public Training steps(int newSteps) {
        return new Training(seed, side, newSteps, batch, stepSize, reportEvery, checkpoint);
    }

    /**
     * With another number of pictures in an update.
     *
     * @param newBatch at least 2
     * @return the changed training
     */
    public Training batch(int newBatch) {
        return new Training(seed, side, steps, newBatch, stepSize, reportEvery, checkpoint);
    }

    /**
     * With reports, and checkpoints, at other intervals.
     *
     * @param newSteps at least 1
     * @return the changed training
     */
    public Training reportEvery(int newSteps) {
        return new Training(seed, side, steps, batch, stepSize, newSteps, checkpoint);
    }

    /**
     * Leaving checkpoints in a file, and continuing from it if it is there.
     *
     * @param file the checkpoint
     * @return the changed training
     */
    public Training checkpoint(Path file) {
        return new Training(seed, side, steps, batch, stepSize, reportEvery, Optional.of(file));
    }

    /**
     * Pictures to measure the final accuracy on; none of them is trained on or looked at before.
     *
     * @return a set of the same side
     */
    public PictureSet test() {
        return new PictureSet(~seed - 1, side);
    }

    private PictureSet validation() {
        return new PictureSet(~seed, side);
    }

    /**
     * Where a training has got to.
     *
     * @param step the number of updates so far
     * @param loss the mean cross-entropy since the last report
     * @param trained the share of right answers since the last report, before each update
     * @param unseen the share of right answers on unseen pictures
     * @param seconds the time since the last report
     */
    public record Progress(int step, double loss, double trained, double unseen, double seconds) {}

    /** Hears about the progress of a training. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called after every {@link Training#reportEvery()} steps and after the last.
         *
         * @param progress where the training has got to
         */
        void progressed(Progress progress);
    }

    /**
     * Trains a network.
     *
     * @param listener hears about the progress
     * @return the trained network
     * @throws RdeException if the checkpoint belongs to another training or cannot be read or written
     */
    public PictureNetwork run(Listener listener) {
        return run(listener, new Cancellation());
    }

    /**
     * Trains a network, unless it is stopped; its state is then in the checkpoint, if there is one.
     *
     * @param listener hears about the progress
     * @param cancellation stops the training before its next step, as an interrupt of this thread does
     * @return the trained network
     * @throws RdeException if the checkpoint belongs to another training or cannot be read or written
     * @throws java.util.concurrent.CancellationException if it was stopped
     */
    public PictureNetwork run(Listener listener, Cancellation cancellation) {
        PictureNetwork network = PictureNetwork.create(Outline.values().length, seed);
        Checkpoint file = new Checkpoint(checkpoint, "training", fingerprint());
        State state = new State(network);
        file.load(state);
        PictureSet pictures = new PictureSet(seed, side);
        ExecutorService drawing = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "pictures");
            thread.setDaemon(true);
            return thread;
        });
        try {
            file.keeping(state, () -> {
                CompletableFuture<Batch> next = draw(pictures, state.step, drawing);
                while (state.step < steps) {
                    cancellation.check();
                    Batch now = next.join();
                    next = draw(pictures, state.step + 1, drawing);
                    update(network, now, state.step, state.report);
                    state.step++;
                    if (state.step % reportEvery == 0 || state.step == steps) {
                        Report report = state.report;
                        state.report = new Report();
                        file.save(state);
                        listener.progressed(report.progress(state.step, accuracy(network, validation(), VALIDATED)));
                    }
                }
            });
        } finally {
            drawing.shutdownNow();
        }
        return network;
    }

    private CompletableFuture<Batch> draw(PictureSet pictures, int step, ExecutorService drawing) {
        return CompletableFuture.supplyAsync(() -> Batch.draw(pictures, (long) step * batch, batch), drawing);
    }

    private void update(PictureNetwork network, Batch now, int step, Report report) {
        try (INDArray values = now.pictures()) {
            report.add(network.differentiate(values, now.labels()), now.labels().length);
        }
        double size = stepSize(step);
        network.parameters().forEach(parameter -> parameter.update(size, step));
    }

    /** Two cycles (warm restarts, Loshchilov and Hutter 2017): three fifths of the steps, then the rest at half size. */
    double stepSize(int step) {
        int first = (int) Math.ceil(0.6 * steps);
        return step < first ? cycle(stepSize, step, first) : cycle(stepSize / 2, step - first, steps - first);
    }

    /** Rises over the first twentieth of the steps, then falls along half a cosine. */
    private static double cycle(double largest, int step, int steps) {
        double rise = Math.max(1, 0.05 * steps);
        double fall = (step - rise) / Math.max(1, steps - rise);
        return largest * (step < rise ? (step + 1) / (rise + 1) : 0.5 * (1 + StrictMath.cos(Math.PI * fall)));
    }

    /** Everything that decides what the weights become. */
    private String fingerprint() {
        return "rde4j pictures, seed %s, side %s, %s steps of %s, step size %s"
                .formatted(seed, side, steps, batch, stepSize);
    }

    /** How far the training is, and every array that it changes. */
    private static final class State implements Checkpoint.State {
        private final PictureNetwork network;
        private int step;
        private Report report = new Report();

        State(PictureNetwork network) {
            this.network = network;
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeInt(step);
            report.write(out);
            for (INDArray array : network.state().toList()) {
                Checkpoint.write(out, array);
            }
        }

        @Override
        public void read(DataInputStream in) throws IOException {
            step = in.readInt();
            report.read(in);
            for (INDArray array : network.state().toList()) {
                Checkpoint.read(in, array);
            }
        }
    }

    /**
     * The share of right answers.
     *
     * @param network the network
     * @param pictures where from
     * @param count how many pictures, from the first
     * @return in [0, 1]
     */
    public static double accuracy(PictureNetwork network, PictureSet pictures, int count) {
        int right = 0;
        for (int first = 0; first < count; first += 40) {
            Batch batch = Batch.draw(pictures, first, Math.min(40, count - first));
            float[][] logits;
            try (INDArray values = batch.pictures()) {
                logits = network.logits(values);
            }
            for (int i = 0; i < logits.length; i++) {
                right += PictureNetwork.largest(logits[i]) == batch.labels()[i] ? 1 : 0;
            }
        }
        return (double) right / count;
    }

    /** Sums since the last report. */
    private static final class Report {
        private final long started = System.nanoTime();
        private double loss;
        private int right;
        private int pictures;
        private int batches;

        void add(PictureNetwork.Outcome outcome, int count) {
            loss += outcome.loss();
            right += outcome.right();
            pictures += count;
            batches++;
        }

        void write(DataOutputStream out) throws IOException {
            out.writeDouble(loss);
            out.writeInt(right);
            out.writeInt(pictures);
            out.writeInt(batches);
        }

        void read(DataInputStream in) throws IOException {
            loss = in.readDouble();
            right = in.readInt();
            pictures = in.readInt();
            batches = in.readInt();
        }

        Progress progress(int step, double unseen) {
            double seconds = (System.nanoTime() - started) / 1e9;
            return new Progress(step, loss / batches, (double) right / pictures, unseen, seconds);
        }
    }
}
