package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.Note;
import org.rde4j.samples.audio.explanation.SpectrumQuestions;
import org.rde4j.samples.audio.synthesis.Synthesiser;
import org.rde4j.samples.cli.ConvergenceMeasuring.Way;
import org.rde4j.samples.report.ConvergenceTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate audio-convergence}. */
@Command(
        name = "audio-convergence",
        sortOptions = false,
        showDefaultValues = true,
        description = "Explains simulated notes over magnitudes and phases (Bernoulli masks, temperature 0.1): by Adam"
                + " (200 steps of 8 samples, step size 0.05, from 0.9), and by the search that converges, with several"
                + " budgets. Prints how low objectives are after how many evaluations and draws it. What is finished"
                + " is kept in the output folder: run it again, and it goes on.")
final class EvaluateAudioConvergenceCommand implements Runnable, Stoppable {
    private static final int STEPS = 200;
    private static final int SAMPLES = 8;

    private final Console console;

    @Mixin
    private SpectrumNetworks networks = new SpectrumNetworks();

    @Option(names = "--notes", paramLabel = "N", description = "How many notes; the families take turns.")
    private int notes = 20;

    @Option(names = "--seed", paramLabel = "N", description = "Of the instruments, which the networks have not heard.")
    private long seed = 1;

    @Option(names = "--lambda", paramLabel = "X", description = "Price of the rate.")
    private double lambda = 50;

    @Option(
            names = "--budgets",
            paramLabel = "N",
            split = ",",
            description = "Evaluations of the search that converges.")
    private List<Integer> budgets = List.of(320, 1600);

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go.")
    private Path out = Path.of("rde4j-audio-convergence");

    EvaluateAudioConvergenceCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (notes < 1) {
            throw new RdeException("The number of notes (%s) must be at least 1.".formatted(notes), "Maybe use 20.");
        }
        Nd4jModel classifier = networks.classifier();
        RateDistortion problem = SpectrumQuestions.frequenciesSoon(networks.inpainter());
        Map<String, Tensor> spectra = new LinkedHashMap<>();
        for (int i = 0; i < notes; i++) {
            Note note = Synthesiser.note(seed + TrainNotesCommand.TEST_SEED, i);
            spectra.put("%s %s".formatted(note.name(), seed), LogSpectrum.of(note.samples()));
        }
        new ConvergenceMeasuring(
                        console,
                        out,
                        networks.name(),
                        lambda,
                        this::ways,
                        asked -> Nd4jBackend.compile(asked, classifier))
                .run(Map.of("frequencies", problem), spectra, 1);
    }

    private List<Way> ways(long first) {
        BernoulliRelaxation bernoulli =
                Solver.bernoulli(lambda).temperature(0.1).startingAt(0.9).seed(first);
        List<Way> ways = new ArrayList<>();
        ways.add(
                new Way(ConvergenceTable.ADAM, bernoulli.adam(0.05).steps(STEPS).samples(SAMPLES), STEPS * SAMPLES));
        budgets.forEach(budget -> ways.add(new Way(ConvergenceTable.CONVERGING, bernoulli.converging(budget), budget)));
        return ways;
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
