package org.rde4j.samples.cli;

import java.util.Optional;
import org.rde4j.samples.audio.network.InpainterTraining;
import org.rde4j.samples.audio.network.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code rde4j train inpainter}: the network G of the seed's section 4.2. */
@Command(
        name = "inpainter",
        sortOptions = false,
        description = "Trains the inpainting network G (737,266 weights) for spectra of notes against a critic, on"
                + " random masks. Writes network.onnx, history.csv, pictures of inpaintings and a checkpoint. Defaults:"
                + " 3000 steps of 16 spectra, step size 0.0002.")
final class TrainInpainterCommand implements Runnable {
    private final Console console;

    @Mixin
    private SpectrumTrainingOptions options = new SpectrumTrainingOptions();

    TrainInpainterCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        TrainingSettings settings = options.settings(3000, 16, 2e-4);
        options.create();
        InpainterTraining training = new InpainterTraining(
                settings, options.notes().spectra(console, options.seed()), Optional.of(options.checkpoint()));
        TrainingSettings.Listener reports = options.listener(console, settings);
        training.run((step, message, history) -> {
            reports.reported(step, message, history);
            training.write(options.network(), options.half());
        });
        console.out().println("Wrote " + options.network());
    }
}
