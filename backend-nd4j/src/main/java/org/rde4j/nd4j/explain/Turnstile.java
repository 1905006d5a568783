package org.rde4j.nd4j.explain;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.rde4j.Cancellation;
import org.rde4j.RdeException;
import org.rde4j.nd4j.engine.Stopping;

/**
 * Lets one thread after the other use what an explainer shares between solutions: graphs, their arrays, and the maps that
 * hold them. Once closed, nobody comes through any more.
 */
final class Turnstile {
    /** How often a waiting thread looks whether it is to stop. */
    private static final long LOOK_EVERY_MILLIS = 20;

    private final ReentrantLock lock = new ReentrantLock(true);
    private volatile boolean closed;

    /**
     * Waits for the turn of this thread and works; the cancellation, or an interrupt, ends either.
     *
     * @throws RdeException if this is closed, or this thread is inside already
     */
    <T> T pass(Cancellation cancellation, Supplier<T> work) {
        return Stopping.by(cancellation, () -> {
            enter();
            try {
                requireOpen();
                return work.get();
            } finally {
                lock.unlock();
            }
        });
    }

    /** The same with nothing but an interrupt to end it. */
    <T> T pass(Supplier<T> work) {
        return pass(new Cancellation(), work);
    }

    private void enter() {
        refuseNesting();
        requireOpen();
        Stopping.check();
        try {
            while (!lock.tryLock(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                Stopping.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("The thread that waits for the explainer was interrupted.");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new RdeException(
                    "The explainer is closed.", "Close it after the last explanation, or compile the problem again.");
        }
    }

    private void refuseNesting() {
        if (lock.isHeldByCurrentThread()) {
            throw new RdeException(
                    "An observer used the explainer that it was being told about.",
                    "Use another explainer there, or wait for the end of the explanation.");
        }
    }

    /** Waits for whoever is inside and frees what is shared; does nothing the second time. */
    void close(Runnable free) {
        refuseNesting();
        closed = true;
        lock.lock();
        try {
            free.run();
        } finally {
            lock.unlock();
        }
    }
}
