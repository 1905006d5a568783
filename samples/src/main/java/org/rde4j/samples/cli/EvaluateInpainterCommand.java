package org.rde4j.samples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.rde4j.Tensor;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.nd4j.random.NormalNumbers;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.network.ClassifierTraining;
import org.rde4j.samples.audio.network.Inpainting;
import org.rde4j.samples.audio.network.NoteClassifier;
import org.rde4j.samples.audio.network.Spectra;
import org.rde4j.samples.audio.network.TrainingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate inpainter}: whether G keeps spectra in distribution. */
@Command(
        name = "inpainter",
        sortOptions = false,
        description = "Measures an inpainting network on notes that it has not learnt from: how well a classifier"
                + " that is trained for it tells inpainted spectra from real ones (0.5 would be not at all), and how far"
                + " hidden magnitudes are off, against Gaussian noise with the moments of the same note.")
final class EvaluateInpainterCommand implements Runnable {
    private static final int BATCH = 32;

    private final Console console;

    @Mixin
    private SpectrumNetworks networks = new SpectrumNetworks();

    @Mixin
    private NoteSource notes = new NoteSource();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of the classifier's training (default: ${DEFAULT-VALUE}).")
    private int steps = 600;

    @Option(names = "--seed", paramLabel = "N", description = "Of all random draws (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    EvaluateInpainterCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        Inpainting inpainting = new Inpainting(networks.inpainter(), BATCH);
        TrainingSettings settings = new TrainingSettings(steps, BATCH, 1e-3, 100, seed);
        Spectra unheard = notes.spectra(console, seed + TrainNotesCommand.TEST_SEED);
        List<Inpainting.Filled> filled = inpainting.filled(unheard.values(), seed);
        printMagnitudes(filled);
        int half = filled.size() / 2;
        double accuracy = new ClassifierTraining(
                        settings, new NoteClassifier(2), both(filled.subList(0, half)), Optional.empty())
                .run((step, message, history) -> {})
                .accuracy(both(filled.subList(half, filled.size())));
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "told from real by a classifier trained for it: %.3f of %d spectra (chance 0.5)",
                        accuracy,
                        2 * (filled.size() - half)));
    }

    /** Real spectra as the class 0, inpainted ones as the class 1. */
    private static Spectra both(List<Inpainting.Filled> filled) {
        List<Tensor> values = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        for (Inpainting.Filled each : filled) {
            values.add(each.spectrum());
            classes.add(0);
            values.add(each.inpainted());
            classes.add(1);
        }
        return new Spectra(values, classes);
    }

    private void printMagnitudes(List<Inpainting.Filled> filled) {
        List<double[]> errors = new ArrayList<>();
        for (int i = 0; i < filled.size(); i++) {
            double[] both = errors(filled.get(i), new SplittableRandom(new SplittableRandom(seed + i).nextLong()));
            if (!Double.isNaN(both[0])) {
                errors.add(both);
            }
        }
        print("hidden magnitudes off by, inpainted", errors, 0);
        print("hidden magnitudes off by, Gaussian noise", errors, 1);
    }

    private void print(String name, List<double[]> errors, int column) {
        Estimate estimate =
                Estimate.of(errors.stream().mapToDouble(row -> row[column]).toArray());
        console.out().println("%-42s %s (%s notes)".formatted(name, estimate, estimate.n()));
    }

    /** Mean absolute errors over the hidden magnitudes; NaN if none are hidden. */
    private static double[] errors(Inpainting.Filled filled, SplittableRandom random) {
        float[] real = filled.spectrum().values();
        float[] inpainted = filled.inpainted().values();
        float[] mask = filled.mask().values();
        double mean = 0;
        double square = 0;
        for (int i = 0; i < LogSpectrum.CELLS; i++) {
            mean += real[i] / LogSpectrum.CELLS;
            square += (double) real[i] * real[i] / LogSpectrum.CELLS;
        }
        double deviation = Math.sqrt(Math.max(0, square - mean * mean));
        double[] sums = new double[2];
        int hidden = 0;
        for (int i = 0; i < LogSpectrum.CELLS; i++) {
            double noise = mean + deviation * NormalNumbers.next(random);
            if (mask[i] == 0) {
                sums[0] += Math.abs(inpainted[i] - real[i]);
                sums[1] += Math.abs(noise - real[i]);
                hidden++;
            }
        }
        return new double[] {sums[0] / hidden, sums[1] / hidden};
    }
}
