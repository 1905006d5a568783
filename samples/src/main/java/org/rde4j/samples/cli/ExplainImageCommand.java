package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.RateDistortion;
import org.rde4j.Representation;
import org.rde4j.samples.image.Preprocessing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rde4j explain image}. */
@Command(
        name = "image",
        sortOptions = false,
        description = "Explains a classifier's decision about pictures. Each picture gets a folder with"
                + " explanation.png, summary.png, masks.npz, signals.npz, history.csv and explanation.json.",
        footerHeading = "%nPresets:%n")
final class ExplainImageCommand implements Runnable, Stoppable {
    private final Engine engine;
    private final Bundle bundle;
    private final Console console;

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "JPEG or PNG files (transparency is laid over white, EXIF orientation is applied, colour"
                    + " profiles are not), or .npy files [1,3,H,W] or [3,H,W] in [0, 1], taken as they are.")
    private List<Path> paths = List.of();

    @Mixin
    private NetworkOptions network;

    @Mixin
    private ProblemOptions settings = new ProblemOptions("cartoonX");

    @Option(names = "--out", paramLabel = "DIR", description = "Where the folders go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-out");

    @Mixin
    private MemoryOption memory = new MemoryOption();

    @Mixin
    private RunOptions limits = new RunOptions();

    ExplainImageCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Spec
    void describePresets(CommandSpec spec) {
        spec.usageMessage().footer(PresetTable.lines().toArray(String[]::new));
    }

    /** Everything that can be wrong is looked at before the first step is computed. */
    @Override
    public void run() {
        RateDistortion problem = settings.problem();
        RunOptions.Limits each = limits.limits();
        NetworkOptions.Choice choice = network.choice(bundle);
        Engine.Network opened = engine.open(choice);
        Preprocessing preprocessing = network.preprocessing(bundle, opened);
        List<Explaining.Subject> subjects = Explaining.Subject.of(paths, preprocessing::read, out);
        new Explaining(engine, console, memory.bytes(), each).run(opened, choice, fitting(problem, subjects), subjects);
    }

    /** A preset has as many levels of wavelets as pictures of usual sizes; smaller ones get what they have. */
    private RateDistortion fitting(RateDistortion problem, List<Explaining.Subject> subjects) {
        if (settings.choosesRepresentation()
                || !(problem.representation() instanceof Representation.Wavelets wavelets)) {
            return problem;
        }
        int shortest = subjects.stream()
                .mapToInt(subject ->
                        Math.min(subject.signal().shape()[1], subject.signal().shape()[2]))
                .min()
                .orElseThrow();
        int most = Math.max(1, 31 - Integer.numberOfLeadingZeros(shortest));
        if (wavelets.levels() <= most) {
            return problem;
        }
        console.err()
                .println("note: pictures of %s pixels have %s levels of wavelets, not the preset's %s"
                        .formatted(shortest, most, wavelets.levels()));
        return new RateDistortion(
                wavelets.levels(most),
                problem.obfuscation(),
                problem.distortion(),
                problem.solver(),
                problem.game(),
                problem.signalRange());
    }

    @Override
    public String afterStop() {
        return limits.afterStop(out);
    }
}
