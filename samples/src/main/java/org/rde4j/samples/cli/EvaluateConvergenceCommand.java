package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rde4j.Explainer;
import org.rde4j.Explanation;
import org.rde4j.L1Relaxation;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Run;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.samples.image.Preprocessing;
import org.rde4j.samples.report.ConvergenceTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rde4j evaluate convergence}. */
@Command(
        name = "convergence",
        sortOptions = false,
        showDefaultValues = true,
        description = "Explains each photograph over pixels and over wavelets at one price: by Adam (300 steps of 16"
                + " samples, step size 0.01), by smoothed gradients and decaying steps (300 of 8), and by the search that"
                + " converges, with several budgets. Prints how low objectives are after how many evaluations and draws it."
                + " What is finished is kept in the output folder: run it again, and it goes on.")
final class EvaluateConvergenceCommand implements Runnable, Stoppable {
    private static final int STEPS = 300;
    private static final int SAMPLES = 16;
    private static final int SMOOTHED_SAMPLES = 8;
    /** A descent's way is averaged over so many steps. */
    private static final int WINDOW = 5;

    private final Engine engine;
    private final Bundle bundle;
    private final Console console;

    @Parameters(arity = "1..*", paramLabel = "PHOTO", description = "JPEG, PNG or .npy files as for 'explain image'.")
    private List<Path> paths = List.of();

    @Mixin
    private NetworkOptions network;

    @Option(names = "--lambda", paramLabel = "X", description = "Price of the rate.")
    private double lambda = 3;

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds, from 0.")
    private int seeds = 2;

    @Option(
            names = "--budgets",
            paramLabel = "N",
            split = ",",
            description = "Evaluations of the search that converges.")
    private List<Integer> budgets = List.of(480, 1600, 4800);

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go.")
    private Path out = Path.of("rde4j-convergence");

    @Mixin
    private MemoryOption memory = new MemoryOption();

    EvaluateConvergenceCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Override
    public void run() {
        if (seeds < 1) {
            throw new RdeException("The number of seeds (%s) must be at least 1.".formatted(seeds), "Maybe use 2.");
        }
        NetworkOptions.Choice choice = network.choice(bundle);
        Engine.Network model = engine.open(choice);
        Preprocessing preprocessing = network.preprocessing(bundle, model);
        List<String> names = FolderNames.of(paths);
        List<Tensor> signals = paths.stream().map(preprocessing::read).toList();
        ConvergenceTable table = ConvergenceTable.load(out);
        Map<String, RateDistortion> problems = new LinkedHashMap<>();
        problems.put("pixelRde", Presets.pixelRde().clippedTo(0, 1));
        problems.put("cartoonX", Presets.cartoonX());
        for (int seed = 0; seed < seeds; seed++) {
            for (int i = 0; i < names.size(); i++) {
                for (Map.Entry<String, RateDistortion> problem : problems.entrySet()) {
                    for (Way way : ways(seed)) {
                        ConvergenceTable.Case solved =
                                new ConvergenceTable.Case(choice.name(), names.get(i), problem.getKey(), lambda, seed);
                        if (!table.has(solved, way.method(), way.evaluations())) {
                            RateDistortion asked = problem.getValue().solvedBy(way.solver());
                            table = table.with(rows(solved, way, asked, signals.get(i), model));
                            // After every mask, so that an interrupted run leaves what it has.
                            table.save(out);
                        }
                    }
                }
            }
        }
        console.out().print(table.summary());
        console.out().println("The table and a picture are in " + out);
    }

    /** One way to move a mask. */
    private record Way(String method, L1Relaxation solver, int evaluations) {}

    private List<Way> ways(long seed) {
        L1Relaxation l1 = Solver.l1(lambda).seed(seed);
        List<Way> ways = new ArrayList<>();
        ways.add(new Way(ConvergenceTable.ADAM, l1.adam(0.01).steps(STEPS).samples(SAMPLES), STEPS * SAMPLES));
        ways.add(new Way(
                ConvergenceTable.SMOOTHED,
                l1.adam(0.02)
                        .steps(STEPS)
                        .samples(SMOOTHED_SAMPLES)
                        .smoothing(8)
                        .decayingTo(0),
                STEPS * SMOOTHED_SAMPLES));
        budgets.forEach(budget -> ways.add(new Way(ConvergenceTable.CONVERGING, l1.converging(budget), budget)));
        return ways;
    }

    private List<ConvergenceTable.Row> rows(
            ConvergenceTable.Case solved, Way way, RateDistortion problem, Tensor signal, Engine.Network model) {
        Explanation found;
        double extreme;
        String task = "%s %s %s %s".formatted(solved.photo(), solved.problem(), way.method(), way.evaluations());
        try (Explainer explainer = model.explainer(problem, memory.bytes());
                Progress progress = Progress.on(console, task)) {
            found = explainer
                    .explainEach(List.of(signal), Run.observed(progress))
                    .get(0);
            Map<String, Tensor> zeros = new LinkedHashMap<>();
            found.masks().forEach((block, mask) -> zeros.put(block, Tensor.of(new float[mask.size()], mask.shape())));
            extreme = Math.min(
                    lambda,
                    explainer
                            .assess(signal, zeros, Explanation.FRESH_SAMPLES, 0)
                            .distortion());
        }
        List<ConvergenceTable.Row> rows = new ArrayList<>();
        List<Explanation.Step> history = found.history();
        if (!way.method().equals(ConvergenceTable.CONVERGING)) {
            int samples = way.evaluations() / STEPS;
            IntStream.iterate(2 * WINDOW, at -> at < history.size(), at -> at * 2)
                    .forEach(at -> {
                        List<Explanation.Step> window = history.subList(at - WINDOW, at);
                        rows.add(new ConvergenceTable.Row(
                                solved,
                                way.method(),
                                at * samples,
                                window.stream()
                                        .mapToDouble(Explanation.Step::objective)
                                        .average()
                                        .orElseThrow(),
                                window.get(WINDOW - 1).rate(),
                                window.stream()
                                        .mapToDouble(Explanation.Step::distortion)
                                        .average()
                                        .orElseThrow(),
                                extreme,
                                Double.NaN));
                    });
        }
        rows.add(new ConvergenceTable.Row(
                solved,
                way.method(),
                way.evaluations(),
                found.objective(),
                found.rate(),
                found.distortion(),
                extreme,
                found.cost().seconds()));
        return rows;
    }

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
