package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.rde4j.samples.pictures.network.PictureNetwork;
import org.rde4j.samples.pictures.network.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j train pictures}: makes the bundled network anew. */
@Command(
        name = "pictures",
        description = "Trains the bundled network on drawn pictures, writes it as ONNX and measures its accuracy.",
        showDefaultValues = true)
final class TrainPicturesCommand implements Runnable, Stoppable {
    private static final int TEST_PICTURES = 2400;

    private final Console console;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The ONNX file to write.")
    private Path out = Path.of("picture-network.onnx");

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the weights and the pictures.")
    private long seed = Training.BUNDLED.seed();

    @Option(names = "--steps", paramLabel = "N", description = "Number of updates, each on 32 new pictures.")
    private int steps = Training.BUNDLED.steps();

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "Where to keep the state while training; an interrupted training continues from it.")
    private Optional<Path> checkpoint = Optional.empty();

    TrainPicturesCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        Training plain = Training.BUNDLED.seed(seed).steps(steps);
        Training training = checkpoint.map(plain::checkpoint).orElse(plain);
        PictureNetwork network = training.run(this::print);
        network.writeOnnx(out, training.side());
        double accuracy = Training.accuracy(network, training.test(), TEST_PICTURES);
        line("%s: %d weights, accuracy %.4f on %d unseen pictures", out, network.size(), accuracy, TEST_PICTURES);
    }

    private void print(Training.Progress progress) {
        line(
                "step %d of %d: loss %.3f, accuracy %.3f while training, %.3f on unseen pictures, %.0f s",
                progress.step(), steps, progress.loss(), progress.trained(), progress.unseen(), progress.seconds());
    }

    private void line(String format, Object... values) {
        console.out().println(String.format(Locale.ROOT, format, values));
    }

    @Override
    public String afterStop() {
        return checkpoint
                .map(TrainCommand::afterStop)
                .orElse("No state was kept; with --checkpoint FILE the same command can be gone on with.");
    }
}
