package org.rde4j.nd4j.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Runs parts of one computation side by side, each lane on a thread of its own. Threads inside an operation wait for
 * each other at its end, and small operations have no work for them; parts side by side meet only when what
 * they computed is added up. That happens in the order of the parts, so that sums do not depend on how many threads
 * there are.
 */
public final class Lanes {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "rde4j-lane");
        thread.setDaemon(true);
        return thread;
    });

    private Lanes() {}

    /** Computes parts. */
    @FunctionalInterface
    public interface Work {
        /**
         * Computes one part; parts of one lane come one after the other.
         *
         * @param lane whose arrays may be used, from 0
         * @param part which part, from 0
         * @return adds up what was computed; no two of these run at the same time
         */
        Runnable compute(int lane, int part);
    }

    /**
     * How many lanes the machine has threads for.
     *
     * @return what {@code OMP_NUM_THREADS} says, or the number of cores; 1 where operations run on a graphics card
     */
    public static int most() {
        return Nd4j.getEnvironment().isCPU() ? natives().ompGetMaxThreads() : 1;
    }

    /** Is asked, on the thread that started the run, whether it goes on. */
    @FunctionalInterface
    public interface Watch {
        /** Goes on unless the work of this thread is to stop. */
        Watch STOPPING = done -> {
            Stopping.check();
            return true;
        };

        /**
         * Asked when parts were added.
         *
         * @param done how many parts were added so far
         * @return whether parts that have not begun are wanted; an exception ends the run, too
         */
        boolean goesOn(int done);
    }

    /**
     * Computes parts and adds them up. Several lanes share the threads of operations. When this returns, with or without
     * an exception, no lane computes any more.
     *
     * @param parts how many parts there are
     * @param lanes how many may run at the same time, at least 1
     * @param watch is asked whether to go on
     * @param work computes and adds
     * @return how many parts were added, the first ones: all unless the watch ended the run
     */
    public static int run(int parts, int lanes, Watch watch, Work work) {
        int used = Math.min(parts, lanes);
        if (used <= 1) {
            for (int part = 0; part < parts; part++) {
                work.compute(0, part).run();
                if (!watch.goesOn(part + 1)) {
                    return part + 1;
                }
            }
            return parts;
        }
        int threads = Math.max(1, most() / used);
        Turns turns = new Turns(parts);
        CompletableFuture<?>[] running = IntStream.range(0, used)
                .mapToObj(lane -> CompletableFuture.runAsync(
                        () -> {
                            natives().setOmpNumThreads(threads);
                            for (int part = turns.take(); part >= 0; part = turns.take()) {
                                turns.add(part, work, lane);
                            }
                        },
                        THREADS))
                .toArray(CompletableFuture[]::new);
        try {
            turns.watch(watch);
        } finally {
            turns.end();
            join(running);
        }
        return turns.added();
    }

    private static void join(CompletableFuture<?>[] running) {
        try {
            CompletableFuture.allOf(running).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static NativeOps natives() {
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    /** Who may compute and add next. */
    private static final class Turns {
        private final int parts;
        private int taken;
        private int added;
        private boolean ended;
        private boolean failed;

        Turns(int parts) {
            this.parts = parts;
        }

        /** The next part, or a negative number if there is none. */
        synchronized int take() {
            return ended || taken == parts ? -1 : taken++;
        }

        /** Computes a part, waits for its turn and adds it, unless another part has failed. */
        void add(int part, Work work, int lane) {
            try {
                add(part, work.compute(lane, part));
            } catch (RuntimeException | Error e) {
                fail();
                throw e;
            }
        }

        private synchronized void add(int part, Runnable adding) {
            waitUntil(() -> added == part || failed);
            if (!failed) {
                adding.run();
                added = part + 1;
                notifyAll();
            }
        }

        private synchronized void fail() {
            failed = true;
            end();
        }

        /** No part begins any more. */
        synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized int added() {
            return added;
        }

        /** Asks a watch whenever something was added, until all is done or has ended. */
        void watch(Watch watch) {
            for (int seen = news(0); seen > 0 && watch.goesOn(seen) && seen < parts; ) {
                seen = news(seen);
            }
        }

        /** How many parts were added when they are more than were seen; 0 if no more will be added. */
        private synchronized int news(int seen) {
            waitUntil(() -> added > seen || ended);
            return ended ? 0 : added;
        }

        /** The lanes use the memory that their caller gave them, so nobody leaves before they are done. */
        private void waitUntil(BooleanSupplier reached) {
            boolean interrupted = false;
            while (!reached.getAsBoolean()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
