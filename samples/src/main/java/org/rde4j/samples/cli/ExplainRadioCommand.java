package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rde4j.Tensor;
import org.rde4j.files.ExplanationFolder;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.explanation.Chosen;
import org.rde4j.radiomap.explanation.RadioExplanation;
import org.rde4j.radiomap.explanation.RadioQuestion;
import org.rde4j.radiomap.network.Estimator;
import org.rde4j.radiomap.scene.Components;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.samples.report.RadioFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j explain radio}. */
@Command(
        name = "radio",
        sortOptions = false,
        description = "Explains an estimated radio map: which buildings and measurements its values on a region come"
                + " from, chosen one by one unless --solver says otherwise. Writes a folder with summary.png (the map"
                + " and the distortion curve), radio.json (what was chosen, in order), explanation.json, masks.npz,"
                + " signals.npz and history.csv.")
final class ExplainRadioCommand implements Runnable, Stoppable {
    private final Engine engine;
    private final Console console;

    @Mixin
    private RadioNetworks networks;

    @Option(names = "--map", paramLabel = "M", required = true, description = "The map's number.")
    private int map;

    @Option(names = "--tx", paramLabel = "T", required = true, description = "The transmitter's number on the map.")
    private int transmitter;

    @Mixin
    private SceneOptions scene;

    @Mixin
    private SolverOptions solver;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the folder M_T goes (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-out");

    @Mixin
    private MemoryOption memory = new MemoryOption();

    @Mixin
    private RunOptions limits = new RunOptions();

    ExplainRadioCommand(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    @Override
    public void run() {
        RunOptions.Limits search = limits.limits();
        RadioQuestion plain = scene.question();
        RadioQuestion question = plain.solvedBy(solver.solver(plain.solver(), false));
        Scene told = scene.told(
                networks.folder(),
                networks.scene(map, transmitter),
                solver.seed(question.solver().seed()));
        Path folder = out.resolve(told.name());
        ExplanationFolder.requireWritable(folder);
        Nd4jModel network = networks.network();
        Nd4jModel inpainter = networks.inpainter();
        RadioNetworks.requireFit(network, inpainter, told);
        engine.warnings().forEach(warning -> console.err().println("warning: " + warning));
        RadioExplanation answer;
        try (Progress progress = Progress.on(console, told.name())) {
            answer = question.explain(
                    told,
                    Components.of(told.given()).labels(),
                    network,
                    inpainter,
                    search.run(progress, folder),
                    Execution.defaults().memoryBudget(memory.bytes()));
        }
        Tensor estimate = new Estimator(network).estimate(told.input());
        RadioFolder.save(answer, estimate, network.name(), Versions.of(engine), folder);
        console.out().println(summary(answer) + "\n  in " + folder);
        answer.explanation().warnings().forEach(warning -> console.err().println("warning: " + warning));
    }

    private static String summary(RadioExplanation answer) {
        String first = answer.chosen().stream()
                .limit(5)
                .map(ExplainRadioCommand::named)
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s: distortion %.4g without any component, %.4g with %d (%d buildings, %d measurements); first %s (%.1f s)",
                answer.scene().name(),
                answer.distortionOfNothing(),
                answer.explanation().distortion(),
                answer.chosen().size(),
                answer.chosenBuildings().size(),
                answer.chosenMeasurements().size(),
                first.isEmpty() ? "none" : first,
                answer.explanation().cost().seconds());
    }

    private static String named(Chosen chosen) {
        if (chosen instanceof Chosen.Measurement measurement) {
            return String.format(
                    Locale.ROOT,
                    "%.2f at row %d column %d",
                    measurement.strength(),
                    measurement.place().row(),
                    measurement.place().column());
        }
        return "building " + ((Chosen.Building) chosen).label();
    }

    @Override
    public String afterStop() {
        return limits.afterStop(out);
    }
}
