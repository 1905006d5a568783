package org.rde4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How one solution runs: who is told, how long it may take, and where its state is kept. Nothing of this is
 * part of the problem.
 *
 * @param observer told after every step
 * @param timeBudget after which the search ends with the mask it has, and says so in a warning; or empty
 * @param checkpoint a file that the state of the search is written to after a step every 30 seconds, and when the
 *     time is over; if it is there at the start, the search goes on from it and ends with the same answer as
 *     without a pause; it is deleted when the search is complete. Searches that take several signals one by one keep a
 *     file for each, with {@code .0}, {@code .1} and so on after the name. Or empty
 */
public record Run(Explainer.StepObserver observer, Optional<Duration> timeBudget, Optional<Path> checkpoint) {

    /** Checks the range. */
    public Run {
        timeBudget.ifPresent(time -> {
            if (time.isNegative() || time.isZero()) {
                throw new RdeException(
                        "The time budget (%s) must be positive.".formatted(time), "Maybe use Duration.ofMinutes(1).");
            }
        });
    }

    /**
     * Without observer, limit or checkpoint.
     *
     * @return the run
     */
    public static Run plain() {
        return observed(step -> {});
    }

    /**
     * With an observer, without limit or checkpoint.
     *
     * @param observer told after every step
     * @return the run
     */
    public static Run observed(Explainer.StepObserver observer) {
        return new Run(observer, Optional.empty(), Optional.empty());
    }

    /**
     * Ending after some time.
     *
     * @param time greater than zero
     * @return the changed run
     */
    public Run within(Duration time) {
        return new Run(observer, Optional.of(time), checkpoint);
    }

    /**
     * Keeping its state in a file.
     *
     * @param file where, in an existing folder
     * @return the changed run
     */
    public Run checkpointedTo(Path file) {
        return new Run(observer, timeBudget, Optional.of(file));
    }
}
