package org.rde4j.samples.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Models;
import org.rde4j.samples.audio.Families;
import org.rde4j.samples.audio.network.InpainterTraining;
import org.rde4j.samples.audio.network.Inpainting;
import org.rde4j.samples.audio.network.Spectra;
import org.rde4j.samples.audio.network.TrainingSettings;
import org.rde4j.samples.report.SavedExplanation;
import org.rde4j.samples.report.SpectrumPicture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code rde4j train inpainter}: the network G of the seed's section 4.2. */
@Command(
        name = "inpainter",
        sortOptions = false,
        description = "Trains the inpainting network G (737,266 weights) for spectra of notes against a critic, on"
                + " random masks. Writes network.onnx, history.csv, pictures of inpaintings and a checkpoint. Defaults:"
                + " 3000 steps of 16 spectra, step size 0.0002.")
final class TrainInpainterCommand implements Runnable, Stoppable {
    private static final int SHOWN = 3;

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
        Spectra data = options.notes().spectra(console, options.seed());
        InpainterTraining training = new InpainterTraining(settings, data, Optional.of(options.checkpoint()));
        TrainingSettings.Listener reports = options.listener(console, settings);
        training.run((step, message, history) -> {
            reports.reported(step, message, history);
            training.write(options.network(), options.half());
            draw(data, String.format(Locale.ROOT, "%06d", step));
        });
        // A finished training is not repeated, but may be wanted in another precision.
        training.write(options.network(), options.half());
        console.out().println("Wrote " + options.network());
    }

    /** Inpaintings of the same notes each time, as in the seed's Figure 5. */
    private void draw(Spectra data, String name) {
        List<Tensor> shown = data.values().subList(0, Math.min(SHOWN, data.size()));
        int number = 0;
        for (Inpainting.Filled filled :
                new Inpainting(Models.onnx(options.network()), shown.size()).filled(shown, options.seed())) {
            options.write(
                    "%s-%s.png".formatted(name, ++number),
                    SavedExplanation.picture(SpectrumPicture.of(
                            "Inpainted " + Families.NAMES.get(data.families().get(number - 1)),
                            "after step " + name,
                            filled.mask(),
                            List.of(
                                    new SpectrumPicture.Line("note", filled.spectrum()),
                                    new SpectrumPicture.Line("inpainted", filled.inpainted())))));
        }
    }

    @Override
    public String afterStop() {
        return TrainCommand.afterStop(options.checkpoint());
    }
}
