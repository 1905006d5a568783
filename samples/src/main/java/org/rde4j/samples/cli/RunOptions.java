package org.rde4j.samples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explainer.StepObserver;
import org.rde4j.RdeException;
import org.rde4j.Run;
import picocli.CommandLine.Option;

/** The options that say how long a search may take and whether it can be gone on with. */
final class RunOptions {
    @Option(
            names = "--time-budget",
            paramLabel = "S",
            description = "Ends each search after so many seconds, with the mask it has then.")
    private @Nullable Double timeBudget;

    @Option(
            names = "--resume",
            description =
                    "Keeps the state of a search in NAME.state beside its folder, every 30 seconds, at Ctrl-C and at"
                            + " the end of a time budget, and goes on from there: the same command continues what was interrupted.")
    private boolean resume;

    /**
     * What a stopped search leaves behind.
     *
     * @param out where folders, and states beside them, go
     */
    String afterStop(Path out) {
        if (!resume) {
            return "No state was kept; with --resume the same command can be gone on with.";
        }
        List<Path> states = states(out);
        return states.isEmpty()
                ? "No search had begun; the same command begins anew."
                : "The state is kept in %s; the same command goes on."
                        .formatted(states.stream().map(Path::toString).collect(Collectors.joining(", ")));
    }

    private static List<Path> states(Path out) {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> file.getFileName().toString().endsWith(Limits.STATE))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** What the options say; RdeException if they are wrong. */
    Limits limits() {
        return new Limits(time(), resume);
    }

    private Optional<Duration> time() {
        if (timeBudget == null) {
            return Optional.empty();
        }
        if (!(timeBudget > 0 && timeBudget < 1e9)) {
            throw new RdeException(
                    "The time budget (%s s) must lie between 0 and 1e9.".formatted(timeBudget),
                    "Maybe use --time-budget 60.");
        }
        return Optional.of(Duration.ofMillis((long) Math.ceil(1000 * timeBudget)));
    }

    /**
     * How searches are run.
     *
     * @param time after which a search ends with the mask it has
     * @param resume whether states of searches are kept in files, and gone on from
     */
    record Limits(Optional<Duration> time, boolean resume) {
        /** No limit, no files. */
        static final Limits NONE = new Limits(Optional.empty(), false);

        private static final String STATE = ".state";

        /** One search, whose results go to a folder; the folder's parent is made if a state is kept there. */
        Run run(StepObserver observer, Path folder) {
            Run observed = Run.observed(observer);
            Run plain = time.map(observed::within).orElse(observed);
            if (!resume) {
                return plain;
            }
            Path whole = folder.toAbsolutePath();
            try {
                Files.createDirectories(whole.getParent());
            } catch (IOException e) {
                throw new RdeException(
                        "The folder %s cannot be made: %s.".formatted(whole.getParent(), e.getMessage()),
                        "Choose another --out.");
            }
            return plain.checkpointedTo(whole.resolveSibling(whole.getFileName() + STATE));
        }
    }
}
