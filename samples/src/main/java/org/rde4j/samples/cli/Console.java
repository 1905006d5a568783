package org.rde4j.samples.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

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

    /** The process's own streams. Libraries that print to System.out from now on print to nowhere. */
    static Console ofProcess() {
        Console console = new Console(System.out, System.err, Integer.getInteger(COLUMNS, 0));
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        return console;
    }

    boolean isTerminal() {
        return columns > 0;
    }
}
