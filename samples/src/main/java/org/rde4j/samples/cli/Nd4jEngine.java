package org.rde4j.samples.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.rde4j.Explainer;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.ModelContract;
import org.rde4j.nd4j.metrics.Evaluation;
import org.rde4j.nd4j.metrics.MetricSettings;
import org.rde4j.nd4j.metrics.Metrics;
import org.rde4j.nd4j.model.ModelInput;
import org.rde4j.nd4j.model.ModelOutput;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.onnx.OnnxModel;

/** ND4J on the CPU. */
final class Nd4jEngine implements Engine {
    private static final int RGB = 3;

    @Override
    public Network open(NetworkOptions.Choice choice) {
        OnnxModel file = Models.onnx(choice.onnx());
        OnnxModel ordered = choice.channelsLast()
                .map(last -> last ? file.channelsLast() : file.channelsFirst())
                .orElse(file);
        OnnxModel chosen = choice.output().map(ordered::output).orElse(ordered);
        Nd4jModel model = choice.gives().map(chosen::giving).orElse(chosen);
        return new Nd4jNetwork(inUnits(model, choice), chosen);
    }

    /** The network over signals in [0, 1]: normalised as the options say, or in the range of integers that it takes. */
    private static Nd4jModel inUnits(Nd4jModel model, NetworkOptions.Choice choice) {
        ModelInput input = model.inputs().get(0);
        boolean normalised = !choice.mean().isEmpty() || !choice.std().isEmpty();
        Optional<RateDistortion.Range> integers = input.range().filter(range -> range.high() > 1);
        if (integers.isEmpty() && !normalised) {
            return model;
        }
        if (integers.isPresent() && normalised) {
            throw new RdeException(
                    "The network takes %s, so it normalises its pictures itself.".formatted(input.type()),
                    "Leave --mean and --std out.");
        }
        long fixed = input.shape().size() > 1 ? input.shape().get(1) : -1;
        int given = Math.max(choice.mean().size(), choice.std().size());
        int channels = fixed > 0 ? Math.toIntExact(fixed) : Math.max(given, RGB);
        if (integers.isPresent()) {
            float width = (float) (integers.get().high() - integers.get().low());
            float zero = (float) -integers.get().low() / width;
            return Models.normalised(model, filled(channels, zero), filled(channels, 1 / width));
        }
        return Models.normalised(
                model, values("--mean", choice.mean(), channels, 0), values("--std", choice.std(), channels, 1));
    }

    private static float[] values(String option, List<Float> given, int channels, float otherwise) {
        if (given.isEmpty()) {
            return filled(channels, otherwise);
        }
        if (given.size() != channels) {
            throw new RdeException(
                    "%s has %s numbers, but the network has %s channels.".formatted(option, given.size(), channels),
                    "Give one number for each channel.");
        }
        float[] values = new float[channels];
        IntStream.range(0, channels).forEach(c -> values[c] = given.get(c));
        return values;
    }

    private static float[] filled(int channels, float value) {
        float[] values = new float[channels];
        Arrays.fill(values, value);
        return values;
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("backend", Nd4j.getBackend().getClass().getSimpleName());
        properties.put(
                "threads",
                "%s for %s cores"
                        .formatted(
                                NativeOpsHolder.getInstance()
                                        .getDeviceNativeOps()
                                        .ompGetMaxThreads(),
                                Runtime.getRuntime().availableProcessors()));
        properties.put("oneDNN", hasOneDnn() ? "yes" : "NO");
        properties.put(
                "native memory",
                "at most %s of arrays, %s of the process"
                        .formatted(Machine.gib(Pointer.maxBytes()), Machine.gib(Pointer.maxPhysicalBytes())));
        return properties;
    }

    @Override
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!hasOneDnn()) {
            warnings.add("this build of ND4J has no oneDNN, so convolutions are about forty times slower."
                    + " Use the natives linux-x86_64-onednn-avx2 (see README).");
        }
        double slowdown = ThreadCheck.slowdown();
        if (ThreadCheck.isSlow(slowdown)) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "several threads are %.0f times slower here than one: another process uses their cores."
                            + " Wait for it, or set OMP_NUM_THREADS=1.",
                    slowdown));
        }
        return warnings;
    }

    @Override
    public Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("nd4j", Versions.ofBuild("nd4j"));
        versions.put("javacpp", Loader.class.getPackage().getImplementationVersion());
        return versions;
    }

    private static boolean hasOneDnn() {
        return Nd4j.getBackend().buildInfo().contains("HAVE_ONEDNN");
    }

    private record Nd4jNetwork(Nd4jModel model, OnnxModel file) implements Network {
        @Override
        public List<ModelInput> inputs() {
            return file.inputs();
        }

        @Override
        public List<ModelOutput> outputs() {
            return file.outputs();
        }

        @Override
        public Map<String, Integer> operators() {
            return file.operators();
        }

        @Override
        public ModelContract contract(int... shape) {
            return Nd4jBackend.contract(model, shape);
        }

        @Override
        public Explainer explainer(RateDistortion problem, long memoryBudget) {
            return Nd4jBackend.compile(problem, model, Execution.defaults().memoryBudget(memoryBudget));
        }

        @Override
        public Evaluation evaluate(
                RateDistortion problem, Masked explanation, MetricSettings settings, long memoryBudget) {
            Execution execution = Execution.defaults().memoryBudget(memoryBudget);
            try (Metrics metrics = Metrics.of(problem, model, settings, execution)) {
                return metrics.evaluate(explanation.signal(), explanation.masks(), explanation.picture());
            }
        }
    }
}
