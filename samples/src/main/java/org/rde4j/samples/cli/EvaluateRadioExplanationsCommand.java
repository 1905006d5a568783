package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.explanation.Chosen;
import org.rde4j.radiomap.explanation.MissingShadow;
import org.rde4j.radiomap.explanation.RadioExplanation;
import org.rde4j.radiomap.explanation.RadioQuestion;
import org.rde4j.radiomap.scene.Components;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.samples.report.SceneRows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate radio-explanations}: seed Figure 9 in numbers. */
@Command(
        name = "radio-explanations",
        sortOptions = false,
        description = "Explains estimates on a missing building that the transmitter sees, all unchosen measurements"
                + " inpainted, and counts how many of the first chosen measurements lie in its shadow, against chance,"
                + " and how many buildings are chosen. Writes explanations.csv and goes on from it; docs/radio.md says"
                + " what each number means.")
final class EvaluateRadioExplanationsCommand implements Runnable, Stoppable {
    private static final List<String> COLUMNS = List.of(
            "measurements",
            "inShadow",
            "first",
            "firstInShadow",
            "buildings",
            "chosenBuildings",
            "shareOfBuildings",
            "candidates");

    private final Console console;

    @Mixin
    private RadioNetworks networks;

    @Mixin
    private RadioScenes scenes;

    @Option(
            names = "--components",
            paramLabel = "N",
            description = "How many components are chosen in each scene (default: ${DEFAULT-VALUE}).")
    private int components = 20;

    @Option(
            names = "--first",
            paramLabel = "N",
            description = "How many of the chosen measurements count as the first (default: ${DEFAULT-VALUE}).")
    private int first = 3;

    @Option(names = "--exhaustive", description = "Try every candidate in every round, instead of lazily.")
    private boolean exhaustive;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the table goes (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-radio");

    EvaluateRadioExplanationsCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        if (first < 1) {
            throw new RdeException("The number --first (%s) must be at least 1.".formatted(first), "Maybe use 3.");
        }
        RadioScenes.Chosen chosen = scenes.of(networks.folder());
        Nd4jModel network = networks.network();
        Nd4jModel inpainter = networks.inpainter();
        String settings = "%s, %s, %s components, first %s%s"
                .formatted(networks.fingerprint(), scenes.settings(), components, first, exhaustive ? "" : ", lazily");
        SceneRows rows = SceneRows.open(out.resolve("explanations.csv"), settings, COLUMNS);
        try (Counting counting = Counting.on(console, "evaluate radio-explanations", scenes.count())) {
            print(chosen.table(
                    counting,
                    rows,
                    scene -> RadioNetworks.requireFit(network, inpainter, scene),
                    each -> measured(each.scene(), each.shadow(), network, inpainter)));
        }
    }

    private double[] measured(Scene scene, MissingShadow shadow, Nd4jModel network, Nd4jModel inpainter) {
        var pursuit = Solver.matchingPursuit(components).seed(scenes.seed());
        Components buildings = Components.of(scene.given());
        RadioExplanation answer = RadioQuestion.whatDarkens()
                .solvedBy(exhaustive ? pursuit.forward() : pursuit.lazily())
                .explain(scene, buildings.labels(), network, inpainter);
        List<Chosen.Measurement> early =
                answer.chosenMeasurements().stream().limit(first).toList();
        double measured = 0;
        for (float one : scene.measured().values()) {
            measured += one;
        }
        return new double[] {
            measured,
            shadow.measurements(scene),
            early.size(),
            early.stream().filter(one -> shadow.contains(one.place())).count(),
            buildings.count(),
            answer.chosenBuildings().size(),
            answer.shareOfBuildings(),
            answer.explanation().pursuit().orElseThrow().candidates()
        };
    }

    private void print(List<double[]> table) {
        double[] hits = table.stream()
                .mapToDouble(row -> row[2] == 0 ? 0 : row[3] / row[2])
                .toArray();
        double[] chance = table.stream().mapToDouble(row -> row[1] / row[0]).toArray();
        Estimate factor = Estimate.ratio(hits, chance);
        row("first %s measurements in the shadow".formatted(first), Estimate.of(hits));
        row("all measurements in the shadow", Estimate.of(chance));
        row("factor", factor);
        row(
                "buildings among %s components".formatted(components),
                Estimate.of(table.stream().mapToDouble(row -> row[5]).toArray()));
        row(
                "share of the gain by buildings",
                Estimate.of(table.stream().mapToDouble(row -> row[6]).toArray()));
        row(
                "candidates tried",
                Estimate.of(table.stream().mapToDouble(row -> row[7]).toArray()));
        console.out().println("%s scenes; mean ± standard error".formatted(table.size()));
    }

    private void row(String name, Estimate estimate) {
        console.out().println("%-40s %s".formatted(name, estimate));
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
