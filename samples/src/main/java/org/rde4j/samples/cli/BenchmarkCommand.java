package org.rde4j.samples.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.samples.benchmark.Measurement;
import org.rde4j.samples.benchmark.Peer;
import org.rde4j.samples.benchmark.Workload;
import org.rde4j.samples.benchmark.Workloads;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rde4j benchmark}. */
@Command(
        name = "benchmark",
        sortOptions = false,
        showDefaultValues = true,
        description = "Measures the time of a step and the peak memory, alone or in turn with PyTorch, and prints"
                + " JSON: medians, extremes and, with --peer, the ratio of times round by round.")
final class BenchmarkCommand implements Runnable {
    private final Bundle bundle;
    private final Console console;
    private final Engine engine;

    /** What can be measured. */
    private enum Task {
        explain,
        sound,
        unet,
        wavelets
    }

    /** How PyTorch keeps images. */
    private enum Layout {
        nchw,
        channels_last
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "TASK",
            description =
                    "explain: a step of an explanation; sound: a step of an explanation of a sound over 64 bands; unet: a step of training RadioUNet's first U; wavelets:"
                            + " the inverse db3 transform of 5 levels and its gradient. 'benchmark pursuit' has options of its own.")
    private @Nullable Task task;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "M.onnx",
            description = "For explain, the classifier; without it, the one that comes with rde4j. For sound, a"
                    + " classifier of waveforms.")
    private @Nullable Path model;

    @Option(names = "--method", paramLabel = "NAME", description = "For explain, the preset: cartoonX or pixelRde.")
    private String method = "cartoonX";

    @Option(names = "--samples", paramLabel = "N", description = "Obfuscations, or images, in a step.")
    private int samples = 16;

    @Option(
            names = "--size",
            paramLabel = "N",
            description = "The side of the images; the length of the sound, such as 32000.")
    private int size = 224;

    @Option(names = "--rounds", paramLabel = "N", description = "How often the turn changes.")
    private int rounds = 5;

    @Option(names = "--steps", paramLabel = "N", description = "Steps in a round.")
    private int steps = 4;

    @Option(names = "--warmup", paramLabel = "N", description = "Steps before, which do not count.")
    private int warmup = 3;

    @Option(names = "--peer", paramLabel = "LAYOUT", description = "Run PyTorch in turn: nchw or channels_last.")
    private @Nullable Layout peer;

    @Option(
            names = "--same-malloc",
            description =
                    "Give PyTorch the settings of the C library's memory that rde4j uses; it is faster with them.")
    private boolean sameMalloc;

    @Option(names = "--python", paramLabel = "FILE", description = "The Python that has PyTorch and onnx.")
    private String python = "python3";

    BenchmarkCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Override
    public void run() {
        if (task == null) {
            // Not a required parameter: then the subcommand would require it, too.
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Say what to measure: explain, sound, unet, wavelets or pursuit.");
        }
        for (int count : new int[] {samples, size, rounds, steps, warmup}) {
            if (count < 1) {
                throw new RdeException("The count (%s) must be at least 1.".formatted(count), "See --help.");
            }
        }
        Workload workload = workload(task);
        try (Peer other = peer == null ? null : peer(workload)) {
            Measurement measured = Measurement.of(workload.work(), other, warmup, rounds, steps);
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("task", task);
            report.put("settings", settings());
            report.put("measured", measured);
            report.put("machine", engine.properties());
            console.out().println(json(report));
        }
    }

    private Workload workload(Task task) {
        return switch (task) {
            case explain -> Workloads.explanation(model == null ? bundle.onnx() : model, method, samples, size);
            case sound -> Workloads.sound(soundModel(), samples, size);
            case unet -> Workloads.unet(samples, size);
            case wavelets -> Workloads.wavelets(samples, size);
        };
    }

    private Path soundModel() {
        if (model == null) {
            throw new RdeException(
                    "The task sound needs a classifier of waveforms.", "Name its ONNX file with --model.");
        }
        return model;
    }

    private Peer peer(Workload workload) {
        List<String> arguments = new ArrayList<>(workload.peerArguments());
        int threads = Runtime.getRuntime().availableProcessors();
        arguments.addAll(List.of("--layout", "" + peer, "--threads", "" + threads));
        return new Peer(python, arguments, sameMalloc);
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        if (task == Task.explain) {
            settings.put("method", method);
            settings.put(
                    "model", model == null ? "bundled" : model.getFileName().toString());
        }
        settings.put("samples", samples);
        settings.put("size", size);
        settings.put(
                "peer",
                peer == null ? "none" : "PyTorch " + peer + (sameMalloc ? " with rde4j's malloc settings" : ""));
        return settings;
    }

    /** What a benchmark prints. */
    static String json(Map<String, Object> report) {
        try {
            return new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
                    .writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
