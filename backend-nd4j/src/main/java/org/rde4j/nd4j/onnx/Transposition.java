package org.rde4j.nd4j.onnx;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/**
 * The window of a transposed convolution.
 *
 * @param window the window of the convolution that it transposes
 * @param extraRows rows added below
 * @param extraColumns columns added at the right
 */
record Transposition(Window window, int extraRows, int extraColumns) {

    static Transposition of(Call call, long[] kernel, long rows, long columns) {
        int axes = kernel.length;
        int[] extra = Windows.pair(call, call.node().integers("output_padding"), axes, 0);
        String rule = call.node().text("auto_pad", "NOTSET");
        long[] wanted = call.node().integers("output_shape");
        Window stated = Windows.of(call, kernel, rows, columns);
        if (wanted == null && (rule.equals("NOTSET") || rule.isEmpty())) {
            return new Transposition(stated, extra[0], extra[1]);
        }
        Window plain = stated.pads(0, 0, 0, 0);
        if (wanted == null && rule.equals("VALID")) {
            return new Transposition(plain, extra[0], extra[1]);
        }
        int[] size = wanted == null
                ? new int[] {(int) rows * plain.strideH(), (int) columns * plain.strideW()}
                : Windows.pair(call, wanted, axes, 1);
        long cutRows = full(rows, plain.height(), plain.strideH(), plain.dilationH()) + extra[0] - size[0];
        long cutColumns = full(columns, plain.width(), plain.strideW(), plain.dilationW()) + extra[1] - size[1];
        int[] h = split(call, cutRows, plain.strideH() - extra[0]);
        int[] w = split(call, cutColumns, plain.strideW() - extra[1]);
        // Where nothing is cut off, zeros may be missing at the end.
        int addedRows = (int) Math.max(0, -cutRows);
        int addedColumns = (int) Math.max(0, -cutColumns);
        return new Transposition(plain.pads(h[0], w[0], h[1], w[1]), extra[0] + addedRows, extra[1] + addedColumns);
    }

    private static long full(long size, int kernel, int stride, int dilation) {
        return (size - 1) * stride + dilation * (kernel - 1L) + 1;
    }

    /** What is cut off before and after; the odd one goes to the end only for SAME_UPPER. */
    private static int[] split(Call call, long total, int stride) {
        if (total <= -stride) {
            throw call.refused("has an output_shape larger than its kernel reaches", OnnxGraph.EXPORT_AGAIN);
        }
        if (total < 0) {
            return new int[2];
        }
        int half = (int) total / 2;
        int rest = (int) total - half;
        return call.node().text("auto_pad", "NOTSET").equals("SAME_UPPER")
                ? new int[] {half, rest}
                : new int[] {rest, half};
    }

    Node write(Graph graph, Node x, INDArray weights, @Nullable INDArray bias) {
        return graph.spatial().transposedConvolution(x, weights, bias, window, extraRows, extraColumns);
    }
}
