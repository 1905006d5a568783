package org.rde4j;

import java.util.concurrent.CancellationException;

/**
 * A switch that stops long work from outside: searches by {@link Run#cancelledBy}, trainings by the argument of the same
 * name. Once thrown it stays so. For any number of works and threads. Interrupting the thread that works does the same.
 *
 * <p>Work that is stopped keeps its state, if it was told where, ends with a {@link CancellationException} at its next
 * step, and can be gone on with.
 */
public final class Cancellation {
    private volatile boolean cancelled;

    /** Not cancelled yet. */
    public Cancellation() {}

    /** Stops whatever listens, now and later. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Whether {@link #cancel} was called.
     *
     * @return whether it was, by any thread
     */
    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * For work of one's own: ends it if it is to stop. The thread's interrupt stays set.
     *
     * @throws CancellationException if this was cancelled or the calling thread is interrupted
     */
    public void check() {
        if (cancelled) {
            throw new CancellationException("The work was cancelled.");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("The thread that works was interrupted.");
        }
    }
}
