package org.rde4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How one solution runs: who is told, how long it may take, where its state is kept, and who may stop it. Nothing of this
 * is part of the problem.
 *
 * @param observer told after every step
 * @param timeBudget after which the search ends with the mask it has, and says so in a warning; the final measurement
 *     then ends with the samples that it has; or empty
 * @param checkpoint a file that the state of the search is written to after a step every 30 seconds, when the
 *     time is over and when the search is cancelled; if it is there at the start, the search goes on from it and ends with the same answer as
 *     without a pause; it is deleted when the search is complete. Searches that take several signals one by one keep a
 *     file for each, with {@code .0}, {@code .1} and so on after the name. Or empty
 * @param cancellation stops the search, which then ends with a {@link java.util.concurrent.CancellationException}
 */
public record Run(
        Explainer.StepObserver observer,
        Optional<Duration> timeBudget,
        Optional<Path> checkpoint,
        Cancellation cancellation) {

    /** Checks the range. */
    public Run {
        Objects.requireNonNull(observer, "The observer is null.");
        Objects.requireNonNull(timeBudget, "The time budget is null; leave it empty instead.");
        Objects.requireNonNull(checkpoint, "The checkpoint is null; leave it empty instead.");
        Objects.requireNonNull(cancellation, "The cancellation is null.");
        timeBudget.ifPresent(time -> {
            if (time.isNegative() || time.isZero()) {
                throw new RdeException(
                        "The time budget (%s) must be positive.".formatted(time), "Maybe use Duration.ofMinutes(1).");
            }
        });
    }

    /**
     * Without observer, limit or checkpoint; only an interrupt stops it.
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
        return new Run(observer, Optional.empty(), Optional.empty(), new Cancellation());
    }

    /**
     * Ending after some time.
     *
     * @param time greater than zero
     * @return the changed run
     */
    public Run within(Duration time) {
        return new Run(
                observer, Optional.of(Objects.requireNonNull(time, "The time is null.")), checkpoint, cancellation);
    }

    /**
     * Keeping its state in a file.
     *
     * @param file where, in an existing folder
     * @return the changed run
     */
    public Run checkpointedTo(Path file) {
        return new Run(
                observer, timeBudget, Optional.of(Objects.requireNonNull(file, "The file is null.")), cancellation);
    }

    /**
     * Stopped by a switch.
     *
     * @param newCancellation stops the search, from any thread
     * @return the changed run
     */
    public Run cancelledBy(Cancellation newCancellation) {
        return new Run(observer, timeBudget, checkpoint, newCancellation);
    }

    /**
     * Without a file for the state.
     *
     * @return the changed run
     */
    public Run withoutCheckpoint() {
        return new Run(observer, timeBudget, Optional.empty(), cancellation);
    }
}
