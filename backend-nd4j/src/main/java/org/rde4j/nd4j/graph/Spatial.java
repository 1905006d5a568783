package org.rde4j.nd4j.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
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
     * Convolution (cross-correlation) with fixed weights; see {@link #convolution(Node, Node, Node, Window, int)}.
     *
     * @param x [N, H, W, in]
     * @param weights [rows, columns, in / groups, out]
     * @param bias [out] or null
     * @param window how the kernel moves
     * @param groups channels are split into so many groups that do not see each other
     * @return [N, H', W', out]
     */
    public Node convolution(Node x, INDArray weights, @Nullable INDArray bias, Window window, int groups) {
        return convolution(x, graph.constant(weights), bias == null ? null : graph.constant(bias), window, groups);
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
    public Node convolution(Node x, Node weights, @Nullable Node bias, Window window, int groups) {
        long in = x.size(3);
        long out = weights.size(3);
        if (window.dilated()) {
            return overPhases(x, window, 0, phase -> convolution(phase, weights, bias, window.kernel(), groups));
        }
        if (groups == 1) {
            return window.pointwise() ? pointwise(x, weights, bias, window) : dense(x, weights, bias, window);
        }
        if (groups == in) {
            Node each = in == out ? x : graph.selection().take(x, 3, repeated((int) in, (int) (out / in)));
            return depthwise(each, graph.permute(weights, 0, 1, 3, 2), bias, window);
        }
        List<Node> parts = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            Node part = graph.slice(x, 3, g * in / groups, (g + 1) * in / groups);
            Node w = graph.slice(weights, 3, g * out / groups, (g + 1) * out / groups);
            parts.add(convolution(part, w, null, window, 1));
        }
        Node y = graph.concat(3, parts);
        return bias == null ? y : graph.addBias(y, bias);
    }

    private static int[] repeated(int channels, int times) {
        return IntStream.range(0, channels * times).map(i -> i / times).toArray();
    }

    /** A kernel of one pixel is a matrix product over the pixels, three times faster than as a convolution. */
    private Node pointwise(Node x, Node weights, @Nullable Node bias, Window window) {
        long in = x.size(3);
        long out = weights.size(3);
        Node rows = graph.selection().take(x, 1, window.rowSteps(x.size(1)));
        Node pixels = graph.selection().take(rows, 2, window.columnSteps(x.size(2)));
        Node y = graph.matmul(graph.reshape(pixels, -1, in), graph.reshape(weights, in, out));
        Node shifted = bias == null ? y : graph.addBias(y, bias);
        return graph.reshape(shifted, x.size(0), window.rows(x.size(1)), window.columns(x.size(2)), out);
    }

    private Node dense(Node x, Node weights, @Nullable Node bias, Window window) {
        SDVariable input = supported(x, window).variable();
        SDVariable w = weights.variable();
        Conv2DConfig config = config(x, window);
        SDVariable y =
                bias == null ? sd.cnn().conv2d(input, w, config) : sd.cnn().conv2d(input, w, bias.variable(), config);
        return graph.node(y, output(x, window, weights.size(3)));
    }

    /** Weights are [rows, columns, channels, 1]. */
    private Node depthwise(Node x, Node weights, @Nullable Node bias, Window window) {
        SDVariable input = supported(x, window).variable();
        SDVariable w = weights.variable();
        Conv2DConfig config = config(x, window);
        SDVariable y = bias == null
                ? sd.cnn().depthWiseConv2d(input, w, config)
                : sd.cnn().depthWiseConv2d(input, w, bias.variable(), config);
        return graph.node(y, output(x, window, x.size(3)));
    }

    private static long[] output(Node x, Window window, long channels) {
        return new long[] {x.size(0), window.rows(x.size(1)), window.columns(x.size(2)), channels};
    }

    private static boolean isSupported(Node x, Window window) {
        return window.symmetric() || window.same(x.size(1), x.size(2));
    }

    /** ND4J pads opposite sides alike or by the SAME rule; everything else is padded before. */
    private Node supported(Node x, Window window) {
        return isSupported(x, window) ? x : padded(x, window, 0);
    }

    /** Pads that differ from side to side only reach here when they are exactly those of the SAME rule. */
    private static Conv2DConfig config(Node x, Window wanted) {
        Window window = isSupported(x, wanted) ? wanted : wanted.pads(0, 0, 0, 0);
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
     * Transposed convolution with fixed weights; see {@link #transposedConvolution(Node, Node, Node, Window, int,
     * int)}.
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
        Node w = graph.constant(weights);
        Node b = bias == null ? null : graph.constant(bias);
        return transposedConvolution(x, w, b, window, extraRows, extraColumns);
    }

    /**
     * Transposed convolution, y[s·i + d·k − pad] += x[i]·w[k].
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
            Node x, Node weights, @Nullable Node bias, Window window, int extraRows, int extraColumns) {
        Node w = window.dilated() ? undilated(weights, window) : weights;
        Node y = new SubPixel(graph).transposed(x, w, window, extraRows, extraColumns);
        return bias == null ? y : graph.addBias(y, bias);
    }

    /** A dilated kernel as a plain one, with zeros between its entries. */
    private Node undilated(Node weights, Window window) {
        Node stuffed = zeroStuffed(weights, 0, window.dilationH(), window.dilationW(), 0, 0);
        long[] size = stuffed.shape().clone();
        size[0] -= window.dilationH() - 1;
        size[1] -= window.dilationW() - 1;
        return graph.slice(stuffed, new long[4], size);
    }

    /**
     * Transposed depthwise convolution.
     *
     * @param x [N, H, W, C]
     * @param weights [rows, columns, 1, C], not flipped
     * @param window the strides and pads of the convolution that this one transposes
     * @param extraRows rows added below the output, less than the stride
     * @param extraColumns columns added at the right of the output
     * @return [N, H', W', C]
     */
    public Node transposedDepthwise(Node x, Node weights, Window window, int extraRows, int extraColumns) {
        Reach rows = Reach.of(window.height(), window.strideH(), window.top(), window.bottom() - extraRows);
        Reach columns = Reach.of(window.width(), window.strideW(), window.left(), window.right() - extraColumns);
        Node stuffed = zeroStuffed(x, 1, window.strideH(), window.strideW(), rows.phase(), columns.phase());
        Window plain = Window.of(window.height(), window.width())
                .pads(
                        Math.max(0, rows.before()),
                        Math.max(0, columns.before()),
                        Math.max(0, rows.after()),
                        Math.max(0, columns.after()));
        Node y = convolution(stuffed, flipped(weights), null, plain, Math.toIntExact(x.size(3)));
        return graph.slice(
                y, new long[] {0, Math.max(0, -rows.before()), Math.max(0, -columns.before()), 0}, new long[] {
                    y.size(0),
                    (x.size(1) - 1) * window.strideH() + window.height() - window.top() - window.bottom() + extraRows,
                    (x.size(2) - 1) * window.strideW() + window.width() - window.left() - window.right() + extraColumns,
                    y.size(3)
                });
    }

    /**
     * Where zeros go along one axis before a transposed convolution.
     *
     * @param phase zeros before each entry, the rest of the stride follows it; chosen such that opposite pads
     *     are alike if they can be, which saves a copy
     * @param before zeros before all that; negative for outputs to cut off
     * @param after zeros behind it
     */
    private record Reach(int phase, int before, int after) {
        static Reach of(int kernel, int stride, int padBefore, int padAfter) {
            int before = kernel - 1 - padBefore;
            int after = kernel - 1 - padAfter;
            int phase = Math.max(0, Math.min(stride - 1, (before - after + stride - 1) / 2));
            return new Reach(phase, before - phase, after - (stride - 1 - phase));
        }
    }

    /**
     * Puts pixels of different phases together, from [N, Q, R, (row phase, column phase, C)] to
     * [N, Q·row phases, R·column phases, C].
     */
    public Node interleaved(Node phases, int rowPhases, int columnPhases) {
        return new SubPixel(graph).interleaved(phases, rowPhases, columnPhases);
    }

    /** Kernel rows and columns in reverse order. */
    public Node flipped(Node weights) {
        return graph.selection().reversed(graph.selection().reversed(weights, 0), 1);
    }

    /**
     * Puts zeros between the entries of two neighbouring axes, by pads of flat views: each entry becomes a
     * square that is zero but for the entry at the given phase.
     */
    private Node zeroStuffed(Node x, int axis, int timesRows, int timesColumns, int rowPhase, int columnPhase) {
        long n = axis == 0 ? 1 : x.size(0);
        long h = x.size(axis);
        long w = x.size(axis + 1);
        long c = x.length() / (n * h * w);
        Node columns = graph.pad(
                graph.reshape(x, n * h * w, c),
                new long[] {0, columnPhase * c},
                new long[] {0, (timesColumns - 1 - columnPhase) * c},
                0);
        long row = w * timesColumns * c;
        Node rows = graph.pad(
                graph.reshape(columns, n * h, row),
                new long[] {0, rowPhase * row},
                new long[] {0, (timesRows - 1 - rowPhase) * row},
                0);
        long[] shape = x.shape().clone();
        shape[axis] = h * timesRows;
        shape[axis + 1] = w * timesColumns;
        return graph.reshape(rows, shape);
    }

    /** The largest value under the window; padding never wins. */
    public Node maxPool(Node x, Window window) {
        if (window.dilated()) {
            return overPhases(x, window, LOWEST, phase -> maxPool(phase, window.kernel()));
        }
        Node padded = padded(x, window, LOWEST);
        return graph.node(sd.cnn().maxPooling2d(padded.variable(), pooling(window)), pooled(padded, window));
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
        return graph.node(sd.cnn().avgPooling2d(padded.variable(), pooling(window)), pooled(padded, window));
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
