package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.Run;
import org.rde4j.nd4j.checkpoint.Checkpoint;
import org.rde4j.nd4j.engine.Lanes;
import org.rde4j.nd4j.engine.Stopping;

/**
 * Watches over a search: tells the observer, ends it in time or when it is cancelled, keeps its state, and clocks its
 * steps. A search changes its state only by whole steps, so that what is kept at any moment is good to go on from.
 */
public final class Control {
    private static final long SAVE_EVERY = 30_000_000_000L;
    private static final Duration FOREVER = Duration.ofDays(36500);

    private final Explainer.StepObserver observer;
    private final long end;
    private final Optional<Path> file;
    private final String fingerprint;
    private final Checkpoint checkpoint;
    private final LongSupplier evaluations;
    private final long evaluatedAtStart;
    private final List<Control> parts = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private final long started;
    private long lastSaved = System.nanoTime();
    private long lastStep = System.nanoTime();
    private boolean stopped;
    private boolean complete;
    private Spent before = new Spent(0, 0);
    private int leastMeasured = Integer.MAX_VALUE;
    private Checkpoint.@Nullable State state;

    /**
     * A watch that started when the solution did.
     *
     * @param start when that was, in nanoseconds
     * @param fingerprint of all that the answer depends on; a checkpoint of anything else is refused
     * @param evaluations counts the forward passes of the model
     */
    public Control(Run run, long start, String fingerprint, LongSupplier evaluations) {
        this(run.observer(), start, end(run, start), run.checkpoint(), fingerprint, evaluations);
    }

    private Control(
            Explainer.StepObserver observer,
            long start,
            long end,
            Optional<Path> file,
            String fingerprint,
            LongSupplier evaluations) {
        this.observer = observer;
        this.started = start;
        this.end = end;
        this.file = file;
        this.fingerprint = fingerprint;
        this.checkpoint = new Checkpoint(file, "problem, model or signal", fingerprint);
        this.evaluations = evaluations;
        this.evaluatedAtStart = evaluations.getAsLong();
    }

    private static long end(Run run, long start) {
        return run.timeBudget()
                .filter(time -> time.compareTo(FOREVER) < 0)
                .map(time -> start + time.toNanos())
                .orElse(Long.MAX_VALUE);
    }

    /**
     * What work cost.
     *
     * @param evaluations forward passes of the model
     * @param nanos the time
     */
    private record Spent(long evaluations, long nanos) {
        Spent plus(Spent other) {
            return new Spent(evaluations + other.evaluations, nanos + other.nanos);
        }
    }

    /** Does all of the work; if it is cancelled, its state is kept, and if it is complete, it is of no more use. */
    public <T> T keeping(Supplier<T> work) {
        checkpoint.requireFolder();
        try {
            T result = work.get();
            finished();
            return result;
        } catch (CancellationException e) {
            keep(e);
            parts.stream().filter(part -> !part.complete).forEach(part -> part.keep(e));
            throw e;
        }
    }

    /** What cannot be saved is told of together with the cancellation. */
    private void keep(CancellationException cancelled) {
        try {
            save();
        } catch (RdeException e) {
            cancelled.addSuppressed(e);
        }
    }

    /** The watch over one of so many tasks that are solved one by one; of several, each has a file of its own. */
    Control part(int task, int tasks) {
        Optional<Path> own = tasks == 1 ? file : file.map(path -> path.resolveSibling(path.getFileName() + "." + task));
        Control part = new Control(observer, System.nanoTime(), end, own, fingerprint, evaluations);
        parts.add(part);
        return part;
    }

    /** Names the search whose state is kept, and brings it back to where it was saved, if it was. */
    void resume(Checkpoint.State search) {
        state = search;
        checkpoint.load(new Kept(search));
        lastStep = System.nanoTime();
    }

    /** Called after every step of a search. */
    void afterStep(Explanation.Step step) {
        long now = System.nanoTime();
        nanos.add(now - lastStep);
        if (now - lastSaved > SAVE_EVERY) {
            save();
            lastSaved = now;
        }
        observer.onStep(step);
        lastStep = System.nanoTime();
    }

    /** Tells how far a round has got. */
    void tried(long candidates, long of) {
        observer.onProgress(Explainer.Stage.CANDIDATES, candidates, of);
    }

    /**
     * Watches over a final measurement: when the time is over, it ends with the samples that it has.
     *
     * @param drawn how many samples so many runs have
     * @param of how many there are to be
     */
    public Lanes.Watch measurement(IntUnaryOperator drawn, int of) {
        return runs -> {
            int done = Math.min(of, drawn.applyAsInt(runs));
            observer.onProgress(Explainer.Stage.MEASUREMENT, done, of);
            if (done == of || !isOver()) {
                Stopping.check();
                return true;
            }
            leastMeasured = Math.min(leastMeasured, done);
            return false;
        };
    }

    /** What an answer says about final measurements that the time ended. */
    public List<String> measurementWarnings() {
        return leastMeasured < Integer.MAX_VALUE
                ? List.of(
                        "The time budget ended the final measurement after %s samples, so its numbers are less sure. Maybe give it more time."
                                .formatted(leastMeasured))
                : List.of();
    }

    /** Forward passes of the model, those before an interruption included. */
    public long evaluations() {
        return spent().evaluations();
    }

    /** Since the start, with the time that was spent before an interruption. */
    public double seconds() {
        return spent().nanos() / 1e9;
    }

    private Spent spent() {
        Spent spent = before.plus(new Spent(evaluations.getAsLong() - evaluatedAtStart, System.nanoTime() - started));
        for (Control part : parts) {
            spent = spent.plus(part.before);
        }
        return spent;
    }

    /**
     * Whether the time is over; if so, the state is saved for another run.
     *
     * @throws CancellationException if the search is to stop
     */
    boolean isOver() {
        Stopping.check();
        if (!stopped && System.nanoTime() >= end) {
            stopped = true;
            save();
        }
        return stopped;
    }

    private void save() {
        if (state != null) {
            checkpoint.save(new Kept(state));
        }
    }

    /** Whether the search was ended by the time budget. */
    boolean stopped() {
        return stopped;
    }

    /** Keeps the end of one of several searches, in case that a later one is interrupted. */
    void completed() {
        if (!stopped) {
            save();
        }
        complete = true;
    }

    /** Called when the answer is complete: checkpoints are of no more use unless time ended the search. */
    private void finished() {
        if (!stopped && parts.stream().noneMatch(Control::stopped)) {
            checkpoint.delete();
            parts.forEach(part -> part.checkpoint.delete());
        }
    }

    /** What an answer says about the steps, rounds or masks that it did. */
    List<String> warnings(int done, int planned, String what) {
        return stopped
                ? List.of("The time budget ended the search after %s of %s %s. Maybe give it more time."
                        .formatted(done, planned, what))
                : List.of();
    }

    double medianSeconds() {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2] / 1e9;
    }

    /** A search with what it has cost so far. */
    private final class Kept implements Checkpoint.State {
        private final Checkpoint.State search;

        Kept(Checkpoint.State search) {
            this.search = search;
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            Spent spent = spent();
            out.writeLong(spent.evaluations());
            out.writeLong(spent.nanos());
            search.write(out);
        }

        @Override
        public void read(DataInputStream in) throws IOException {
            before = new Spent(in.readLong(), in.readLong());
            search.read(in);
        }
    }
}
