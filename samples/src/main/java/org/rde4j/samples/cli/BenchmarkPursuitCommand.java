package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioUNet;
import org.rde4j.samples.benchmark.PursuitBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j benchmark pursuit}. */
@Command(
        name = "pursuit",
        sortOptions = false,
        showDefaultValues = true,
        description = "Measures matching pursuit over the buildings and measurements of a simulated radio map, batched"
                + " and lazy, in turn with one forward pass for each candidate, and prints JSON.")
final class BenchmarkPursuitCommand implements Runnable {
    private final Engine engine;
    private final Console console;

    @Option(names = "--model", paramLabel = "PHI.onnx", description = "Without it, a RadioUNet of random weights.")
    private @Nullable Path model;

    @Option(names = "--inpainter", paramLabel = "PHI0.onnx", description = "Without it, one of random weights.")
    private @Nullable Path inpainter;

    @Option(names = "--width", paramLabel = "X", description = "Of random networks, 1 as published.")
    private double width = 0.25;

    @Option(names = "--measurements", paramLabel = "N", description = "Of the scene.")
    private int measurements = 300;

    @Option(names = "--components", paramLabel = "N", description = "How many are chosen.")
    private int components = 20;

    @Option(names = "--rounds", paramLabel = "N", description = "How often the turn changes.")
    private int rounds = 3;

    @Option(names = "--whole", description = "Run the plain pursuit to its end once, and compare the masks.")
    private boolean whole;

    @Option(names = "--seed", paramLabel = "N", description = "Of the scene and of random weights.")
    private long seed = 1;

    BenchmarkPursuitCommand(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    @Override
    public void run() {
        if (rounds < 1) {
            throw new RdeException("The number of rounds (%s) must be at least 1.".formatted(rounds), "See --help.");
        }
        PursuitBenchmark benchmark = new PursuitBenchmark(
                PursuitBenchmark.scene(measurements, seed),
                model == null ? random(RadioUNet.phi(width)) : Models.onnx(model),
                inpainter == null ? random(RadioUNet.phi0(width)) : Models.onnx(inpainter),
                components);
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("task", "pursuit");
        report.put("model", model == null ? "random, width " + width : String.valueOf(model.getFileName()));
        report.put("components", components);
        report.put("seed", seed);
        report.put("measured", benchmark.measure(rounds, whole));
        report.put("machine", engine.properties());
        console.out().println(BenchmarkCommand.json(report));
    }

    private Nd4jModel random(RadioUNet network) {
        return new RadioModel(network, network.initialWeights(seed));
    }
}
