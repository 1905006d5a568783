package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Resizing by the nearest value or linear interpolation, one axis after the other. */
final class Resizes {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Resize", Operator.of(call -> call.opset() < 11 ? resize(call, 1, -1) : resize(call, 2, 3))),
            entry("Upsample", Operator.of(call -> resize(call, 1, -1))));

    /** No axis of a picture or sound is longer. */
    private static final long LONGEST_AXIS = 1 << 20;

    private Resizes() {}

    private static Value resize(Call call, int scalesInput, int sizesInput) {
        Activation x = call.activation(0);
        double[] scales = scales(call, scalesInput);
        int[] sizes = sizesInput > 0 && call.has(sizesInput)
                ? call.constant(sizesInput).ints()
                : null;
        int[] axes = axes(call, x.rank());
        int given = sizes != null ? sizes.length : scales == null ? 0 : scales.length;
        if (given != axes.length) {
            throw call.refused(
                    "has %s scales or sizes for %s axes".formatted(given, axes.length), OnnxGraph.EXPORT_AGAIN);
        }
        Activation resized = x;
        for (int i = 0; i < axes.length; i++) {
            long size = x.shape()[axes[i]];
            boolean isBatch = axes[i] == 0;
            long target = isBatch ? size : sizes != null ? sizes[i] : (long) Math.floor(size * scales[i]);
            double scale = sizes != null ? (double) target / size : scales[i];
            if (target != size) {
                resized = resized(call, resized, axes[i], target, scale);
            }
        }
        return resized;
    }

    private static double @Nullable [] scales(Call call, int input) {
        if (call.has(input)) {
            Constant scales = call.constant(input);
            return scales.length() == 0 ? null : scales.values();
        }
        return call.node().numbers("scales");
    }

    private static int[] axes(Call call, int rank) {
        long[] axes = call.node().integers("axes");
        return axes == null
                ? IntStream.range(0, rank).toArray()
                : call.axes(Constant.integers(axes).ints(), rank);
    }

    private static Activation resized(Call call, Activation x, int axis, long target, double scale) {
        int size = (int) x.shape()[axis];
        if (target < 1 || target > LONGEST_AXIS) {
            throw call.refused(
                    "resizes %s to %s, but sizes must be between 1 and %s".formatted(size, target, LONGEST_AXIS),
                    OnnxGraph.EXPORT_AGAIN);
        }
        boolean unsupported = call.node().flag("antialias", false)
                || !call.node().text("keep_aspect_ratio_policy", "stretch").equals("stretch");
        if (unsupported) {
            throw call.refused("resizes with antialias or keep_aspect_ratio_policy", "Export the model without them.");
        }
        double[] from = coordinates(call, size, (int) target, scale);
        String mode = call.node().text("mode", "nearest");
        switch (mode) {
            case "nearest":
                return x.take(axis, nearest(call, from, size));
            case "linear", "bilinear": {
                int at = x.layout().axis(axis, x.rank());
                return x.keeping(call.graph().selection().mix(x.node(), at, interpolation(call, from, size)));
            }
            default:
                throw call.refused("resizes in the mode '%s'".formatted(mode), "Supported are nearest and linear.");
        }
    }

    /** Where each new position lies among the old ones. */
    private static double[] coordinates(Call call, int size, int target, double scale) {
        String rule =
                call.node().text("coordinate_transformation_mode", call.opset() < 11 ? "asymmetric" : "half_pixel");
        return IntStream.range(0, target)
                .mapToDouble(i -> switch (rule) {
                    case "half_pixel" -> (i + 0.5) / scale - 0.5;
                    case "pytorch_half_pixel" -> target > 1 ? (i + 0.5) / scale - 0.5 : 0;
                    case "asymmetric" -> i / scale;
                    case "align_corners" -> target > 1 ? i * (size - 1.0) / (target - 1.0) : 0;
                    default -> throw call.refused(
                            "has the coordinate_transformation_mode '%s'".formatted(rule),
                            "Supported are half_pixel, pytorch_half_pixel, asymmetric and align_corners.");
                })
                .toArray();
    }

    private static int[] nearest(Call call, double[] from, int size) {
        String rule = call.node().text("nearest_mode", call.opset() < 11 ? "floor" : "round_prefer_floor");
        return Arrays.stream(from)
                .mapToInt(at -> (int)
                        switch (rule) {
                            case "round_prefer_floor" -> Math.ceil(at - 0.5);
                            case "round_prefer_ceil" -> Math.floor(at + 0.5);
                            case "floor" -> Math.floor(at);
                            case "ceil" -> Math.ceil(at);
                            default -> throw call.refused(
                                    "has the nearest_mode '%s'".formatted(rule), OnnxGraph.EXPORT_AGAIN);
                        })
                .map(at -> Math.min(Math.max(at, 0), size - 1))
                .toArray();
    }

    /** The matrix [new, old] of the two neighbours' weights. */
    private static INDArray interpolation(Call call, double[] from, int size) {
        if ((long) from.length * size > LONGEST_AXIS << 4) {
            throw call.refused(
                    "interpolates from %s to %s positions".formatted(size, from.length), "Give smaller signals.");
        }
        INDArray matrix = Nd4j.zeros(DataType.FLOAT, from.length, size);
        for (int i = 0; i < from.length; i++) {
            double at = Math.min(Math.max(from[i], 0), size - 1.0);
            int low = (int) at;
            int high = Math.min(low + 1, size - 1);
            matrix.putScalar(i, low, 1 - (at - low));
            matrix.putScalar(i, high, matrix.getDouble(i, high) + (at - low));
        }
        return matrix;
    }
}
