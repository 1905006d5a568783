package org.rde4j.samples.pictures.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.rde4j.nd4j.onnx.OnnxWriter;

/**
 * A small classifier after MobileNetV3: inverted residual bottlenecks with depthwise convolutions,
 * squeeze-and-excite and hard-swish in its deeper half, and global average pooling. Fully convolutional: it
 * halves the sides of its pictures five times and takes pictures of any size from 32 pixels.
 */
public final class PictureNetwork {
    private static final int HEAD = 256;
    private static final double SMOOTHING = 0.05;

    private static final WorkspaceConfiguration WORKSPACE = WorkspaceConfiguration.builder()
            .policyLearning(LearningPolicy.FIRST_LOOP)
            .build();

    private final Sequence layers;
    private final int classes;

    private PictureNetwork(Sequence layers, int classes) {
        this.layers = layers;
        this.classes = classes;
    }

    /**
     * An untrained network.
     *
     * @param classes the number of outputs
     * @param seed of the initial weights
     * @return the network
     */
    public static PictureNetwork create(int classes, long seed) {
        Random random = new Random(seed);
        List<Layer> layers = new ArrayList<>();
        layers.add(new Convolution(Kernel.full(random, 3, 2, 3, 16), 16, Activation.RELU));
        layers.add(new Convolution(Kernel.depthwise(random, 3, 2, 16), 16, Activation.RELU));
        layers.add(new Convolution(Kernel.pointwise(random, 16, 16), 16, Activation.NONE));
        layers.add(bottleneck(random, 16, 48, 24, 2, Activation.RELU));
        layers.add(bottleneck(random, 24, 72, 24, 1, Activation.RELU));
        layers.add(bottleneck(random, 24, 96, 40, 2, Activation.HARD_SWISH));
        layers.add(bottleneck(random, 40, 160, 40, 1, Activation.HARD_SWISH));
        layers.add(bottleneck(random, 40, 160, 40, 1, Activation.HARD_SWISH));
        layers.add(bottleneck(random, 40, 160, 64, 2, Activation.HARD_SWISH));
        layers.add(new Convolution(Kernel.pointwise(random, 64, HEAD), HEAD, Activation.HARD_SWISH));
        layers.add(new GlobalAverage());
        layers.add(new Dense(random, HEAD, classes, Activation.NONE));
        return new PictureNetwork(new Sequence(layers, false), classes);
    }

    /** Expand, filter each channel, gate the channels (in the deeper half), and project. */
    private static Layer bottleneck(Random random, int in, int expanded, int out, int stride, Activation activation) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Convolution(Kernel.pointwise(random, in, expanded), expanded, activation));
        layers.add(new Convolution(Kernel.depthwise(random, 3, stride, expanded), expanded, activation));
        if (activation == Activation.HARD_SWISH) {
            layers.add(new SqueezeExcite(random, expanded));
        }
        layers.add(new Convolution(Kernel.pointwise(random, expanded, out), out, Activation.NONE));
        return new Sequence(layers, stride == 1 && in == out);
    }

    /**
     * Scores of pictures.
     *
     * @param pictures shape [N, height, width, 3], RGB in [0, 1]
     * @return the logits, shape [N, classes]
     */
    public float[][] logits(INDArray pictures) {
        return inWorkspace(
                "logits", () -> Ops.rows(layers.forward(pictures, false)).toFloatMatrix());
    }

    /**
     * Runs a batch, and writes the gradients of its mean cross-entropy against smoothed labels.
     *
     * @param pictures shape [N, height, width, 3], RGB in [0, 1]
     * @param labels N classes, counted from 0
     * @return the loss and the number of right answers
     */
    Outcome differentiate(INDArray pictures, int[] labels) {
        return inWorkspace("training", () -> {
            INDArray scores = Ops.rows(layers.forward(pictures, true));
            float[][] rows = Transforms.softmax(scores, true).toFloatMatrix();
            Outcome outcome = compare(rows, labels);
            layers.backward(Nd4j.createFromArray(rows).reshape(rows.length, 1, 1, classes));
            return outcome;
        });
    }

    /** Turns probabilities into the gradient of the loss by the scores. */
    private Outcome compare(float[][] rows, int[] labels) {
        double loss = 0;
        int right = 0;
        for (int i = 0; i < rows.length; i++) {
            right += largest(rows[i]) == labels[i] ? 1 : 0;
            for (int k = 0; k < classes; k++) {
                double target = SMOOTHING / classes + (k == labels[i] ? 1 - SMOOTHING : 0);
                loss -= target * StrictMath.log(Math.max(rows[i][k], 1e-30)) / rows.length;
                rows[i][k] = (float) ((rows[i][k] - target) / rows.length);
            }
        }
        return new Outcome(loss, right);
    }

    /** Keeps the arrays of one run in one reused block of memory instead of leaving them to the collector. */
    @SuppressWarnings("try")
    private static <T> T inWorkspace(String name, Supplier<T> work) {
        try (MemoryWorkspace open = Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE, name)) {
            return work.get();
        }
    }

    /**
     * What a batch gave.
     *
     * @param loss the mean cross-entropy
     * @param right the number of right answers
     */
    record Outcome(double loss, int right) {}

    /** The class with the largest score. */
    static int largest(float[] scores) {
        int best = 0;
        for (int k = 1; k < scores.length; k++) {
            best = scores[k] > scores[best] ? k : best;
        }
        return best;
    }

    Stream<Parameter> parameters() {
        return layers.parameters();
    }

    /** Every array that training changes, in a fixed order. */
    Stream<INDArray> state() {
        return Stream.concat(parameters().flatMap(Parameter::state), layers.statistics());
    }

    /**
     * The number of trained numbers.
     *
     * @return the sum over all weights
     */
    public long size() {
        return parameters().mapToLong(p -> p.value().length()).sum();
    }

    /**
     * Writes the network as ONNX (opset 13): {@code input} [N, 3, side, side], RGB in [0, 1] with no further
     * normalisation, {@code logits} [N, classes]. Batch normalisation is folded into the convolutions.
     *
     * @param file where to
     * @param side the height and width that the file declares
     * @throws org.rde4j.RdeException if the file cannot be written
     */
    public void writeOnnx(Path file, int side) {
        OnnxWriter onnx = new OnnxWriter("pictures");
        String pooled = layers.write(onnx, onnx.input("input", -1, 3, side, side));
        onnx.output("logits", onnx.node("Flatten", List.of(pooled)), -1, classes);
        onnx.write(file);
    }
}
