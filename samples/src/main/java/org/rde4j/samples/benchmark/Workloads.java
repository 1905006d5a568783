package org.rde4j.samples.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.rde4j.Distortion;
import org.rde4j.Fourier;
import org.rde4j.L1Relaxation;
import org.rde4j.Optimizer;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import org.rde4j.Representation;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.adjoint.Adjoint;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;
import org.rde4j.nd4j.training.Schedule;
import org.rde4j.nd4j.training.Share;
import org.rde4j.nd4j.training.Training;
import org.rde4j.radiomap.network.UNet;

/** The things that are worth measuring. */
public final class Workloads {
    private static final int CHANNELS = 3;
    private static final int LEVELS = 5;
    private static final int SAMPLE_RATE = 16_000;
    private static final int BANDS = 64;
    /** Scenes in one run of a training step, as when radio networks are trained. */
    private static final int SCENES = 2;

    private Workloads() {}

    /**
     * A step of the l1 relaxation: noise, obfuscation, model, gradient, Adam.
     *
     * @param model a classifier of images [3, size, size]
     * @param method the name of a preset, {@code cartoonX} or {@code pixelRde}
     * @param samples obfuscations in a step
     * @param size the side of the image
     */
    public static Workload explanation(Path model, String method, int samples, int size) {
        RateDistortion preset = Presets.named(method);
        L1Relaxation solver = (L1Relaxation) preset.solver();
        float[] half = {128 / 255f, 128 / 255f, 128 / 255f};
        float[] scale = {127 / 255f, 127 / 255f, 127 / 255f};
        Nd4jModel network = Models.normalised(Models.onnx(model), half, scale);
        Work work = (steps, afterEach) -> {
            RateDistortion problem = preset.solvedBy(solver.samples(samples).steps(steps));
            try (var explainer = Nd4jBackend.compile(problem, network)) {
                explainer.explain(picture(size), step -> afterEach.run());
            }
        };
        return new Workload(
                work,
                List.of(
                        "explain",
                        "--model",
                        model.toString(),
                        "--method",
                        method,
                        "--samples",
                        "" + samples,
                        "--size",
                        "" + size));
    }

    /**
     * A step of the l1 relaxation over 64 bands of the discrete Fourier transform of a sound.
     *
     * @param model a classifier of sounds [1, length]
     * @param samples obfuscations in a step
     * @param length of the sound, at 16 kHz
     */
    public static Workload sound(Path model, int samples, int length) {
        Nd4jModel network = Models.onnx(model);
        List<Integer> bands = Fourier.logarithmicBands(length, SAMPLE_RATE, 20, BANDS);
        RateDistortion problem = RateDistortion.over(
                        Representation.fourier().joint().bands(bands))
                .measuredBy(Distortion.labelScore());
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (StrictMath.sin(2 * Math.PI * 220 * i / SAMPLE_RATE) * StrictMath.exp(-i / 8000.0));
        }
        Work work = (steps, afterEach) -> {
            RateDistortion solved =
                    problem.solvedBy(Solver.l1(20).adam(0.05).samples(samples).steps(steps));
            try (var explainer = Nd4jBackend.compile(solved, network)) {
                explainer.explain(Tensor.of(values, 1, length), step -> afterEach.run());
            }
        };
        return new Workload(
                work, List.of("sound", "--model", model.toString(), "--samples", "" + samples, "--size", "" + length));
    }

    /** A smooth picture with some texture; the time of a step does not depend on it. */
    private static Tensor picture(int size) {
        float[] values = new float[CHANNELS * size * size];
        for (int c = 0; c < CHANNELS; c++) {
            for (int i = 0; i < size * size; i++) {
                double y = (double) (i / size) / size;
                double x = (double) (i % size) / size;
                values[c * size * size + i] = (float) (0.5
                        + 0.3 * StrictMath.sin(7 * x + c) * StrictMath.cos(5 * y - c)
                        + 0.1 * StrictMath.sin(60 * x * y + c));
            }
        }
        return Tensor.of(values, CHANNELS, size, size);
    }

    /**
     * A step of Adam on the mean squared error of RadioUNet's first U.
     *
     * @param batch images in a step
     * @param size their side, divisible by 64
     */
    public static Workload unet(int batch, int size) {
        UNet net = UNet.first(CHANNELS);
        int shares = Share.count(batch, SCENES);
        int scenes = batch / shares;
        Graph graph = new Graph();
        Node x = graph.placeholder("x", scenes, size, size, CHANNELS);
        Node y = graph.placeholder("y", scenes, size, size, 1);
        List<Node> weights = new ArrayList<>();
        for (INDArray each : net.initialWeights(1)) {
            weights.add(graph.variable("weights" + weights.size(), each));
        }
        Node loss = graph.mean(graph.square(graph.sub(net.append(graph, x, weights), y)), false);
        Map<String, INDArray> inputs =
                Map.of("x", Nd4j.create(DataType.FLOAT, x.shape()), "y", Nd4j.create(DataType.FLOAT, y.shape()));
        INDArray signals = Nd4j.rand(DataType.FLOAT, batch, size, size, CHANNELS);
        INDArray targets = Nd4j.rand(DataType.FLOAT, batch, size, size, 1);
        Training.Filling filling = (share, step) -> {
            INDArrayIndex part = NDArrayIndex.interval(share * scenes, (share + 1) * scenes);
            inputs.get("x").assign(signals.get(part));
            inputs.get("y").assign(targets.get(part));
        };
        Share share = new Share(graph, loss, weights, Map.of(), inputs);
        Training training = new Training(share, shares, filling, new Optimizer.Adam(1e-4), Schedule.constant());
        return new Workload(Work.of(training::step), List.of("unet", "--samples", "" + batch, "--size", "" + size));
    }

    /**
     * The inverse db3 transform of 5 levels and its gradient.
     *
     * @param batch images of three channels
     * @param size their side
     */
    public static Workload wavelets(int batch, int size) {
        Transform transform = Transform.of(Representation.wavelets("db3").levels(LEVELS), CHANNELS, size, size);
        Graph graph = new Graph();
        List<Node> coefficients = new ArrayList<>();
        for (Block block : transform.blocks()) {
            INDArray values = Nd4j.rand(DataType.FLOAT, batch, block.components(), block.dimension());
            coefficients.add(graph.variable("h" + coefficients.size(), values));
        }
        Node image = transform.synthesise(graph, coefficients);
        // Not a constant, from which the gradient would be computed once and for all.
        Node upstream = graph.variable("upstream", Nd4j.rand(DataType.FLOAT, image.shape()));
        Node product = graph.sum(graph.mul(image, upstream), false);
        List<String> wanted = new ArrayList<>(List.of(image.variable().name()));
        Adjoint.of(graph, product, coefficients)
                .forEach(gradient -> wanted.add(gradient.variable().name()));
        Engine engine = Engine.of(graph.sameDiff(), Map.of());
        return new Workload(
                Work.of(() -> engine.run(wanted)), List.of("wavelets", "--samples", "" + batch, "--size", "" + size));
    }
}
