package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.RdeException;
import org.rde4j.Run;
import org.rde4j.nd4j.checkpoint.Checkpoint;
import org.rde4j.nd4j.checkpoint.Records;
import org.rde4j.nd4j.engine.Lanes;
import org.rde4j.nd4j.engine.Stopping;

/**
 * Runs algorithms step by step: keeps their states in a file, ends them in time or when they are cancelled, writes
 * their histories, tells the observer and counts the cost.
 */
public final class Driver {
    private static final long SAVE_EVERY = 30_000_000_000L;
    private static final Duration FOREVER = Duration.ofDays(36500);

    private final Explainer.StepObserver observer;
    private final Checkpoint checkpoint;
    private final LongSupplier evaluations;
    private final long evaluatedAtStart;
    private final long started;
    private final long end;
    private final List<Long> secondsOfSteps = new ArrayList<>();
    private Cost before = new Cost(0, 0);
    private Checkpoint.@Nullable State state;
    private boolean overtime;
    private int leastMeasured = Integer.MAX_VALUE;
    private long lastSaved = System.nanoTime();

    /**
     * A driver of work that has begun.
     *
     * @param start when that was, in nanoseconds
     * @param fingerprint of all that the answer depends on; a checkpoint of anything else is refused
     * @param evaluations counts the forward passes of the model
     */
    public Driver(Run run, long start, String fingerprint, LongSupplier evaluations) {
        this.observer = run.observer();
        this.checkpoint = new Checkpoint(run.checkpoint(), "problem, model or signal", fingerprint);
        this.evaluations = evaluations;
        this.evaluatedAtStart = evaluations.getAsLong();
        this.started = start;
        this.end = run.timeBudget()
                .filter(time -> time.compareTo(FOREVER) < 0)
                .map(time -> start + time.toNanos())
                .orElse(Long.MAX_VALUE);
    }

    /**
     * What became of one task.
     *
     * @param solution its mask
     * @param history one entry for each step
     */
    public record Found(Solution solution, List<Explanation.Step> history) {}

    /**
     * What work cost.
     *
     * @param evaluations forward passes of the model
     * @param nanos the time
     */
    private record Cost(long evaluations, long nanos) {}

    /** Does all of the work; if it is cancelled, its state is kept, and if it is complete, it is of no more use. */
    public <T> T keeping(Supplier<T> work) {
        checkpoint.requireFolder();
        try {
            T result = work.get();
            if (!overtime) {
                checkpoint.delete();
            }
            return result;
        } catch (CancellationException e) {
            try {
                save();
            } catch (RdeException unsaved) {
                e.addSuppressed(unsaved);
            }
            throw e;
        }
    }

    /** Searches one after the other, from where they were kept, if they were. */
    public List<Found> search(List<? extends Algorithm<?>> searches) {
        Searches all = new Searches(searches);
        checkpoint.load(all);
        state = all;
        return all.run();
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
        return cost().evaluations();
    }

    /** Since the start, with the time that was spent before an interruption. */
    public double seconds() {
        return cost().nanos() / 1e9;
    }

    /** The median over the steps, or 0 if there were none. */
    public double secondsPerStep() {
        return secondsOfSteps.isEmpty()
                ? 0
                : secondsOfSteps.stream().sorted().toList().get(secondsOfSteps.size() / 2) / 1e9;
    }

    private Cost cost() {
        return new Cost(
                before.evaluations() + evaluations.getAsLong() - evaluatedAtStart,
                before.nanos() + System.nanoTime() - started);
    }

    /** Whether the time is over; if so, the state is kept for another run. */
    private boolean isOver() {
        Stopping.check();
        if (!overtime && System.nanoTime() >= end) {
            save();
            overtime = true;
        }
        return overtime;
    }

    /** What comes after the time was over is not kept: it has answered before its search was at an end. */
    private void save() {
        if (state != null && !overtime) {
            checkpoint.save(state);
            lastSaved = System.nanoTime();
        }
    }

    /** Several searches, some of them at their end and one at work. */
    private final class Searches implements Checkpoint.State {
        private final List<? extends Algorithm<?>> algorithms;
        private final List<List<Found>> found = new ArrayList<>();
        private @Nullable Walk<?> current;

        Searches(List<? extends Algorithm<?>> algorithms) {
            this.algorithms = algorithms;
        }

