package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/** Convolutions of one- and two-dimensional signals, with the batch normalisation that follows folded in. */
final class Convolutions {
    static final Map<String, Operator> TABLE =
            Map.ofEntries(entry("Conv", Convolutions::convolution), entry("ConvTranspose", Convolutions::transposed));

    private Convolutions() {}

    private static List<Value> convolution(Call call) {
        Node x = call.image(0);
        int rank = call.value(0).rank();
        Constant weights = weights(call, rank);
        int groups = groups(call);
        long[] w = weights.shape();
        require(call, w[1] * groups == x.size(3) && w[0] % groups == 0, weights, x);
        long[] kernel = Arrays.copyOfRange(w, 2, w.length);
        Window window = Windows.of(call, kernel, x.size(1), x.size(2));
        requirePositions(call, window, x);
        // [out, in, rows, columns] to [rows, columns, in, out]
        INDArray array = image(weights).transpose(2, 3, 1, 0).array();
        Kernel folded = new Kernel(array, bias(call, w[0])).followedBy(call);
        Node y = call.graph().spatial().convolution(x, folded.weights, folded.bias, window, groups);
        return List.of(call.fromImage(y, rank));
    }

    private static List<Value> transposed(Call call) {
        Node x = call.image(0);
        int rank = call.value(0).rank();
        Constant weights = weights(call, rank);
        int groups = groups(call);
        long[] w = weights.shape();
        require(call, w[0] == x.size(3) && w[0] % groups == 0, weights, x);
        Transposition shape = Transposition.of(call, Arrays.copyOfRange(w, 2, w.length), x.size(1), x.size(2));
        // [in, out / groups, rows, columns] to [rows, columns, in, out / groups], the groups side by side
        INDArray array = image(weights).transpose(2, 3, 0, 1).array();
        INDArray sideBySide = groups == 1 ? array : concatenated(array, groups);
        Kernel folded = new Kernel(sideBySide, bias(call, w[1] * groups)).followedBy(call);
        List<Node> parts = IntStream.range(0, groups)
                .mapToObj(g -> {
                    Node part = call.graph().slice(x, 3, g * w[0] / groups, (g + 1) * w[0] / groups);
                    Kernel kernel = groups == 1 ? folded : folded.part(g * w[1], (g + 1) * w[1]);
                    return shape.write(call.graph(), part, kernel.weights, kernel.bias);
                })
                .toList();
        return List.of(call.fromImage(call.graph().concat(3, parts), rank));
    }

    /** [rows, columns, groups·in, out] to [rows, columns, in, groups·out]. */
    private static INDArray concatenated(INDArray weights, int groups) {
        long in = weights.size(2) / groups;
        INDArray[] parts = IntStream.range(0, groups)
                .mapToObj(g -> weights.get(
                                NDArrayIndex.all(),
                                NDArrayIndex.all(),
                                NDArrayIndex.interval(g * in, (g + 1) * in),
                                NDArrayIndex.all())
                        .dup('c'))
                .toArray(INDArray[]::new);
        return Nd4j.concat(3, parts);
    }

    private static Constant weights(Call call, int rank) {
        Constant weights = call.constant(1);
        if (weights.rank() != rank) {
            throw call.refused(
                    "has weights %s for a signal of rank %s".formatted(weights, rank), OnnxGraph.EXPORT_AGAIN);
        }
        long[] kernel = call.node().integers("kernel_shape");
        if (kernel != null && !Arrays.equals(kernel, Arrays.copyOfRange(weights.shape(), 2, rank))) {
            throw call.refused(
                    "has weights %s for the kernel_shape %s".formatted(weights, Arrays.toString(kernel)),
                    OnnxGraph.EXPORT_AGAIN);
        }
        return weights;
    }

    /** One row for kernels of one-dimensional signals. */
    private static Constant image(Constant weights) {
        long[] w = weights.shape();
        return w.length == 4 ? weights : weights.reshape(w[0], w[1], 1, w[2]);
    }

    private static int groups(Call call) {
        long groups = call.node().integer("group", 1);
        if (groups < 1 || groups > Integer.MAX_VALUE) {
            throw call.refused("has %s groups".formatted(groups), OnnxGraph.EXPORT_AGAIN);
        }
        return (int) groups;
    }

    private static void require(Call call, boolean fit, Constant weights, Node x) {
        if (!fit) {
            throw call.refused(
                    "has weights %s in %s groups, which do not fit %s channels"
                            .formatted(Arrays.toString(weights.shape()), groups(call), x.size(3)),
                    "Give signals with the channels that the model was trained with.");
        }
    }

    private static void requirePositions(Call call, Window window, Node x) {
        if (window.rows(x.size(1)) < 1 || window.columns(x.size(2)) < 1) {
            throw call.refused(
                    "has a kernel larger than its input of %s×%s".formatted(x.size(1), x.size(2)),
                    "Give larger signals.");
        }
    }

    private static @Nullable INDArray bias(Call call, long channels) {
        if (!call.has(2)) {
            return null;
        }
        Constant bias = call.constant(2);
        if (bias.length() != channels) {
            throw call.refused(
                    "has %s biases for %s channels".formatted(bias.length(), channels), OnnxGraph.EXPORT_AGAIN);
        }
        return bias.array();
    }

    /** Weights [rows, columns, in, out] and biases [out]. */
    private record Kernel(INDArray weights, @Nullable INDArray bias) {

        /** With the batch normalisation that follows the call folded in, if one does. */
        Kernel followedBy(Call call) {
            Call norm = call.lowering().absorb(call, "BatchNormalization");
            if (norm == null) {
                return this;
            }
            Normalizations.Affine affine = Normalizations.Affine.of(norm, weights.size(3));
            INDArray shifted =
                    bias == null ? affine.shift() : bias.mul(affine.scale()).addi(affine.shift());
            return new Kernel(weights.mul(affine.scale().reshape(1, 1, 1, weights.size(3))), shifted);
        }

        /** Some of the output channels. */
        Kernel part(long from, long to) {
            INDArray some = weights.get(
                            NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to))
                    .dup('c');
            return new Kernel(
                    some,
                    bias == null
                            ? null
                            : bias.get(NDArrayIndex.interval(from, to)).dup());
        }
    }
}
