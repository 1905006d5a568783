package org.rde4j.samples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.rde4j.RdeException;
import org.rde4j.files.Reason;
import org.rde4j.files.WholeFile;
import org.rde4j.radiomap.data.Batch;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.network.Estimator;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioModelFile;
import org.rde4j.radiomap.training.Panels;
import org.rde4j.radiomap.training.RadioTrainer;
import org.rde4j.radiomap.training.RadioTraining;
import org.rde4j.radiomap.training.Report;
import org.rde4j.samples.image.Png;

/**
 * A training in a folder: {@code checkpoint}, {@code history.csv}, {@code panels}, and {@code network.onnx} with the best
 * network so far. A folder of an interrupted or finished training is continued.
 *
 * @param console where reports go
 * @param folder written to
 * @param precision of the weights in the file
 * @param settings of the training
 * @param training scenes to train on
 * @param start the network that it starts from, or empty for random weights
 * @param validation scenes to choose the best weights by; the first few are shown in pictures
 */
record RadioRun(
        Console console,
        Path folder,
        RadioModelFile.Precision precision,
        RadioTraining settings,
        Optional<RadioModel> start,
        Batches training,
        Batches validation) {
    private static final int SHOWN = 4;

    /** Trains, writes the network, and returns it as a reader of the file gets it. */
    RadioModel train() {
        Batches shown = new Batches(validation.examples(), SHOWN, validation.input(), false, false);
        RadioTrainer trainer = new RadioTrainer(
                settings,
                training,
                validation,
                Optional.of(folder.resolve("checkpoint")),
                (report, history, model) -> reported(report, history, model, shown));
        RadioTrainer ready = start.map(trainer::startingFrom).orElse(trainer);
        create(folder.resolve("panels"));
        RadioModel model = ready.run();
        RadioModelFile.write(model, network(), precision);
        return RadioModelFile.read(network());
    }

    /** The file with the trained network. */
    Path network() {
        return folder.resolve("network.onnx");
    }

    private void reported(Report report, String history, RadioModel model, Batches shown) {
        StringBuilder terms = new StringBuilder();
        report.terms().forEach((name, term) -> terms.append(String.format(Locale.ROOT, " %s %.3g,", name, term)));
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "U-net %d, step %d of %d:%s validation RMSE %.4f (best %.4f), %.0f s",
                        report.part() + 1,
                        report.step(),
                        report.of(),
                        terms,
                        report.validationRmse(),
                        report.bestRmse(),
                        report.seconds()));
        try (Batch batch = shown.batch(0, 0)) {
            Path panel = folder.resolve(
                    String.format(Locale.ROOT, "panels/unet%d-%06d.png", report.part() + 1, report.step()));
            WholeFile.write(panel, Png.bytes(Panels.of(batch.scenes(), new Estimator(model).maps(batch.x()))));
        }
        WholeFile.write(folder.resolve("history.csv"), history);
        if (report.validationRmse() == report.bestRmse()) {
            RadioModelFile.write(model, network(), precision);
        }
    }

    private static void create(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new RdeException(
                    "%s cannot be made: %s.".formatted(folder, Reason.of(e)), "Choose another folder for --out.", e);
        }
    }
}
