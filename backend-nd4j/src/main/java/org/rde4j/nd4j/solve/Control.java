package org.rde4j.nd4j.solve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.Run;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/** Watches over a search: tells the observer, ends it in time, keeps its state, and clocks its steps. */
public final class Control {
    private static final long SAVE_EVERY = 30_000_000_000L;
    private static final Duration FOREVER = Duration.ofDays(36500);

    private final Explainer.StepObserver observer;
    private final long end;
    private final Optional<Path> file;
    private final String fingerprint;
    private final Checkpoint checkpoint;
    private final List<Control> parts = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private long lastSaved = System.nanoTime();
    private long lastStep = System.nanoTime();
    private boolean stopped;
    private Checkpoint.@Nullable State state;

    /**
     * A watch that starts now.
     *
     * @param fingerprint of all that the answer depends on; a checkpoint of anything else is refused
     */
    public Control(Run run, String fingerprint) {
        this(run.observer(), end(run), run.checkpoint(), fingerprint);
    }

    private Control(Explainer.StepObserver observer, long end, Optional<Path> file, String fingerprint) {
        this.observer = observer;
        this.end = end;
        this.file = file;
        this.fingerprint = fingerprint;
        this.checkpoint = new Checkpoint(file, "problem, model or signal", fingerprint);
    }

    private static long end(Run run) {
        return run.timeBudget()
                .filter(time -> time.compareTo(FOREVER) < 0)
                .map(time -> System.nanoTime() + time.toNanos())
                .orElse(Long.MAX_VALUE);
    }

    /** The watch over one of so many tasks that are solved one by one; of several, each has a file of its own. */
    Control part(int task, int tasks) {
        Optional<Path> own = tasks == 1 ? file : file.map(path -> path.resolveSibling(path.getFileName() + "." + task));
        Control part = new Control(observer, end, own, fingerprint);
        parts.add(part);
        return part;
    }

    /** Names the search whose state is kept, and brings it back to where it was saved, if it was. */
    void resume(Checkpoint.State search) {
        state = search;
        checkpoint.load(search);
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

    /** Whether the time is over; if so, the state is saved for another run. */
    boolean isOver() {
        if (!stopped && System.nanoTime() >= end) {
            stopped = true;
            save();
        }
        return stopped;
    }

    private void save() {
        if (state != null) {
            checkpoint.save(state);
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
    }

    /** Called when the answer is complete: checkpoints are of no more use unless time ended the search. */
    public void finished() {
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
}
