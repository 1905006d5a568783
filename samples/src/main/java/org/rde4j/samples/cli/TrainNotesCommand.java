package org.rde4j.samples.cli;

import java.util.Locale;
import java.util.Optional;
import org.rde4j.samples.audio.Families;
import org.rde4j.samples.audio.network.ClassifierTraining;
import org.rde4j.samples.audio.network.NoteClassifier;
import org.rde4j.samples.audio.network.Spectra;
import org.rde4j.samples.audio.network.TrainingSettings;
import org.rde4j.samples.audio.synthesis.Synthesiser;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j train notes}: a classifier of instruments by spectra. */
@Command(
        name = "notes",
        sortOptions = false,
        description = "Trains a network that tells the family of an instrument by the spectrum [2, 1024] of a note, and"
                + " measures it on simulated notes of instruments that it has not heard. Writes network.onnx, history.csv"
                + " and a checkpoint. Defaults: 2000 steps of 32 spectra, step size 0.001.")
final class TrainNotesCommand implements Runnable, Stoppable {
    /** Seeds of test notes are far from those of training notes. */
    static final long TEST_SEED = 1_000_003;

    private final Console console;

    @Mixin
    private SpectrumTrainingOptions options = new SpectrumTrainingOptions();

    @Option(
            names = "--test-notes",
            paramLabel = "N",
            description = "How many unheard notes measure the network (default: ${DEFAULT-VALUE}).")
    private int testNotes = 2000;

    TrainNotesCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        TrainingSettings settings = options.settings(2000, 32, 1e-3);
        options.create();
        Spectra data = options.notes().spectra(console, options.seed());
        ClassifierTraining training = new ClassifierTraining(
                        settings, new NoteClassifier(Families.NAMES.size()), data, Optional.of(options.checkpoint()))
                .run(options.listener(console, settings));
        training.write(options.network(), options.half());
        Spectra test = Spectra.of(testNotes, i -> Synthesiser.note(options.seed() + TEST_SEED, i));
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%s: accuracy %.4f on the %d spectra it learnt from, %.4f on %d notes of unheard instruments",
                        options.network(),
                        training.accuracy(data),
                        data.size(),
                        training.accuracy(test),
                        test.size()));
    }

    @Override
    public String afterStop() {
        return TrainCommand.afterStop(options.checkpoint());
    }
}
