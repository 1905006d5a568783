package org.rde4j.samples.cli;

import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress, warnings and errors
 * @param columns the width of the terminal that {@code err} is, or 0 if it is none
 */
record Console(PrintStream out, PrintStream err, int columns) {
    /** Set by the launcher, which can ask the terminal. */
    private static final String COLUMNS = "rde4j.columns";

    static Console ofProcess() {
        return new Console(System.out, System.err, Integer.getInteger(COLUMNS, 0));
    }

    boolean isTerminal() {
        return columns > 0;
    }
}
