package org.rde4j.nd4j.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
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

    /**
     * Computes all parts and adds them up. Several lanes share the threads of operations.
     *
     * @param parts how many parts there are
     * @param lanes how many may run at the same time, at least 1
     * @param work computes and adds
     */
    public static void run(int parts, int lanes, Work work) {
        int used = Math.min(parts, lanes);
        if (used <= 1) {
            for (int part = 0; part < parts; part++) {
                work.compute(0, part).run();
            }
            return;
        }
        int threads = Math.max(1, most() / used);
        AtomicInteger next = new AtomicInteger();
        Turns turns = new Turns();
        CompletableFuture<?>[] running = IntStream.range(0, used)
                .mapToObj(lane -> CompletableFuture.runAsync(
                        () -> {
                            natives().setOmpNumThreads(threads);
                            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                                turns.take(part, work, lane);
                            }
                        },
                        THREADS))
                .toArray(CompletableFuture[]::new);
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

    /** Who may add next. */
    private static final class Turns {
        private int next;
        private boolean failed;

        /** Computes a part, waits for its turn and adds it; does nothing once a part has failed. */
        void take(int part, Work work, int lane) {
            if (hasFailed()) {
                return;
            }
            try {
                add(part, work.compute(lane, part));
            } catch (RuntimeException | Error e) {
                fail();
                throw e;
            }
        }

        private synchronized boolean hasFailed() {
            return failed;
        }

        private synchronized void fail() {
            failed = true;
            notifyAll();
        }

        private synchronized void add(int part, Runnable adding) {
            while (next < part && !failed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody interrupts lanes", e);
                }
            }
            if (!failed) {
                adding.run();
                next = part + 1;
                notifyAll();
            }
        }
    }
}
