package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rde4j.RateDistortion;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.samples.audio.Wav;
import org.rde4j.samples.audio.explanation.SpectrumQuestions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rde4j explain audio}. */
@Command(
        name = "audio",
        sortOptions = false,
        description = "Explains which magnitudes and phases of a note decide what instrument a classifier hears; what"
                + " is not kept is filled in by an inpainting network. Each note gets a folder with explanation.png (the"
                + " mask over the spectrum), summary.png (one inpainting), note.wav, kept.wav, left-out.wav, masks.npz,"
                + " signals.npz, history.csv and explanation.json. The relaxation is the published one; --published also"
                + " takes the seed's 1,000,000 small steps.")
final class ExplainAudioCommand implements Runnable, Stoppable {
    private final Engine engine;
    private final Console console;

    @Parameters(
            arity = "1..*",
            paramLabel = "NOTE.wav",
            description = "WAV files of any rate and number of channels; the first two seconds count.")
    private List<Path> paths = List.of();

    @Mixin
    private SpectrumNetworks networks = new SpectrumNetworks();

    @Mixin
    private SolverOptions solver = new SolverOptions();

    @Option(names = "--published", description = "Start from the seed's step size and number of steps.")
    private boolean published;

    @Mixin
    private RunOptions limits = new RunOptions();

    @Option(names = "--out", paramLabel = "DIR", description = "Where the folders go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-out");

    @Mixin
    private MemoryOption memory = new MemoryOption();

    ExplainAudioCommand(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    @Override
    public void run() {
        List<String> names = FolderNames.of(paths);
        List<NoteExplaining.Subject> subjects = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            Path path = paths.get(i);
            Wav wav = Wav.read(path);
            wav.conversion().ifPresent(sentence -> console.err().println("note: %s: %s.".formatted(path, sentence)));
            wav.doubt().ifPresent(doubt -> console.err().println("warning: %s: %s.".formatted(path, doubt)));
            subjects.add(new NoteExplaining.Subject(
                    path.getFileName().toString(), wav.samples(), out.resolve(names.get(i))));
        }
        var inpainter = networks.inpainter();
        RateDistortion preset =
                published ? SpectrumQuestions.frequencies(inpainter) : SpectrumQuestions.frequenciesSoon(inpainter);
        new NoteExplaining(engine, console, Execution.defaults().memoryBudget(memory.bytes()), limits.limits())
                .run(networks, preset.solvedBy(solver.solver(preset.solver(), false)), subjects);
    }

    @Override
    public String afterStop() {
        return limits.afterStop(out);
    }
}
