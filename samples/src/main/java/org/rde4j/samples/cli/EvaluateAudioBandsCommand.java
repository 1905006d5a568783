package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rde4j.L1Relaxation;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.samples.audio.Note;
import org.rde4j.samples.audio.waveform.BandTrial;
import org.rde4j.samples.audio.waveform.Bands;
import org.rde4j.samples.audio.waveform.Replacement;
import org.rde4j.samples.audio.waveform.WaveformClassifier;
import org.rde4j.samples.report.SceneRows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate audio-bands}. */
@Command(
        name = "audio-bands",
        sortOptions = false,
        description = "Explains each correctly classified note over bands of frequencies and compares the chosen bands"
                + " with as many of the largest energy, of the largest gradient times input, and random ones, on fresh"
                + " samples. Writes bands.csv and goes on from it; docs/audio.md says what each number means.")
final class EvaluateAudioBandsCommand implements Runnable, Stoppable {
    private static final List<String> CHOICES =
            List.of("explanation", "energy", "|gradient x input|", "random", "nothing kept");
    private static final List<String> COLUMNS = List.of(
            "rate",
            "explanation",
            "explanationKept",
            "energy",
            "energyKept",
            "gradient",
            "gradientKept",
            "random",
            "randomKept",
            "none",
            "noneKept");

    private final Console console;

    @Mixin
    private WaveformOptions sounds = new WaveformOptions();

    @Option(names = "--bands", paramLabel = "N", description = "How many bands (default: ${DEFAULT-VALUE}).")
    private int bands = 64;

    @Option(
            names = "--lowest",
            paramLabel = "HZ",
            description = "Bands are equally wide on a logarithmic axis from here to 8000 Hz; what is below is in the"
                    + " first one (default: ${DEFAULT-VALUE}).")
    private double lowest = 20;

    @Option(
            names = "--replaced-by",
            paramLabel = "WHAT",
            description = "What stands in for other bands: noise as loud as the median of the other notes in each"
                    + " band, or the bands of other notes (default: ${DEFAULT-VALUE}; ${COMPLETION-CANDIDATES}).")
    private Replacement replacement = Replacement.NOISE;

    @Option(names = "--lambda", paramLabel = "X", description = "Price of the rate (default: ${DEFAULT-VALUE}).")
    private double lambda = 20;

    @Option(names = "--steps", paramLabel = "N", description = "Updates of each mask (default: ${DEFAULT-VALUE}).")
    private int steps = 150;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Random replacements per step (default: ${DEFAULT-VALUE}).")
    private int samples = 8;

    @Option(names = "--step-size", paramLabel = "X", description = "Of Adam (default: ${DEFAULT-VALUE}).")
    private double stepSize = 0.05;

    @Option(
            names = "--fresh",
            paramLabel = "N",
            description = "Fresh replacements that a choice of bands is measured on (default: ${DEFAULT-VALUE}).")
    private int fresh = 64;

    @Option(names = "--seed", paramLabel = "N", description = "Of all random draws (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the table goes (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-audio");

    EvaluateAudioBandsCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (fresh < 1) {
            throw new RdeException("The number --fresh (%s) must be at least 1.".formatted(fresh), "Maybe use 64.");
        }
        L1Relaxation solver =
                Solver.l1(lambda).adam(stepSize).steps(steps).samples(samples).seed(seed);
        WaveformClassifier classifier = sounds.classifier();
        Bands components = Bands.logarithmic(classifier.length(), lowest, bands);
        BandTrial trial = new BandTrial(classifier, components, solver, fresh, Execution.defaults());
        List<Note> notes = sounds.notes(console);
        String settings = "%s, %s bands from %s Hz, replaced by %s, %s, %s fresh"
                .formatted(sounds.fingerprint(), bands, lowest, replacement, solver, fresh);
        SceneRows rows = SceneRows.open(out.resolve("bands.csv"), settings, COLUMNS);
        List<Tensor> signals = notes.stream().map(classifier::signal).toList();
        List<Integer> labels = trial.labels(signals);
        List<double[]> right = new ArrayList<>();
        try (Counting counting = Counting.on(console, "evaluate audio-bands", notes.size())) {
            for (int i = 0; i < notes.size(); i++) {
                int at = i;
                if (labels.get(i) == notes.get(i).family()) {
                    right.add(rows.row(notes.get(i).name(), () -> measured(trial, signals, at)));
                }
                counting.one();
            }
        }
        print(right, notes.size());
    }

    private double[] measured(BandTrial trial, List<Tensor> signals, int index) {
        List<Tensor> others = new ArrayList<>(signals);
        Tensor signal = others.remove(index);
        BandTrial.Result result = trial.run(signal, replacement.from(trial.bands(), others));
        double[] row = new double[COLUMNS.size()];
        row[0] = result.rate();
        List<BandTrial.Measured> choices =
                List.of(result.explanation(), result.energy(), result.gradient(), result.random(), result.none());
        for (int i = 0; i < choices.size(); i++) {
            row[1 + 2 * i] = choices.get(i).distortion();
            row[2 + 2 * i] = choices.get(i).kept();
        }
        return row;
    }

    private void print(List<double[]> rows, int notes) {
        console.out().println("%s of %s notes are classified correctly".formatted(rows.size(), notes));
        if (rows.isEmpty()) {
            return;
        }
        console.out()
                .println("%-20s %-18s %-16s %-22s %s"
                        .formatted(
                                "bands chosen by",
                                "distortion",
                                "label kept",
                                "in most samples",
                                "explanation better"));
        for (int i = 0; i < CHOICES.size(); i++) {
            printChoice(rows, i);
        }
        line("rate", column(rows, 0), "of %s bands".formatted(bands));
        console.out()
                .println("mean ± standard error over %s notes; %s fresh samples; replaced by %s; seed %s"
                        .formatted(rows.size(), fresh, replacement.name().toLowerCase(Locale.ROOT), seed));
    }

    private void printChoice(List<double[]> rows, int choice) {
        int at = 1 + 2 * choice;
        long kept = rows.stream().filter(row -> row[at + 1] > 0.5).count();
        long better = rows.stream().filter(row -> row[1] < row[at]).count();
        console.out()
                .println("%-20s %-18s %-16s %-22s %s"
                        .formatted(
                                CHOICES.get(choice),
                                column(rows, at),
                                column(rows, at + 1),
                                String.format(Locale.ROOT, "%d notes (%.0f %%)", kept, 100.0 * kept / rows.size()),
                                choice == 0 ? "" : "%s notes".formatted(better)));
    }

    private void line(String name, Estimate estimate, String unit) {
        console.out().println("%-20s %s %s".formatted(name, estimate, unit));
    }

    private static Estimate column(List<double[]> rows, int column) {
        return Estimate.of(rows.stream().mapToDouble(row -> row[column]).toArray());
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
