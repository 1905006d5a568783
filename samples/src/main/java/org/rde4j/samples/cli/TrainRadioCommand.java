package org.rde4j.samples.cli;

import java.nio.file.Path;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioModelFile;
import org.rde4j.radiomap.training.MapErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j train radio}: a network that estimates radio maps. */
@Command(
        name = "radio",
        sortOptions = false,
        description = "Trains RadioUNet on a data set in RadioMapSeer's layout, measures it on cities that it has not"
                + " seen, and writes network.onnx, history.csv, pictures and a checkpoint. Stopped by Ctrl-C, the same"
                + " command goes on where it stopped.")
final class TrainRadioCommand implements Runnable, Stoppable {
    private final Console console;

    @Option(
            names = "--network",
            paramLabel = "NAME",
            description = "phi is told the transmitter, the city without missing buildings, and measurements; phi0 the"
                    + " transmitter and the whole city (default: phi).")
    private RadioTrainingOptions.Network network = RadioTrainingOptions.Network.PHI;

    @Mixin
    private RadioTrainingOptions options = new RadioTrainingOptions();

    @Option(
            names = "--interpretation",
            paramLabel = "BETA",
            description =
                    "Weight of the interpretation loss, for phi: the sum of squares by which the estimate inside a"
                            + " missing building in sight changes without all given buildings. 0 trains without it (default:"
                            + " ${DEFAULT-VALUE}).")
    private double interpretation = 0;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the weights and all random draws (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--half",
            description = "Write weights of 16 bits: half the file, estimates that differ by rounding.")
    private boolean half;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    private Path out = Path.of("radio-network");

    TrainRadioCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        RadioRun run = new RadioRun(
                console,
                out,
                half ? RadioModelFile.Precision.HALF : RadioModelFile.Precision.FULL,
                options.settings(network, seed, interpretation),
                options.start(),
                options.batches(RadioData.Part.TRAINING, network, seed),
                options.validation(network, seed + 1));
        RadioModel model = run.train();
        MapErrors errors = MapErrors.of(model, options.batches(RadioData.Part.TEST, network, seed + 2));
        console.out()
                .println("%s: %s weights, on unseen cities %s"
                        .formatted(run.network(), model.network().parameters(), RadioWording.of(errors)));
    }

    @Override
    public String afterStop() {
        return TrainCommand.afterStop(out.resolve("checkpoint"));
    }
}
