package org.rde4j.samples.cli;

import org.rde4j.RdeException;
import org.rde4j.samples.solvers.KnownAnswers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate solvers}. */
@Command(
        name = "solvers",
        sortOptions = false,
        showDefaultValues = true,
        description = "Compares solvers with the best of all masks on random linear, quadratic and small-network"
                + " problems of 12 components, and the lazy matching pursuit with the plain one on 400.")
final class EvaluateSolversCommand implements Runnable {
    private final Console console;

    @Option(names = "--problems", paramLabel = "N", description = "How many problems.")
    private int problems = 100;

    @Option(names = "--seed", paramLabel = "N", description = "Of problems and solvers.")
    private long seed = 1;

    EvaluateSolversCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (problems < 1) {
            throw new RdeException(
                    "The number of problems (%s) must be at least 1.".formatted(problems), "Maybe use 100.");
        }
        int tenth = Math.max(1, problems / 10);
        KnownAnswers.table(problems, seed, done -> {
                    if (done % tenth == 0) {
                        console.err().println("%s of %s problems".formatted(done, problems));
                    }
                })
                .forEach(console.out()::println);
        KnownAnswers.lazy(400, 20, seed).forEach(console.out()::println);
    }
}
