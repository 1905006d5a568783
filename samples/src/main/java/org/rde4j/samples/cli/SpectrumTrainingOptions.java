package org.rde4j.samples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.rde4j.RdeException;
import org.rde4j.files.ExplanationFolder;
import org.rde4j.samples.audio.network.TrainingSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that the trainings of networks over spectra share. Where a default differs, the command says so. */
final class SpectrumTrainingOptions {
    @Mixin
    private NoteSource notes = new NoteSource();

    @Option(names = "--steps", paramLabel = "N", description = "Steps (default: see above).")
    private int steps;

    @Option(names = "--batch", paramLabel = "N", description = "Spectra in a step (default: see above).")
    private int batch;

    @Option(names = "--step-size", paramLabel = "X", description = "Of Adam (default: see above).")
    private double stepSize;

    @Option(
            names = "--report-every",
            paramLabel = "N",
            description = "Steps between reports and checkpoints (default: ${DEFAULT-VALUE}).")
    private int reportEvery = 100;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the notes, the weights and all random draws (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--half", description = "Stores the weights as 16-bit floats.")
    private boolean half;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The folder to write. Stopped by Ctrl-C, the same command goes on where it stopped.")
    private Path out = Path.of("network");

    NoteSource notes() {
        return notes;
    }

    long seed() {
        return seed;
    }

    boolean half() {
        return half;
    }

    Path checkpoint() {
        return out.resolve("checkpoint");
    }

    Path network() {
        return out.resolve("network.onnx");
    }

    /** The settings, with the command's own defaults where nothing was given. */
    TrainingSettings settings(int defaultSteps, int defaultBatch, double defaultStepSize) {
        return new TrainingSettings(
                steps == 0 ? defaultSteps : steps,
                batch == 0 ? defaultBatch : batch,
                stepSize == 0 ? defaultStepSize : stepSize,
                reportEvery,
                seed);
    }

    /** Makes the folder. */
    void create() {
        write("", Files::createDirectories);
    }

    /** Prints a report and writes the table of all of them. */
    TrainingSettings.Listener listener(Console console, TrainingSettings settings) {
        long started = System.nanoTime();
        return (step, message, history) -> {
            console.out()
                    .println(String.format(
                            Locale.ROOT,
                            "step %d of %d: %s, %.0f s",
                            step,
                            settings.steps(),
                            message,
                            (System.nanoTime() - started) / 1e9));
            write("history.csv", file -> Files.writeString(file, history, StandardCharsets.UTF_8));
        };
    }

    /** Writes a file of the folder. */
    void write(String name, ExplanationFolder.Content content) {
        try {
            content.write(out.resolve(name));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private RdeException unwritable(IOException e) {
        return new RdeException(
                "%s cannot be written (%s).".formatted(out, e.getMessage()), "Choose another folder for --out.");
    }
}
