package org.rde4j.samples.cli;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how many of a number of equal tasks are done: a bar on a terminal, a line every tenth elsewhere. */
interface Counting extends AutoCloseable {
    /** One more task is done. */
    void one();

    @Override
    void close();

    static Counting on(Console console, String task, int count) {
        return console.isTerminal() ? bar(console, task, count) : new Lines(console, task, count);
    }

    private static Counting bar(Console console, String task, int count) {
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(count)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .setUpdateIntervalMillis(250)
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), console.columns()))
                .build();
        return new Counting() {
            @Override
            public void one() {
                bar.step();
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    /** Lines that suit a log. */
    final class Lines implements Counting {
        private static final int PARTS = 10;

        private final Console console;
        private final String task;
        private final int count;
        private final long started = System.nanoTime();
        private long done;

        Lines(Console console, String task, int count) {
            this.console = console;
            this.task = task;
            this.count = count;
        }

        @Override
        public void one() {
            done++;
            if (done * PARTS / count > (done - 1) * PARTS / count) {
                double seconds = (System.nanoTime() - started) / 1e9;
                console.err()
                        .println(String.format(
                                Locale.ROOT,
                                "%s: %d of %d, %.0f s left",
                                task,
                                done,
                                count,
                                seconds * (count - done) / done));
            }
        }

        @Override
        public void close() {
            // Every line is complete.
        }
    }
}
