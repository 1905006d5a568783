package org.rde4j.samples.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.data.Examples;
import org.rde4j.radiomap.data.Input;
import org.rde4j.radiomap.network.Estimator;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioUNet;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.radiomap.training.MapErrors;
import org.rde4j.radiomap.training.Panels;
import org.rde4j.radiomap.training.RadioTrainer;
import org.rde4j.radiomap.training.RadioTraining;
import org.rde4j.radiomap.training.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j train radio}: a network that estimates radio maps. */
@Command(
        name = "radio",
        sortOptions = false,
        showDefaultValues = true,
        description = "Trains RadioUNet on a data set in RadioMapSeer's layout, measures it on cities that it has not"
                + " seen, and writes network.onnx, history.csv, pictures and a checkpoint. Interrupted, the same command"
                + " goes on where the last report was.")
final class TrainRadioCommand implements Runnable {
    private static final int SHOWN = 4;

    private final Console console;

    /** What a network is told. */
    enum Network {
        PHI,
        PHI0
    }

    @Mixin
    private RadioData data = new RadioData();

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    private Path out = Path.of("radio-network");

    @Option(
            names = "--network",
            paramLabel = "NAME",
            description = "phi is told the transmitter, the city without missing buildings, and measurements; phi0 the"
                    + " transmitter and the whole city.")
    private Network network = Network.PHI;

    @Option(names = "--width", paramLabel = "X", description = "Multiplies the channels; 1 is the published network.")
    private double width = 0.25;

    @Option(
            names = "--depth",
            paramLabel = "NAME",
            description = "The first U-net alone, or both: ${COMPLETION-CANDIDATES}.")
    private RadioUNet.Depth depth = RadioUNet.Depth.BOTH;

    @Option(
            names = "--steps",
            paramLabel = "N",
            split = ",",
            arity = "1",
            description = "Steps of each U-net, such as 2000,1000; one number stands for all.")
    private List<Integer> steps = List.of(2000);

    @Option(names = "--batch", paramLabel = "N", description = "Scenes in a step.")
    private int batch = 8;

    @Option(names = "--step-size", paramLabel = "X", description = "Of Adam.")
    private double stepSize = 0.001;

    @Option(
            names = "--decay",
            paramLabel = "X",
            description = "What multiplies the step size every --decay-every steps; 0 for half a cosine down to 0.")
    private double decay = 0;

    @Option(names = "--decay-every", paramLabel = "N", description = "Steps between two decays.")
    private int decayEvery = 10_000;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "Ends after so many reports without a better network.")
    private int patience = 20;

    @Option(
            names = "--report-every",
            paramLabel = "N",
            description = "Steps between reports, checkpoints and pictures.")
    private int reportEvery = 100;

    @Option(names = "--validation", paramLabel = "N", description = "Scenes to choose the best network by.")
    private int validation = 64;

    @Option(names = "--seed", paramLabel = "N", description = "Of the weights and all random draws.")
    private long seed = 1;

    TrainRadioCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        RadioTraining settings = settings();
        Batches training = batches(RadioData.Part.TRAINING, seed);
        Batches watched = few(batches(RadioData.Part.VALIDATION, seed + 1));
        folder(out.resolve("panels"));
        Batches shown = new Batches(watched.examples(), SHOWN, watched.input(), false, false);
        RadioTrainer.Listener listener = (report, history, model) -> reported(report, history, model, shown);
        RadioModel model =
                new RadioTrainer(settings, training, watched, Optional.of(out.resolve("checkpoint")), listener).run();
        MapErrors errors = MapErrors.of(model, batches(RadioData.Part.TEST, seed + 2));
        line("%s: %d weights, on unseen cities %s", out, model.network().parameters(), RadioWording.of(errors));
    }

    private RadioTraining settings() {
        RadioUNet net = new RadioUNet(network == Network.PHI ? 3 : 2, width, depth);
        int parts = net.parts().size();
        Integer[] each = steps.size() == 1
                ? Collections.nCopies(parts, steps.get(0)).toArray(Integer[]::new)
                : steps.toArray(Integer[]::new);
        return RadioTraining.of(net)
                .steps(each)
                .seed(seed)
                .batch(batch)
                .stepSize(stepSize)
                .decay(new RadioTraining.Decay(decay, decayEvery))
                .patience(patience)
                .reportEvery(reportEvery);
    }

    private Batches batches(RadioData.Part part, long ofExamples) {
        return network == Network.PHI
                ? Batches.of(data.examples(part, ofExamples), batch)
                : Batches.of(data.plain(part).seed(ofExamples), batch).input(Input.WHOLE_CITY);
    }

    /** The first transmitter of every city, then the second, and so on, until there are enough. */
    private Batches few(Batches batches) {
        Examples all = batches.examples();
        int cities = (int) all.stations().stream().map(s -> s.map()).distinct().count();
        Examples even = all.transmitters(Math.max(1, (validation + cities - 1) / cities));
        int count = Math.min(validation, even.size());
        return new Batches(
                new Examples(
                        even.folder(),
                        even.stations().subList(0, count),
                        even.measurements(),
                        even.missing(),
                        even.seed()),
                batches.size(),
                batches.input(),
                false,
                false);
    }

    private void reported(Report report, String history, RadioModel model, Batches shown) {
        line(
                "U-net %d, step %d of %d: loss %.5f, validation RMSE %.4f (best %.4f), %.0f s",
                report.part() + 1,
                report.step(),
                report.of(),
                report.loss(),
                report.validationRmse(),
                report.bestRmse(),
                report.seconds());
        Estimator estimator = new Estimator(model);
        List<Scene> scenes = shown.batch(0, 0).scenes();
        List<Tensor> estimates = new ArrayList<>();
        for (Scene scene : scenes) {
            estimates.add(estimator.estimate(network == Network.PHI ? scene.input() : scene.wholeCity()));
        }
        write(Panels.of(scenes, estimates), "panels/unet%d-%06d.png".formatted(report.part() + 1, report.step()));
        write(history.getBytes(StandardCharsets.UTF_8), "history.csv");
    }

    private void write(BufferedImage image, String name) {
        try {
            ImageIO.write(image, "png", out.resolve(name).toFile());
        } catch (IOException e) {
            throw unwritable(out.resolve(name), e);
        }
    }

    private void write(byte[] bytes, String name) {
        try {
            Files.write(out.resolve(name), bytes);
        } catch (IOException e) {
            throw unwritable(out.resolve(name), e);
        }
    }

    private static void folder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static RdeException unwritable(Path path, IOException e) {
        return new RdeException(
                "%s cannot be written (%s).".formatted(path, e.getMessage()), "Choose another folder for --out.");
    }

    private void line(String format, Object... values) {
        console.out().println(String.format(Locale.ROOT, format, values));
    }
}
