package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rde4j.L1Relaxation;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.samples.cli.ConvergenceMeasuring.Way;
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
        Map<String, Tensor> photos = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            photos.put(names.get(i), preprocessing.read(paths.get(i)));
        }
        Map<String, RateDistortion> problems = new LinkedHashMap<>();
        problems.put("pixelRde", Presets.pixelRde().clippedTo(0, 1));
        problems.put("cartoonX", Presets.cartoonX());
        new ConvergenceMeasuring(
                        console,
                        out,
                        choice.name(),
                        lambda,
                        this::ways,
                        problem -> model.explainer(problem, memory.bytes()))
                .run(problems, photos, seeds);
    }

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

    @Override
    public String afterStop() {
        return Stoppable.finishedIn(out);
    }
}
