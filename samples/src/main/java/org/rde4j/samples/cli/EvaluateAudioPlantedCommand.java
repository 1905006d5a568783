package org.rde4j.samples.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Distortion;
import org.rde4j.Explanation;
import org.rde4j.Obfuscation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.Run;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.Nd4jExplainer;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.network.ClassifierTraining;
import org.rde4j.samples.audio.network.NoteClassifier;
import org.rde4j.samples.audio.network.Spectra;
import org.rde4j.samples.audio.network.TrainingSettings;
import org.rde4j.samples.audio.synthesis.PlantedNotes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate audio-planted}: whether "magnitude or phase?" finds what is known to be the answer. */
@Command(
        name = "audio-planted",
        sortOptions = false,
        description = "Trains classifiers of two families of notes that differ in their phases only, or in their"
                + " magnitudes only, and asks of each whether magnitude or phase decides. What is hidden is replaced by"
                + " that of other notes. Prints a table and how often the answer is right.")
final class EvaluateAudioPlantedCommand implements Runnable {
    private static final int TRAINING_NOTES = 400;
    private static final int TEST_NOTES = 100;
    private static final int EXPLAINED = 8;
    private static final int DRAWN = 128;
    private static final int SAMPLES = 64;
    private static final double IMPORTANT = 0.5;

    private final Console console;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many classifiers for each pair (default: ${DEFAULT-VALUE}).")
    private int seeds = 10;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each classifier's training (default: ${DEFAULT-VALUE}).")
    private int steps = 120;

    @Option(
            names = "--lambda",
            paramLabel = "X",
            description =
                    "Price of the rate (default: the distortion when both are hidden, so that either costs half of"
                            + " what it could save).")
    private OptionalDouble lambda = OptionalDouble.empty();

    EvaluateAudioPlantedCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (seeds < 1) {
            throw new RdeException("The number of seeds (%s) must be at least 1.".formatted(seeds), "Maybe use 10.");
        }
        console.out().println("planted in   seed  accuracy  magnitude  phase  answer");
        for (Map.Entry<String, PlantedNotes> pair :
                Map.of("magnitude", PlantedNotes.magnitude(), "phase", PlantedNotes.phase()).entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .toList()) {
            int right = 0;
            for (int seed = 1; seed <= seeds; seed++) {
                right += isFound(pair.getKey(), pair.getValue(), seed) ? 1 : 0;
            }
            console.out().println("%s: %s of %s right".formatted(pair.getKey(), right, seeds));
        }
    }

    private boolean isFound(String planted, PlantedNotes notes, long seed) {
        Spectra data = Spectra.of(TRAINING_NOTES, i -> notes.note(seed, i));
        Spectra test = Spectra.of(TEST_NOTES, i -> notes.note(seed + TrainNotesCommand.TEST_SEED, i));
        ClassifierTraining training = new ClassifierTraining(
                        new TrainingSettings(steps, 16, 1e-3, steps, seed),
                        new NoteClassifier(2),
                        data,
                        Optional.empty())
                .run((step, message, history) -> {});
        float[] theta = importance(training.model(), data, test.values().subList(0, EXPLAINED), seed);
        String answer = theta[0] > IMPORTANT == theta[1] > IMPORTANT
                ? theta[0] > IMPORTANT ? "both" : "neither"
                : theta[0] > theta[1] ? "magnitude" : "phase";
        console.out()
                .println(String.format(
                        Locale.ROOT,
                        "%-12s %4d  %8.3f  %9.3f  %5.3f  %s",
                        planted,
                        seed,
                        training.accuracy(test),
                        theta[0],
                        theta[1],
                        answer));
        return answer.equals(planted);
    }

    /** θ of all magnitudes and of all phases, over some notes together. */
    private float[] importance(Nd4jModel classifier, Spectra data, List<Tensor> notes, long seed) {
        float[] others = new float[DRAWN * 2 * LogSpectrum.CELLS];
        IntStream.range(0, DRAWN)
                .forEach(i -> System.arraycopy(
                        data.values().get(i).values(), 0, others, i * 2 * LogSpectrum.CELLS, 2 * LogSpectrum.CELLS));
        RateDistortion problem = RateDistortion.over(Representation.channels())
                .obfuscatedBy(Obfuscation.draws(Tensor.of(others, DRAWN, 2, LogSpectrum.CELLS)))
                .measuredBy(Distortion.labelScore());
        BernoulliRelaxation solver = Solver.bernoulli(1)
                .temperature(0.1)
                .startingAt(0.9)
                .adam(0.05)
                .steps(200)
                .samples(4)
                .seed(seed);
        double price = lambda.orElseGet(() -> hidden(problem.solvedBy(solver), classifier, notes, seed));
        try (Nd4jExplainer explainer = Nd4jBackend.compile(
                problem.solvedBy(solver.lambda(price)),
                classifier,
                Execution.defaults().freshSamples(1))) {
            Explanation together = explainer.explainTogether(notes, Run.plain()).get(0);
            return together.masks().values().iterator().next().values();
        }
    }

    /** The mean distortion when nothing is kept. */
    private static double hidden(RateDistortion problem, Nd4jModel classifier, List<Tensor> notes, long seed) {
        Map<String, Tensor> nothing = Map.of("channels", Tensor.of(new float[2], 2));
        try (Nd4jExplainer explainer = Nd4jBackend.compile(problem, classifier)) {
            return notes.stream()
                    .mapToDouble(note ->
                            explainer.assess(note, nothing, SAMPLES, seed).distortion())
                    .average()
                    .orElseThrow();
        }
    }
}
