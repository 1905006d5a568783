package org.rde4j.samples.cli;

import org.rde4j.RdeException;
import picocli.CommandLine.Option;

/** The option that bounds the memory of networks. */
final class MemoryOption {
    @Option(
            names = "--memory",
            paramLabel = "GIB",
            description =
                    "What a network's intermediate results may take in one run; as many runs as there are threads go"
                            + " on side by side (default: ${DEFAULT-VALUE}).")
    private double gib = 0.25;

    /** The limit in bytes; RdeException if it is nothing or more than any machine has. */
    long bytes() {
        if (!(gib > 0 && gib < 1 << 20)) {
            throw new RdeException(
                    "The memory (%s GiB) must lie between 0 and 1048576.".formatted(gib), "Maybe use --memory 2.");
        }
        return (long) (gib * Machine.GIB);
    }
}
