package org.rde4j.nd4j.engine;

import java.util.function.Supplier;
import org.rde4j.Cancellation;

/**
 * Who may stop the work of this thread. Where a thread enters, it says what it listens to; whatever takes long
 * asks now and then, however deep inside it is.
 */
public final class Stopping {
    private static final ThreadLocal<Cancellation> LISTENING = ThreadLocal.withInitial(Cancellation::new);

    private Stopping() {}

    /**
     * Does work that a cancellation stops, besides an interrupt of this thread.
     *
     * @param cancellation what {@link #check} listens to meanwhile
     * @param work what to do
     * @return what the work returns
     */
    public static <T> T by(Cancellation cancellation, Supplier<T> work) {
        Cancellation before = LISTENING.get();
        LISTENING.set(cancellation);
        try {
            return work.get();
        } finally {
            LISTENING.set(before);
        }
    }

    /**
     * Ends the work if it is to stop.
     *
     * @throws java.util.concurrent.CancellationException if it was cancelled, or this thread is interrupted
     */
    public static void check() {
        LISTENING.get().check();
    }
}
