package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.explanation.MissingShadow;
import org.rde4j.radiomap.network.Estimator;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.samples.report.SceneRows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate radio-shadows}: seed Figure 8 in numbers. */
@Command(
        name = "radio-shadows",
        sortOptions = false,
        description = "Hides a building that the transmitter sees and looks whether the estimate shows its shadow, with"
                + " and without the measurements in the shadow, and for the inpainter. Writes shadows.csv and goes on"
                + " from it; docs/radio.md says what each number means.")
final class EvaluateRadioShadowsCommand implements Runnable, Stoppable {
    private static final List<String> COLUMNS =
            List.of("pixels", "measurements", "truth", "without", "estimate", "unmeasured", "inpainter");

    private final Console console;

    @Mixin
    private RadioNetworks networks;

    @Mixin
    private RadioScenes scenes;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the table goes (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-radio");

    EvaluateRadioShadowsCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        RadioScenes.Chosen chosen = scenes.of(networks.folder());
        Nd4jModel network = networks.network();
        Nd4jModel inpainter = networks.inpainter();
        Estimator phi = new Estimator(network);
        Estimator phi0 = new Estimator(inpainter);
        SceneRows rows =
                SceneRows.open(out.resolve("shadows.csv"), networks.fingerprint() + ", " + scenes.settings(), COLUMNS);
        try (Counting counting = Counting.on(console, "evaluate radio-shadows", scenes.count())) {
            print(chosen.table(
                    counting,
                    rows,
                    scene -> RadioNetworks.requireFit(network, inpainter, scene),
                    each -> measured(each.scene(), each.shadow(), phi, phi0)));
        }
    }

    private static double[] measured(Scene scene, MissingShadow shadow, Estimator phi, Estimator phi0) {
        return new double[] {
            shadow.pixels(),
            shadow.measurements(scene),
            shadow.truth(),
            shadow.without(),
            shadow.mean(phi.estimate(scene.input())),
            shadow.mean(phi.estimate(shadow.unmeasured(scene).input())),
            shadow.mean(phi0.estimate(scene.givenCity()))
        };
    }

    private void print(List<double[]> table) {
        console.out().println("%-44s %-18s %s".formatted("", "grey in the shadow", "shows the shadow"));
        row("truth", table, 2);
        row("without the building (simulated)", table, 3);
        row("network", table, 4);
        row("network, no measurement in the shadow", table, 5);
        row("inpainter", table, 6);
        console.out().println("%s scenes; mean ± standard error".formatted(table.size()));
    }

    private void row(String name, List<double[]> table, int column) {
        Estimate grey =
                Estimate.of(table.stream().mapToDouble(row -> row[column]).toArray());
        Estimate share = Estimate.of(table.stream()
                .mapToDouble(row -> nearerToTruth(row, column) ? 1 : 0)
                .toArray());
        console.out().println("%-44s %-20s %s".formatted(name, grey, column < 4 ? "" : share));
    }

    private static boolean nearerToTruth(double[] row, int column) {
        return Math.abs(row[column] - row[2]) < Math.abs(row[column] - row[3]);
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