        List<Found> run() {
            while (found.size() < algorithms.size()) {
                Walk<?> walk = current == null ? new Walk<>(algorithms.get(found.size())) : current;
                current = walk;
                found.add(walk.run());
                current = null;
            }
            return found.stream().flatMap(List::stream).toList();
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            Walk<?> walk = current != null && current.state != null ? current : null;
            Cost cost = cost();
            Records.write(
                    out,
                    new Kept(
                            cost.evaluations(),
                            cost.nanos(),
                            found,
                            walk != null,
                            walk == null ? List.of() : walk.histories));
            if (walk != null) {
                Records.write(out, walk.state);
            }
        }

        @Override
        public void read(DataInputStream in) throws IOException {
            Kept kept = Records.read(in, Kept.class);
            before = new Cost(kept.evaluations(), kept.nanos());
            found.addAll(kept.found());
            if (kept.walking() && found.size() < algorithms.size()) {
                current = new Walk<>(algorithms.get(found.size())).read(in, kept.histories());
            }
        }
    }

    /** What is kept, besides the state of the search at work. */
    private record Kept(
            long evaluations,
            long nanos,
            List<List<Found>> found,
            boolean walking,
            List<List<Explanation.Step>> histories) {}

    /** One search. */
    private final class Walk<S extends Record> implements Algorithm.Journal {
        private final Algorithm<S> algorithm;
        private final List<List<Explanation.Step>> histories = new ArrayList<>();
        /** What the step at work has recorded; it counts when the step is at its end. */
        private final List<Entry> news = new ArrayList<>();

        private @Nullable S state;

        Walk(Algorithm<S> algorithm) {
            this.algorithm = algorithm;
        }

        Walk<S> read(DataInputStream in, List<List<Explanation.Step>> before) throws IOException {
            state = Records.read(in, algorithm.state());
            before.forEach(history -> histories.add(new ArrayList<>(history)));
            return this;
        }

        List<Found> run() {
            S at = state == null ? algorithm.init() : state;
            state = at;
            long last = System.nanoTime();
            while (!algorithm.isDone(at) && !isOver()) {
                news.clear();
                at = algorithm.step(at, this);
                state = at;
                if (!news.isEmpty()) {
                    List<Explanation.Step> steps =
                            news.stream().map(this::entered).toList();
                    secondsOfSteps.add(System.nanoTime() - last);
                    observer.onStep(mean(steps));
                    last = System.nanoTime();
                }
                if (System.nanoTime() - lastSaved > SAVE_EVERY) {
                    save();
                }
            }
            List<Solution> solutions = algorithm.finish(at);
            List<Found> all = new ArrayList<>();
            for (int task = 0; task < solutions.size(); task++) {
                List<Explanation.Step> history = history(task);
                Solution solution = solutions.get(task);
                all.add(new Found(
                        algorithm.isDone(at) ? solution : solution.warned(endedEarly(history)), List.copyOf(history)));
            }
            return all;
        }

        private List<Explanation.Step> history(int task) {
            while (histories.size() <= task) {
                histories.add(new ArrayList<>());
            }
            return histories.get(task);
        }

        private Explanation.Step entered(Entry entry) {
            List<Explanation.Step> history = history(entry.task());
            Objective.Value value = entry.value();
            int number = history.size() + 1;
            history.add(new Explanation.Step(
                    number,
                    Math.max(number, entry.planned()),
                    value.distortion(),
                    value.rate(),
                    value.objective(),
                    value.probability()));
            return history.get(history.size() - 1);
        }

        @Override
        public void record(int task, Objective.Value value, int planned) {
            news.add(new Entry(task, value, planned));
        }

        @Override
        public void progress(Explainer.Stage stage, long done, long of) {
            observer.onProgress(stage, done, of);
        }
    }

    /** An entry to be made in the history of a task. */
    private record Entry(int task, Objective.Value value, int planned) {}

    private static String endedEarly(List<Explanation.Step> history) {
        return history.isEmpty()
                ? "The time budget ended the search before its first step. Maybe give it more time."
                : "The time budget ended the search after %s of %s steps. Maybe give it more time."
                        .formatted(
                                history.size(), history.get(history.size() - 1).of());
    }

    /** What an observer is told of tasks side by side. */
    private static Explanation.Step mean(List<Explanation.Step> steps) {
        Explanation.Step first = steps.get(0);
        return new Explanation.Step(
                first.number(),
                first.of(),
                mean(steps, Explanation.Step::distortion),
                mean(steps, Explanation.Step::rate),
                mean(steps, Explanation.Step::objective),
                mean(steps, Explanation.Step::retainedProbability));
    }

    private static double mean(List<Explanation.Step> steps, ToDoubleFunction<Explanation.Step> what) {
        return steps.stream().mapToDouble(what).average().orElseThrow();
    }
}
