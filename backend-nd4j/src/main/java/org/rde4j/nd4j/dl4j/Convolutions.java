package org.rde4j.nd4j.dl4j;

import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/** The convolution layers of Deeplearning4j, without their activation. */
final class Convolutions {
    private Convolutions() {}

    /** Weights [out, in, rows, columns]. */
    static Node convolution(Graph graph, ConvolutionLayer layer, Map<String, INDArray> weights, Node x) {
        INDArray kernel = weights.get("W").permute(2, 3, 1, 0);
        requireChannels(x, kernel.size(2));
        return graph.spatial().convolution(x, kernel, bias(weights), window(layer, x), 1);
    }

    /**
     * Over [N, T, C]. The weights are called [out, in, steps, 1] but read, without moving a number, as [steps,
     * in, out].
     */
    static Node convolution1d(Graph graph, ConvolutionLayer layer, Map<String, INDArray> weights, Node x) {
        INDArray w = weights.get("W");
        INDArray kernel = w.dup('c').reshape('c', 1, w.size(2), w.size(1), w.size(0));
        requireChannels(x, kernel.size(2));
        Node row = row(graph, x);
        Window window = window1d(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                x.size(1));
        Node y = graph.spatial().convolution(row, kernel, bias(weights), window, 1);
        return series(graph, y);
    }

    /** Weights [rows, columns, in, multiplier]. */
    static Node depthwise(Graph graph, ConvolutionLayer layer, Map<String, INDArray> weights, Node x) {
        return depthwise(graph, layer, weights.get("W"), bias(weights), x);
    }

    /** Weights W [multiplier, in, rows, columns] and pW [out, in · multiplier, 1, 1]. */
    static Node separable(Graph graph, ConvolutionLayer layer, Map<String, INDArray> weights, Node x) {
        Node deep = depthwise(graph, layer, weights.get("W").permute(2, 3, 1, 0), null, x);
        INDArray pointwise = weights.get("pW").permute(2, 3, 1, 0);
        return graph.spatial().convolution(deep, pointwise, bias(weights), Window.of(1, 1), 1);
    }

    private static Node depthwise(
            Graph graph, ConvolutionLayer layer, INDArray weights, @Nullable INDArray bias, Node x) {
        long in = weights.size(2);
        requireChannels(x, in);
        INDArray kernel = weights.dup('c').reshape('c', weights.size(0), weights.size(1), 1, in * weights.size(3));
        return graph.spatial().convolution(x, kernel, bias, window(layer, x), Math.toIntExact(in));
    }

    /** Weights [in, out, rows, columns]. */
    static Node transposed(Graph graph, ConvolutionLayer layer, Map<String, INDArray> weights, Node x) {
        INDArray kernel = weights.get("W").permute(2, 3, 0, 1);
        requireChannels(x, kernel.size(2));
        int[] reach = new int[2];
        int[] before = new int[2];
        int[] after = new int[2];
        int[] extra = new int[2];
        for (int i = 0; i < 2; i++) {
            reach[i] = layer.getDilation()[i] * (layer.getKernelSize()[i] - 1) + 1;
            // Same mode: the output is exactly stride times the input.
            int surplus = reach[i] - layer.getStride()[i];
            boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
            before[i] = same ? Math.max(surplus, 0) / 2 : layer.getPadding()[i];
            after[i] = same ? Math.max(surplus, 0) - before[i] : layer.getPadding()[i];
            extra[i] = same ? Math.max(-surplus, 0) : 0;
        }
        Window window = Window.of(layer.getKernelSize()[0], layer.getKernelSize()[1])
                .strides(layer.getStride()[0], layer.getStride()[1])
                .dilations(layer.getDilation()[0], layer.getDilation()[1])
                .pads(before[0], before[1], after[0], after[1]);
        return graph.spatial().transposedConvolution(x, kernel, bias(weights), window, extra[0], extra[1]);
    }

    private static Window window(ConvolutionLayer layer, Node x) {
        return window(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                x);
    }

    /** The window of a layer over an image [N, H, W, C]. */
    static Window window(ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding, Node x) {
        int[] rows = pads(mode, kernel[0], stride[0], dilation[0], padding[0], x.size(1));
        int[] columns = pads(mode, kernel[1], stride[1], dilation[1], padding[1], x.size(2));
        return Window.of(kernel[0], kernel[1])
                .strides(stride[0], stride[1])
                .dilations(dilation[0], dilation[1])
                .pads(rows[0], columns[0], rows[1], columns[1]);
    }

    /** The window of a layer over a series, taken as an image of one row. */
    static Window window1d(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] dilation, int[] padding, long steps) {
        int[] pads = pads(mode, kernel[0], stride[0], dilation[0], padding[0], steps);
        return Window.of(1, kernel[0])
                .strides(1, stride[0])
                .dilations(1, dilation[0])
                .pads(0, pads[0], 0, pads[1]);
    }

    private static int[] pads(ConvolutionMode mode, int kernel, int stride, int dilation, int padding, long size) {
        int reach = dilation * (kernel - 1) + 1;
        if (mode == ConvolutionMode.Causal) {
            return new int[] {reach - 1, 0};
        }
        if (mode == ConvolutionMode.Same) {
            long outputs = (size + stride - 1) / stride;
            int total = (int) Math.max((outputs - 1) * stride + reach - size, 0);
            return new int[] {total / 2, total - total / 2};
        }
        return new int[] {padding, padding};
    }

    /** [N, T, C] as an image of one row. */
    static Node row(Graph graph, Node x) {
        return graph.reshape(x, x.size(0), 1, x.size(1), x.size(2));
    }

    /** An image of one row as [N, T, C]. */
    static Node series(Graph graph, Node x) {
        return graph.reshape(x, x.size(0), x.size(2), x.size(3));
    }

    private static @Nullable INDArray bias(Map<String, INDArray> weights) {
        INDArray bias = weights.get("b");
        return bias == null ? null : bias.reshape(bias.length());
    }

    private static void requireChannels(Node x, long channels) {
        if (x.size(-1) != channels) {
            throw new IllegalArgumentException(
                    "there are %s channels where %s are wanted".formatted(x.size(-1), channels));
        }
    }
}
