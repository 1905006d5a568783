package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.rde4j.Explainer;
import org.rde4j.RateDistortion;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.metrics.Evaluation;
import org.rde4j.nd4j.metrics.MetricSettings;
import org.rde4j.nd4j.metrics.Metrics;
import org.rde4j.nd4j.model.Nd4jModel;

/** ND4J on the CPU. */
final class Nd4jEngine implements Engine {

    @Override
    public Network open(Path onnx, float[] mean, float[] std) {
        return new Nd4jNetwork(Models.normalised(Models.onnx(onnx), mean, std));
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

    private record Nd4jNetwork(Nd4jModel model) implements Network {
        @Override
        public int classes(int... shape) {
            Graph graph = new Graph();
            return (int) model.append(graph, graph.placeholder("signals", 1, shape[1], shape[2], shape[0]))
                    .length();
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
