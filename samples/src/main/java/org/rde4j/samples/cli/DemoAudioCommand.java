package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Convergence;
import org.rde4j.RateDistortion;
import org.rde4j.Run;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.samples.audio.Families;
import org.rde4j.samples.audio.LogSpectrum;
import org.rde4j.samples.audio.Note;
import org.rde4j.samples.audio.explanation.SpectrumQuestions;
import org.rde4j.samples.audio.synthesis.Synthesiser;
import org.rde4j.samples.report.AudioPage;
import org.rde4j.samples.report.SavedExplanation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j demo audio}: the seed's Figure 6 and some of its Table 2 for simulated notes. */
@Command(
        name = "audio",
        sortOptions = false,
        description =
                "Plays notes on simulated instruments, explains by which magnitudes and phases rde4j's own network"
                        + " tells their families, and writes a page with pictures and sounds. Takes less than two minutes on two"
                        + " cores.")
final class DemoAudioCommand implements Runnable {
    private static final List<String> SHOWN = List.of("guitar", "bass", "organ");
    /** The table shows θ alone. */
    private static final int FRESH = 1;

    private final Engine engine;
    private final Console console;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-out", "demo-audio");

    @Option(names = "--seed", paramLabel = "N", description = "Of the instruments (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--quick", description = "One note and a short search, to see that everything works.")
    private boolean quick;

    DemoAudioCommand(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    @Override
    public void run() {
        List<String> families = quick ? SHOWN.subList(0, 1) : SHOWN;
        List<NoteExplaining.Subject> subjects = new ArrayList<>();
        for (String family : families) {
            subjects.add(new NoteExplaining.Subject(family, note(family, 0).samples(), out.resolve(family)));
        }
        SpectrumNetworks networks = new SpectrumNetworks();
        var inpainter = networks.inpainter();
        Execution execution = Execution.defaults().freshSamples(64);
        List<SavedExplanation> explanations = new NoteExplaining(engine, console, execution, RunOptions.Limits.NONE)
                .run(networks, hurried(SpectrumQuestions.frequenciesSoon(inpainter), 1000), subjects);
        RateDistortion query = hurried(SpectrumQuestions.magnitudeOrPhaseSoon(inpainter), 400);
        List<AudioPage.Importance> importances = new ArrayList<>();
        try (var explainer = Nd4jBackend.compile(query, networks.classifier(), execution.freshSamples(FRESH))) {
            for (String family : families) {
                List<Tensor> notes = IntStream.range(0, quick ? 1 : 4)
                        .mapToObj(i -> LogSpectrum.of(note(family, i).samples()))
                        .toList();
                float[] theta = explainer
                        .explainTogether(notes, Run.plain())
                        .get(0)
                        .masks()
                        .values()
                        .iterator()
                        .next()
                        .values();
                importances.add(new AudioPage.Importance(family, notes.size(), theta[0], theta[1]));
            }
        }
        Path page = AudioPage.write(explanations, importances, remarks(), out);
        console.out().println("Open " + page.toAbsolutePath().normalize());
    }

    /** The number-th note of a family, on instruments that the networks have not heard. */
    private Note note(String family, int number) {
        int index = number * Synthesiser.NOTES_PER_INSTRUMENT * Families.NAMES.size() + Families.NAMES.indexOf(family);
        return Synthesiser.note(seed + TrainNotesCommand.TEST_SEED, index);
    }

    private RateDistortion hurried(RateDistortion problem, int evaluations) {
        return problem.solvedBy(((BernoulliRelaxation) problem.solver())
                .converging(quick ? Convergence.LEAST_EVALUATIONS : evaluations));
    }

    private String remarks() {
        return "The notes are simulated (seed %s), and so were those that the classifier and the inpainting network have"
                        .formatted(seed)
                + " learnt from. './rde4j explain audio' does the same for WAV files, networks and numbers of your choice.";
    }
}
