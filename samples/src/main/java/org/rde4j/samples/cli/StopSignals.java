package org.rde4j.samples.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import sun.misc.Signal;

/**
 * Ctrl-C and SIGTERM. The first interrupts the command, which stops at its next step and keeps its state; the next one ends
 * the process as it is. Without a handler, the process would begin to end while the command goes on, and errors of the
 * one would be printed by the other.
 */
final class StopSignals {
    private static final int SIGNALLED = 128;

    /** Signals that follow so soon are one stop: programs such as {@code timeout} signal a process and its group. */
    private static final long ONE_STOP = 1_000_000_000L;

    private final Thread worker;
    private int received;
    private long receivedAt;
    private boolean over;

    private StopSignals(Thread worker) {
        this.worker = worker;
    }

    /** Listens from now on. */
    static StopSignals to(Thread worker) {
        StopSignals signals = new StopSignals(worker);
        for (String name : List.of("INT", "TERM")) {
            try {
                Signal.handle(new Signal(name), signal -> signals.receive(SIGNALLED + signal.getNumber()));
            } catch (IllegalArgumentException e) {
                // The system has no such signal, or the virtual machine keeps it to itself: then it ends the process.
                continue;
            }
        }
        return signals;
    }

    private void receive(int code) {
        if (isFirst(code)) {
            worker.interrupt();
        } else if (isOver()) {
            Runtime.getRuntime().halt(code);
        } else if (!isSameStop()) {
            // Hooks let a folder that is being written appear whole.
            System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            System.exit(code);
        }
    }

    private synchronized boolean isFirst(int code) {
        boolean first = received == 0 && !over;
        if (received == 0) {
            received = code;
            receivedAt = System.nanoTime();
        }
        return first;
    }

    private synchronized boolean isSameStop() {
        return System.nanoTime() - receivedAt < ONE_STOP;
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** The command is over: the code that the process ends with, which is the first signal's if there was one. */
    synchronized int end(int code) {
        over = true;
        return received == 0 ? code : received;
    }
}
