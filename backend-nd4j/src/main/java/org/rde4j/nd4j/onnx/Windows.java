package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rde4j.nd4j.graph.Window;

/** Reads how a kernel moves from a node's attributes; kernels of one-dimensional signals get one row. */
final class Windows {
    private Windows() {}

    /** The window of a convolution or pooling over an image of the given size. */
    static Window of(Call call, long[] kernel, long rows, long columns) {
        int axes = kernel.length;
        if (axes != 1 && axes != 2) {
            throw call.refused(
                    "has a kernel %s of %s dimensions".formatted(Arrays.toString(kernel), axes),
                    "Only one- and two-dimensional networks are supported.");
        }
        int[] size = pair(call, kernel, axes, 1);
        int[] strides = pair(call, call.node().integers("strides"), axes, 1);
        int[] dilations = pair(call, call.node().integers("dilations"), axes, 1);
        Window window =
                Window.of(size[0], size[1]).strides(strides[0], strides[1]).dilations(dilations[0], dilations[1]);
        return padded(call, window, axes, rows, columns);
    }

    private static Window padded(Call call, Window window, int axes, long rows, long columns) {
        String rule = call.node().text("auto_pad", "NOTSET");
        int[] pads = pads(call, axes);
        boolean stated = rule.isEmpty() || rule.equals("NOTSET");
        if (!stated && Arrays.stream(pads).anyMatch(pad -> pad != 0)) {
            throw call.refused(
                    "has both the auto_pad '%s' and the pads %s".formatted(rule, Arrays.toString(pads)),
                    OnnxGraph.EXPORT_AGAIN);
        }
        switch (rule) {
            case "NOTSET", "": {
                return window.pads(pads[0], pads[1], pads[2], pads[3]);
            }
            case "VALID":
                return window;
            case "SAME_UPPER", "SAME_LOWER": {
                int h = same(rows, window.height(), window.strideH(), window.dilationH());
                int w = same(columns, window.width(), window.strideW(), window.dilationW());
                return rule.equals("SAME_UPPER")
                        ? window.pads(h / 2, w / 2, h - h / 2, w - w / 2)
                        : window.pads(h - h / 2, w - w / 2, h / 2, w / 2);
            }
            default:
                throw call.refused("has the auto_pad '%s'".formatted(rule), OnnxGraph.EXPORT_AGAIN);
        }
    }

    /** Top, left, bottom and right pads. */
    static int[] pads(Call call, int axes) {
        long[] given = call.node().integers("pads");
        if (given == null) {
            return new int[4];
        }
        requireLength(call, given, 2 * axes);
        int[] before = pair(call, Arrays.copyOf(given, axes), axes, 0);
        int[] after = pair(call, Arrays.copyOfRange(given, axes, 2 * axes), axes, 0);
        return new int[] {before[0], before[1], after[0], after[1]};
    }

    private static int same(long size, int kernel, int stride, int dilation) {
        long outputs = (size + stride - 1) / stride;
        return (int) Math.max(0, (outputs - 1) * stride + dilation * (kernel - 1L) + 1 - size);
    }

    /** Rows and columns; {@code least} where nothing is given or there is one dimension alone. */
    static int[] pair(Call call, long @Nullable [] given, int axes, int least) {
        if (given == null) {
            return new int[] {least, least};
        }
        requireLength(call, given, axes);
        if (Arrays.stream(given).anyMatch(v -> v < least || v > Short.MAX_VALUE)) {
            throw call.refused(
                    "has the window setting %s, but each must be between %s and %s"
                            .formatted(Arrays.toString(given), least, Short.MAX_VALUE),
                    OnnxGraph.EXPORT_AGAIN);
        }
        return axes == 2 ? new int[] {(int) given[0], (int) given[1]} : new int[] {least, (int) given[0]};
    }

    private static void requireLength(Call call, long[] given, int length) {
        if (given.length != length) {
            throw call.refused(
                    "has the window setting %s, but there must be %s numbers".formatted(Arrays.toString(given), length),
                    OnnxGraph.EXPORT_AGAIN);
        }
    }
}
