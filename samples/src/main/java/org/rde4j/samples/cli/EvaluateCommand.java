package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rde4j.Explanation;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.nd4j.metrics.Evaluation;
import org.rde4j.nd4j.metrics.MetricSettings;
import org.rde4j.samples.report.EvaluationFolder;
import org.rde4j.samples.report.MetricTable;
import org.rde4j.samples.report.SavedExplanation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rde4j evaluate}. */
@Command(
        name = "evaluate",
        sortOptions = false,
        description = "Measures saved explanations with published metrics, each beside random masks of the same rate."
                + " Writes evaluation.csv, evaluation.json and curves; docs/metrics.md says what each number means.")
final class EvaluateCommand implements Runnable, Stoppable {
    private final Engine engine;
    private final Bundle bundle;
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "FOLDER",
            description = "Folders that 'explain' or Explanation.save has written.")
    private List<Path> folders = List.of();

    @Mixin
    private NetworkOptions network;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Random replacements for each mask (default: ${DEFAULT-VALUE}).")
    private int samples = MetricSettings.defaults().samples();

    @Option(
            names = "--curve-samples",
            paramLabel = "N",
            description = "Random replacements for each point of a curve (default: ${DEFAULT-VALUE}).")
    private int curveSamples = MetricSettings.defaults().curveSamples();

    @Option(names = "--points", paramLabel = "N", description = "Steps of a curve (default: ${DEFAULT-VALUE}).")
    private int points = MetricSettings.defaults().points();

    @Option(
            names = "--controls",
            paramLabel = "N",
            description = "Random masks and orders to compare with (default: ${DEFAULT-VALUE}).")
    private int controls = MetricSettings.defaults().controls();

    @Option(
            names = "--subsets",
            paramLabel = "N",
            description = "Random sets of components for faithfulness (default: ${DEFAULT-VALUE}).")
    private int subsets = MetricSettings.defaults().subsets();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all random draws (default: ${DEFAULT-VALUE}).")
    private long seed = MetricSettings.defaults().seed();

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-evaluation");

    @Mixin
    private MemoryOption memory = new MemoryOption();

    EvaluateCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Override
    public void run() {
        if (folders.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Say what to evaluate: folders that 'explain' has written, 'scatter' or 'solvers'.");
        }
        MetricSettings settings = settings();
        NetworkOptions.Choice choice = network.choice(bundle);
        long budget = memory.bytes();
        EvaluationFolder.requireWritable(out);
        List<Subject> subjects = subjects(choice);
        Engine.Network model = engine.open(choice);
        engine.warnings().forEach(warning -> console.err().println("warning: " + warning));
        List<EvaluationFolder.Entry> entries = new ArrayList<>();
        for (Subject subject : subjects) {
            console.err()
                    .println("measuring %s (%s of %s)".formatted(subject.name(), entries.size() + 1, subjects.size()));
            EvaluationFolder.Entry entry = evaluated(subject, model, settings, budget);
            entries.add(entry);
            console.out().println(subject.name() + "\n" + MetricTable.text(entry.rows()));
            // Written after every folder, so that an interrupted evaluation leaves what it has.
            EvaluationFolder.save(entries, settings, Versions.of(engine), out);
        }
        console.out().println("Tables and curves are in " + out);
    }

    private MetricSettings settings() {
        return MetricSettings.defaults()
                .samples(samples, curveSamples)
                .points(points)
                .controls(controls)
                .subsets(subsets, MetricSettings.defaults().removed())
                .seed(seed);
    }

    private static EvaluationFolder.Entry evaluated(
            Subject subject, Engine.Network model, MetricSettings settings, long budget) {
        SavedExplanation saved = subject.explanation();
        Explanation found = saved.explanation();
        Engine.Masked masked = new Engine.Masked(found.signal(), found.masks(), found.picture());
        Evaluation evaluation = model.evaluate(found.problem(), masked, settings, budget);
        boolean deletion = found.problem().game() == RateDistortion.Game.DELETION;
        return new EvaluationFolder.Entry(subject.name(), saved, evaluation, MetricTable.rows(evaluation, deletion));
    }

    /** A saved explanation and how to call it. */
    private record Subject(String name, SavedExplanation explanation) {}

    /** Everything that can be wrong with the folders is found before anything is measured. */
    private List<Subject> subjects(NetworkOptions.Choice choice) {
        List<String> names = FolderNames.of(folders.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .toList());
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            SavedExplanation saved = SavedExplanation.load(folders.get(i));
            String model = saved.context().model();
            // A program that saves an explanation does not say of which model.
            if (model != null && !model.equals(choice.name())) {
                throw new RdeException(
                        "%s explains %s, not %s.".formatted(folders.get(i), model, choice.name()),
                        "Give that model with --model, --mean and --std.");
            }
            String checksum = saved.context().modelChecksum();
            if (checksum != null && !checksum.equals(choice.checksum())) {
                throw new RdeException(
                        "%s explains another %s, or with another normalisation (%s, not %s)."
                                .formatted(folders.get(i), choice.name(), checksum, choice.checksum()),
                        "Give that model with --model, --mean and --std.");
            }
            subjects.add(new Subject(names.get(i), saved));
        }
        return subjects;
    }

    @Override
    public String afterStop() {
        return "Measures of whole folders are in %s; the same command begins anew.".formatted(out);
    }
}
