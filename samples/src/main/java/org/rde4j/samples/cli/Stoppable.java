package org.rde4j.samples.cli;

import java.nio.file.Path;

/** A command that knows what Ctrl-C leaves behind. */
interface Stoppable {
    /** One or two sentences: what is kept, and how to go on. */
    String afterStop();

    /** What an evaluation says that keeps whatever it has finished. */
    static String finishedIn(Path out) {
        return "What is finished is kept in %s; the same command goes on.".formatted(out);
    }
}
