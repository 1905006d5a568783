package org.rde4j.samples.pictures;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rde4j.samples.pictures.network.PictureNetwork;
import org.rde4j.samples.pictures.network.Training;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the bundled network anew and writes it as ONNX. */
@Command(
        name = "pictures",
        description = "Trains the bundled network on drawn pictures and writes it as ONNX.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class TrainPictures implements Callable<Integer> {
    private static final int TEST_PICTURES = 2400;

    @Option(names = "--seed", description = "Seed of the weights and the pictures.")
    private long seed = Training.BUNDLED.seed();

    @Option(names = "--steps", description = "Number of updates.")
    private int steps = Training.BUNDLED.steps();

    @Option(names = "--out", required = true, description = "The ONNX file to write.")
    private Path out = Path.of("picture-network.onnx");

    @Option(
            names = "--checkpoint",
            description = "A file to continue from if it is there, and to leave the state in while training.",
            defaultValue = Option.NULL_VALUE)
    private Optional<Path> checkpoint = Optional.empty();

    @Override
    public Integer call() {
        Training plain = Training.BUNDLED.seed(seed).steps(steps);
        Training training = checkpoint.map(plain::checkpoint).orElse(plain);
        PictureNetwork network = training.run(this::print);
        network.writeOnnx(out, training.side());
        double accuracy = Training.accuracy(network, training.test(), TEST_PICTURES);
        System.out.printf(
                Locale.ROOT,
                "%s: %d weights, accuracy %.4f on %d unseen pictures%n",
                out,
                network.size(),
                accuracy,
                TEST_PICTURES);
        return 0;
    }

    private void print(Training.Progress progress) {
        System.out.printf(
                Locale.ROOT,
                "step %d of %d: loss %.3f, accuracy %.3f while training, %.3f on unseen pictures, %.0f s%n",
                progress.step(),
                steps,
                progress.loss(),
                progress.trained(),
                progress.unseen(),
                progress.seconds());
    }

    /**
     * Runs the command alone.
     *
     * @param arguments {@code --help} lists them
     */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new TrainPictures()).execute(arguments));
    }
}
