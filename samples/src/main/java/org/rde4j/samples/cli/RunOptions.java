package org.rde4j.samples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explainer.StepObserver;
import org.rde4j.RdeException;
import org.rde4j.Run;
import picocli.CommandLine.Option;

/** How long searches may take, and whether they can be gone on with. */
final class RunOptions {
    @Option(
            names = "--time-budget",
            paramLabel = "S",
            description = "Ends each search after so many seconds, with the mask it has then.")
    private @Nullable Double timeBudget;

    @Option(
            names = "--resume",
            description = "Keeps the state of a search in NAME.state beside its folder, and goes on from there: after"
                    + " an interruption or the end of a time budget, the same command continues.")
    private boolean resume;

    /** Checks the options, before anything is computed. */
    RunOptions checked() {
        if (timeBudget != null && !(timeBudget > 0 && timeBudget < 1e9)) {
            throw new RdeException(
                    "The time budget (%s s) must be greater than 0.".formatted(timeBudget),
                    "Maybe use --time-budget 60.");
        }
        return this;
    }

    /** The search of an explanation that will be written to a folder. */
    Run run(StepObserver observer, Path folder) {
        checked();
        Optional<Duration> time = Optional.ofNullable(timeBudget)
                .map(seconds -> Duration.ofMillis((long) Math.ceil(1000 * seconds)));
        return new Run(observer, time, resume ? Optional.of(state(folder.toAbsolutePath())) : Optional.empty());
    }

    private static Path state(Path folder) {
        try {
            Files.createDirectories(folder.getParent());
        } catch (IOException e) {
            throw new RdeException(
                    "The folder %s cannot be made: %s.".formatted(folder.getParent(), e.getMessage()),
                    "Choose another --out.");
        }
        return folder.resolveSibling(folder.getFileName() + ".state");
    }
}
