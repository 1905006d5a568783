package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import org.rde4j.files.Checksum;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.metrics.Estimate;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.data.Examples;
import org.rde4j.radiomap.explanation.RadioExplanation;
import org.rde4j.radiomap.explanation.RadioQuestion;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioModelFile;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.radiomap.training.InterpretationLoss;
import org.rde4j.radiomap.training.MapErrors;
import org.rde4j.samples.report.SceneRows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rde4j evaluate radio-interpretation}: what the interpretation loss changes (seed section 4.3.2). */
@Command(
        name = "radio-interpretation",
        sortOptions = false,
        description = "Trains a network with and without the interpretation loss, on the same scenes from the same"
                + " weights, for several seeds, and compares on unseen cities: the interpretation loss, the error, how"
                + " many of the components chosen in explanations are buildings, and how much of the gain came with them."
                + " Trainings and explanations are kept and continued.")
final class EvaluateRadioInterpretationCommand implements Runnable, Stoppable {
    private static final RadioTrainingOptions.Network PHI = RadioTrainingOptions.Network.PHI;

    private final Console console;

    @Mixin
    private RadioTrainingOptions options = new RadioTrainingOptions();

    @Option(
            names = "--interpretation",
            paramLabel = "BETA",
            description = "Weight of the interpretation loss (default: ${DEFAULT-VALUE}).")
    private double interpretation = 0.01;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            arity = "1",
            description = "Seeds of weights and scenes (default: 1,2,3).")
    private List<Long> seeds = List.of(1L, 2L, 3L);

    @Option(
            names = "--inpainter",
            paramLabel = "PHI0.onnx",
            required = true,
            description = "The network that inpaints measurements in explanations.")
    private Path inpainter = Path.of("phi0.onnx");

    @Option(
            names = "--scenes",
            paramLabel = "N",
            description = "How many scenes are explained for each network (default: ${DEFAULT-VALUE}).")
    private int scenes = 10;

    @Option(
            names = "--components",
            paramLabel = "N",
            description = "How many components are chosen in each scene (default: ${DEFAULT-VALUE}).")
    private int components = 20;

    @Option(
            names = "--inpaint",
            paramLabel = "SHARE",
            description = "How many of the measurements that are not chosen are inpainted in explanations, as in"
                    + " 'explain radio' (default: ${DEFAULT-VALUE}).")
    private double inpaint;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder of the trainings.")
    private Path out = Path.of("radio-interpretation");

    EvaluateRadioInterpretationCommand(Console console) {
        this.console = console;
    }

    /**
     * What is measured of a network.
     *
     * @param loss the interpretation loss, mean over scenes with a missing building in sight
     * @param rmse in grey levels
     * @param buildings chosen components that are buildings, mean over scenes
     * @param gained how much of what the choices gained came with buildings, mean over scenes
     */
    private record Measured(double loss, double rmse, double buildings, double gained) {}

    @Override
    public void run() {
        requireComparison();
        RadioQuestion question = RadioQuestion.inpainting(inpaint)
                .solvedBy(Solver.matchingPursuit(components).lazily());
        Nd4jModel phi0 = Models.onnx(inpainter);
        seeds.forEach(seed -> options.settings(PHI, seed, interpretation));
        RadioNetworks.requireInpainter(
                phi0, options.batches(RadioData.Part.TEST, PHI, 0).examples().example(0, 0));
        List<Measured> plain = new ArrayList<>();
        List<Measured> interpreted = new ArrayList<>();
        for (long seed : seeds) {
            plain.add(measured(seed, 0, question, phi0));
            interpreted.add(measured(seed, interpretation, question, phi0));
        }
        line("%-34s %-20s %-20s %s", "mean ± standard error, %s seeds".formatted(seeds.size()), "Φ", "Φ_int", "ratio");
        row("interpretation loss", plain, interpreted, Measured::loss);
        row("RMSE on unseen cities", plain, interpreted, Measured::rmse);
        row("buildings among %s components".formatted(components), plain, interpreted, Measured::buildings);
        row("share of the gain by buildings", plain, interpreted, Measured::gained);
    }

    private void requireComparison() {
        if (scenes < 1) {
            throw new RdeException("--scenes (%s) must be at least 1.".formatted(scenes), "Maybe use 10.");
        }
        if (interpretation <= 0) {
            throw new RdeException(
                    "--interpretation (%s) must be greater than 0.".formatted(interpretation), "Maybe use 0.01.");
        }
        if (new HashSet<>(seeds).size() < seeds.size()) {
            throw new RdeException("The --seeds %s hold one twice.".formatted(seeds), "Maybe use 1,2,3.");
        }
    }

    private Measured measured(long seed, double weight, RadioQuestion question, Nd4jModel phi0) {
        Path folder = out.resolve("seed-" + seed).resolve(weight == 0 ? "plain" : "interpretation");
        line("%s", folder);
        RadioRun run = new RadioRun(
                console,
                folder,
                RadioModelFile.Precision.FULL,
                options.settings(PHI, seed, weight),
                options.start(),
                options.batches(RadioData.Part.TRAINING, PHI, seed),
                options.validation(PHI, seed + 1));
        RadioModel model = run.train();
        Batches test = options.batches(RadioData.Part.TEST, PHI, seed + 2);
        double loss =
                Arrays.stream(InterpretationLoss.of(model, test)).average().orElse(Double.NaN);
        List<double[]> explained =
                explained(run, model, question.solvedBy(question.solver().seed(seed)), phi0, test.examples());
        return new Measured(loss, MapErrors.of(model, test).rmse(), mean(explained, 0), mean(explained, 1));
    }

    /** For each explained scene how many buildings were chosen, and their share of the gain. */
    private List<double[]> explained(
            RadioRun run, RadioModel model, RadioQuestion question, Nd4jModel phi0, Examples test) {
        SceneRows rows = SceneRows.open(
                run.folder().resolve("explanations-%s.csv".formatted(inpaint)),
                "%s, %s, %s components, %s, seeds %s and %s"
                        .formatted(
                                Checksum.of(run.network()),
                                Checksum.of(inpainter),
                                components,
                                test.measurements(),
                                test.seed(),
                                question.solver().seed()),
                List.of("buildings", "gained"));
        Examples cities = test.spread(test.size());
        List<double[]> table = new ArrayList<>();
        for (int i = 0; i < cities.size() && table.size() < scenes; i++) {
            Scene scene = cities.example(0, i);
            if (Arrays.equals(scene.given().values(), scene.city().values())) {
                continue;
            }
            table.add(rows.row(RadioScenes.key(scene), () -> {
                RadioExplanation answer = question.explain(scene, model, phi0);
                return new double[] {answer.chosenBuildings().size(), answer.shareOfBuildings()};
            }));
        }
        if (table.size() < scenes) {
            throw new RdeException(
                    "Only %s unseen scenes have a building that the transmitter sees.".formatted(table.size()),
                    "Maybe use --scenes %s, or give more data.".formatted(Math.max(1, table.size())));
        }
        return table;
    }

    private static double mean(List<double[]> table, int column) {
        return table.stream().mapToDouble(row -> row[column]).average().orElse(Double.NaN);
    }

    private void row(String name, List<Measured> plain, List<Measured> interpreted, Value value) {
        double[] before = plain.stream().mapToDouble(value::of).toArray();
        double[] after = interpreted.stream().mapToDouble(value::of).toArray();
        line("%-34s %-20s %-20s %s", name, Estimate.of(before), Estimate.of(after), Estimate.ratio(after, before));
    }

    private interface Value {
        double of(Measured measured);
    }

    private void line(String format, Object... values) {
        console.out().println(String.format(Locale.ROOT, format, values));
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
