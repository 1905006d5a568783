package org.rde4j.samples.cli;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explainer.Stage;
import org.rde4j.Explainer.StepObserver;
import org.rde4j.Explanation.Step;

/** Shows how far a solver is: a bar on a terminal, a line every tenth of the way elsewhere. */
interface Progress extends StepObserver, AutoCloseable {
    @Override
    void close();

    static Progress on(Console console, String task) {
        return console.isTerminal() ? new Bar(console, task) : new Lines(console, task);
    }

    /** "objective 0.1123, retained 97.5 %"; the first part alone where the problem has no label. */
    static String numbers(Step step) {
        String objective = String.format(Locale.ROOT, "objective %.4f", step.objective());
        return Double.isNaN(step.retainedProbability())
                ? objective
                : objective + String.format(Locale.ROOT, ", retained %.1f %%", 100 * step.retainedProbability());
    }

    /** "candidate 512 of 4096". */
    private static String told(Stage stage, long done, long of) {
        String what =
                switch (stage) {
                    case CANDIDATES -> "candidate";
                    case MEASUREMENT -> "measured on sample";
                };
        return "%s %s of %s".formatted(what, done, of);
    }

    /** One line on a terminal that is drawn again and again. */
    final class Bar implements Progress {
        private static final int UNKNOWN = -1;

        private final Console console;
        private final String task;
        private @Nullable ProgressBar bar;
        private String numbers = "";

        Bar(Console console, String task) {
            this.console = console;
            this.task = task;
        }

        @Override
        public void onStep(Step step) {
            if (bar == null) {
                // Begun here, when the first step is done: compiling the graph would spoil the estimate.
                bar = bar(step.of(), step.number());
            }
            bar.maxHint(step.of());
            numbers = " " + numbers(step);
            bar.setExtraMessage(numbers);
            bar.stepTo(step.number());
        }

        @Override
        public void onProgress(Stage stage, long done, long of) {
            if (bar == null) {
                bar = bar(UNKNOWN, 0);
            }
            bar.setExtraMessage(numbers + " (" + told(stage, done, of) + ")");
        }

        private ProgressBar bar(long of, long from) {
            return new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(of)
                    .startsFrom(from, Duration.ZERO)
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                    .setUpdateIntervalMillis(250)
                    .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columns()))
                    .build();
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /** Lines that suit a log. */
    final class Lines implements Progress {
        private static final int PARTS = 10;
        /** Between steps, a line comes after so long a silence. */
        private static final long QUIET_NANOS = 15_000_000_000L;

        private final Console console;
        private final String task;
        private final long started = System.nanoTime();
        private int resumedAfter = -1;
        private long lastLine = started;

        Lines(Console console, String task) {
            this.console = console;
            this.task = task;
        }

        @Override
        public void onStep(Step step) {
            if (resumedAfter < 0) {
                resumedAfter = step.number() - 1;
            }
            long part = (long) step.number() * PARTS / step.of();
            long before = (long) (step.number() - 1) * PARTS / step.of();
            if (part > before) {
                lastLine = System.nanoTime();
                double seconds = (System.nanoTime() - started) / 1e9;
                console.err()
                        .println(String.format(
                                Locale.ROOT,
                                "%s: step %d of %d, %s, %.0f s left",
                                task,
                                step.number(),
                                step.of(),
                                numbers(step),
                                seconds * (step.of() - step.number()) / (step.number() - resumedAfter)));
            }
        }

        @Override
        public void onProgress(Stage stage, long done, long of) {
            long now = System.nanoTime();
            if (now - lastLine > QUIET_NANOS) {
                lastLine = now;
                console.err().println(task + ": " + told(stage, done, of));
            }
        }

        @Override
        public void close() {
            // Every line is complete.
        }
    }
}
