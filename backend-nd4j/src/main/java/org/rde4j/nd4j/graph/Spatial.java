package org.rde4j.nd4j.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Operations over images [N, H, W, C] (one-dimensional signals have H = 1). Weights are [rows, columns, in,
 * out], the layout that ND4J's kernels run fastest and whose gradients are right.
 */
public final class Spatial {
    /** Loses against every number that networks compute. */
    private static final double LOWEST = -3.0e38;

    private final Graph graph;
    private final SameDiff sd;

    Spatial(Graph graph) {
        this.graph = graph;
        this.sd = graph.sameDiff();
    }

    /**
     * Convolution (cross-correlation).
     *
     * @param x [N, H, W, in]
     * @param weights [rows, columns, in / groups, out]
     * @param bias [out] or null
     * @param window how the kernel moves
     * @param groups channels are split into so many groups that do not see each other
     * @return [N, H', W', out]
     */
    public Node convolution(Node x, INDArray weights, @Nullable INDArray bias, Window window, int groups) {
        if (window.dilated()) {
            return overPhases(x, window, 0, phase -> convolution(phase, weights, bias, window.kernel(), groups));
        }
        long in = x.size(3);
        long out = weights.size(3);
        if (groups == in && out == in) {
            // Depthwise weights are [rows, columns, in, multiplier].
            return run(x, weights.permute(0, 1, 3, 2).dup('c'), bias, window, out, true);
        }
        if (groups == 1) {
            return run(x, weights.dup('c'), bias, window, out, false);
        }
        List<Node> parts = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            Node part = graph.slice(x, 3, g * in / groups, (g + 1) * in / groups);
            INDArray w = weights.get(
                    NDArrayIndex.all(),
                    NDArrayIndex.all(),
                    NDArrayIndex.all(),
                    NDArrayIndex.interval(g * out / groups, (g + 1) * out / groups));
            parts.add(run(part, w.dup('c'), null, window, out / groups, false));
        }
        Node y = graph.concat(3, parts);
        return bias == null ? y : graph.add(y, graph.constant(bias.reshape(1, 1, 1, out)));
    }

    private Node run(Node x, INDArray weights, @Nullable INDArray bias, Window window, long out, boolean depthwise) {
        boolean direct = window.symmetric() || window.same(x.size(1), x.size(2));
        SDVariable input = direct ? x.variable() : padded(x, window, 0).variable();
        Conv2DConfig config = config(direct ? window : window.pads(0, 0, 0, 0));
        SDVariable w = graph.constant(weights).variable();
        SDVariable y;
        if (bias == null) {
            y = depthwise
                    ? sd.cnn().depthWiseConv2d(input, w, config)
                    : sd.cnn().conv2d(input, w, config);
        } else {
            SDVariable b = graph.constant(bias).variable();
            y = depthwise
                    ? sd.cnn().depthWiseConv2d(input, w, b, config)
                    : sd.cnn().conv2d(input, w, b, config);
        }
        return new Node(y, x.size(0), window.rows(x.size(1)), window.columns(x.size(2)), out);
    }

    /** Pads that differ from side to side only reach here when they are exactly those of the SAME rule. */
    private static Conv2DConfig config(Window window) {
        return Conv2DConfig.builder()
                .kH(window.height())
                .kW(window.width())
                .sH(window.strideH())
                .sW(window.strideW())
                .pH(window.symmetric() ? window.top() : 0)
                .pW(window.symmetric() ? window.left() : 0)
                .paddingMode(window.symmetric() ? PaddingMode.VALID : PaddingMode.SAME)
                .dataFormat("NHWC")
                .weightsFormat(WeightsFormat.YXIO)
                .build();
    }

    /**
     * A dilated window sees every d-th pixel only, so the image falls apart into d·d smaller ones over which
     * it moves undilated. ND4J's oneDNN build refuses dilated convolutions and gets dilated pooling wrong.
     */
    private Node overPhases(Node x, Window window, double padding, UnaryOperator<Node> undilated) {
        Node padded = padded(x, window, padding);
        int dh = window.dilationH();
        int dw = window.dilationW();
        long n = x.size(0);
        long h = (padded.size(1) + dh - 1) / dh;
        long w = (padded.size(2) + dw - 1) / dw;
        long[] missing = {0, h * dh - padded.size(1), w * dw - padded.size(2), 0};
        Node whole = graph.pad(padded, new long[4], missing, padding);
        Node apart = graph.permute(graph.reshape(whole, n, h, dh, w, dw, x.size(3)), 2, 4, 0, 1, 3, 5);
        Node y = undilated.apply(graph.reshape(apart, dh * dw * n, h, w, x.size(3)));
        Node together = graph.permute(graph.reshape(y, dh, dw, n, y.size(1), y.size(2), y.size(3)), 2, 3, 0, 4, 1, 5);
        Node steps = graph.reshape(together, n, y.size(1) * dh, y.size(2) * dw, y.size(3));
        Node rows = graph.selection().take(steps, 1, window.rowSteps(x.size(1)));
        return graph.selection().take(rows, 2, window.columnSteps(x.size(2)));
    }

    /**
     * Transposed convolution as a convolution with the flipped kernel over the input with zeros between its
     * pixels: y[s·i + d·k − pad] += x[i]·w[k].
     *
     * @param x [N, H, W, in]
     * @param weights [rows, columns, in, out], not flipped
     * @param bias [out] or null
     * @param window the strides, dilations and pads of the convolution that this one transposes
     * @param extraRows rows added below the output, less than the stride
     * @param extraColumns columns added at the right of the output
     * @return [N, H', W', out]
     */
    public Node transposedConvolution(
            Node x, INDArray weights, @Nullable INDArray bias, Window window, int extraRows, int extraColumns) {
        Node spread = zeroStuffed(x, window.strideH(), window.strideW());
        int reachH = window.dilationH() * (window.height() - 1);
        int reachW = window.dilationW() * (window.width() - 1);
        INDArray flipped = flipped(weights);
        Node full = graph.pad(
                spread,
                new long[] {0, reachH, reachW, 0},
                new long[] {0, reachH + extraRows, reachW + extraColumns, 0},
                0);
        Window plain = Window.of(window.height(), window.width()).dilations(window.dilationH(), window.dilationW());
        Node y = convolution(full, flipped, bias, plain, 1);
        return graph.slice(y, new long[] {0, window.top(), window.left(), 0}, new long[] {
            y.size(0), y.size(1) - window.top() - window.bottom(), y.size(2) - window.left() - window.right(), y.size(3)
        });
    }

    private static INDArray flipped(INDArray weights) {
        INDArray flipped = Nd4j.create(DataType.FLOAT, weights.shape());
        long rows = weights.size(0);
        long columns = weights.size(1);
        for (long r = 0; r < rows; r++) {
            for (long c = 0; c < columns; c++) {
                flipped.get(NDArrayIndex.point(r), NDArrayIndex.point(c))
                        .assign(weights.get(NDArrayIndex.point(rows - 1 - r), NDArrayIndex.point(columns - 1 - c)));
            }
        }
        return flipped;
    }

    /** Puts stride − 1 zeros between neighbouring pixels, by pads of flat views. */
    private Node zeroStuffed(Node x, int strideH, int strideW) {
        long n = x.size(0);
        long h = x.size(1);
        long w = x.size(2);
        long c = x.size(3);
        Node columns =
                graph.pad(graph.reshape(x, n * h * w, c), new long[] {0, 0}, new long[] {0, (strideW - 1) * c}, 0);
        Node rows = graph.pad(
                graph.reshape(columns, n * h, w * strideW * c),
                new long[] {0, 0},
                new long[] {0, (strideH - 1) * w * strideW * c},
                0);
        Node stuffed = graph.reshape(rows, n, h * strideH, w * strideW, c);
        return graph.slice(
                stuffed, new long[] {0, 0, 0, 0}, new long[] {n, (h - 1) * strideH + 1, (w - 1) * strideW + 1, c});
    }

    /** The largest value under the window; padding never wins. */
    public Node maxPool(Node x, Window window) {
        if (window.dilated()) {
            return overPhases(x, window, LOWEST, phase -> maxPool(phase, window.kernel()));
        }
        Node padded = padded(x, window, LOWEST);
        return new Node(sd.cnn().maxPooling2d(padded.variable(), pooling(window)), pooled(padded, window));
    }

    /** The mean under the window; {@code countPadding} says whether padded zeros count. */
    public Node averagePool(Node x, Window window, boolean countPadding) {
        Node mean = paddedMean(x, window);
        return countPadding || window.unpadded() ? mean : graph.div(mean, graph.constant(share(x, window)));
    }

    private Node paddedMean(Node x, Window window) {
        if (window.dilated()) {
            return overPhases(x, window, 0, phase -> paddedMean(phase, window.kernel()));
        }
        Node padded = padded(x, window, 0);
        return new Node(sd.cnn().avgPooling2d(padded.variable(), pooling(window)), pooled(padded, window));
    }

    /** The share of real pixels under each window. */
    private static INDArray share(Node x, Window window) {
        long rows = window.rows(x.size(1));
        long columns = window.columns(x.size(2));
        INDArray share = Nd4j.create(DataType.FLOAT, 1, rows, columns, 1);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int inside = 0;
                for (int i = 0; i < window.height(); i++) {
                    for (int j = 0; j < window.width(); j++) {
                        long y = (long) r * window.strideH() + (long) i * window.dilationH() - window.top();
                        long z = (long) c * window.strideW() + (long) j * window.dilationW() - window.left();
                        inside += y >= 0 && y < x.size(1) && z >= 0 && z < x.size(2) ? 1 : 0;
                    }
                }
                share.putScalar(new long[] {0, r, c, 0}, (double) inside / (window.height() * window.width()));
            }
        }
        return share;
    }

    private Node padded(Node x, Window window, double value) {
        return graph.pad(
                x,
                new long[] {0, window.top(), window.left(), 0},
                new long[] {0, window.bottom(), window.right(), 0},
                value);
    }

    private static Pooling2DConfig pooling(Window window) {
        return Pooling2DConfig.builder()
                .kH(window.height())
                .kW(window.width())
                .sH(window.strideH())
                .sW(window.strideW())
                .paddingMode(PaddingMode.VALID)
                .isNHWC(true)
                .build();
    }

    private static long[] pooled(Node padded, Window window) {
        Window plain = window.pads(0, 0, 0, 0);
        return new long[] {padded.size(0), plain.rows(padded.size(1)), plain.columns(padded.size(2)), padded.size(3)};
    }
}
