package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Resizing by the nearest value, or by linear or cubic interpolation, one axis after the other. */
final class Resizes {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Resize", Operator.of(call -> call.opset() < 11 ? resize(call, 1, -1) : resize(call, 2, 3))),
            entry("Upsample", Operator.of(Resizes::upsample)));

    /** No axis of a picture or sound is longer. */
    private static final long LONGEST_AXIS = 1 << 20;

    private Resizes() {}

    /**
     * How new positions lie among old ones and what they take from them.
     *
     * @param coordinates where a new position lies
     * @param rounding how the nearest position is found
     */
    private record Settings(
            String mode,
            String coordinates,
            String rounding,
            boolean antialias,
            boolean excludeOutside,
            double cubicCoefficient) {

        static Settings of(Call call) {
            boolean old = call.opset() < 11;
            OnnxNode node = call.node();
            return new Settings(
                    node.text("mode", "nearest"),
                    node.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
                    node.text("nearest_mode", old ? "" : "round_prefer_floor"),
                    node.flag("antialias", false),
                    node.flag("exclude_outside", false),
                    node.number("cubic_coeff_a", -0.75));
        }
    }

    /** Opset 10 has another name for it. */
    private static Value upsample(Call call) {
        if (call.opset() >= 10) {
            throw call.refused("is no operator of opset %s".formatted(call.opset()), OnnxGraph.EXPORT_AGAIN);
        }
        return resize(call, 1, -1);
    }

    private static Value resize(Call call, int scalesInput, int sizesInput) {
        Activation x = call.activation(0);
        Settings settings = Settings.of(call);
        String policy = call.node().text("keep_aspect_ratio_policy", "stretch");
        int[] axes = axes(call, x.rank());
        long[] before = Arrays.stream(axes).mapToLong(axis -> x.shape()[axis]).toArray();
        double[] scales = scales(call, scalesInput);
        long[] targets;
        if (sizesInput > 0 && call.has(sizesInput)) {
            long[] sizes = call.constant(sizesInput).longs();
            requireOnePerAxis(call, sizes.length, axes.length);
            scales = scalesTo(call, policy, before, sizes);
            boolean stretched = policy.equals("stretch");
            targets = new long[axes.length];
            for (int i = 0; i < axes.length; i++) {
                targets[i] = stretched ? sizes[i] : (long) Math.floor(before[i] * scales[i] + 0.5);
            }
        } else {
            requireOnePerAxis(call, scales == null ? 0 : scales.length, axes.length);
            targets = new long[axes.length];
            for (int i = 0; i < axes.length; i++) {
                targets[i] = (long) Math.floor((float) (before[i] * scales[i]));
            }
        }
        long[] shape = x.shape();
        Activation resized = x;
        for (int i = 0; i < axes.length; i++) {
            requireSize(call, before[i], targets[i]);
            if (scales[i] != 1 || targets[i] != before[i]) {
                shape[axes[i]] = targets[i];
                call.requireSize(shape);
                resized = resized(call, settings, resized, axes[i], (int) targets[i], scales[i]);
            }
        }
        return resized;
    }

    private static void requireOnePerAxis(Call call, int given, int axes) {
        if (given != axes) {
            throw call.refused("has %s scales or sizes for %s axes".formatted(given, axes), OnnxGraph.EXPORT_AGAIN);
        }
    }

    private static void requireSize(Call call, long before, long target) {
        if (target < 1 || target > LONGEST_AXIS) {
            throw call.refused(
                    "resizes %s to %s, but sizes must be between 1 and %s".formatted(before, target, LONGEST_AXIS),
                    OnnxGraph.EXPORT_AGAIN);
        }
    }

    /** How much each axis grows; the policies that keep proportions let the least or the greatest growth count for all. */
    private static double[] scalesTo(Call call, String policy, long[] before, long[] sizes) {
        double[] scales = new double[sizes.length];
        Arrays.setAll(scales, i -> (double) sizes[i] / before[i]);
        switch (policy) {
            case "stretch":
                break;
            case "not_larger":
                Arrays.fill(scales, Arrays.stream(scales).min().orElse(1));
                break;
            case "not_smaller":
                Arrays.fill(scales, Arrays.stream(scales).max().orElse(1));
                break;
            default:
                throw call.refused("has the keep_aspect_ratio_policy '%s'".formatted(policy), OnnxGraph.EXPORT_AGAIN);
        }
        return scales;
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

    private static Activation resized(Call call, Settings settings, Activation x, int axis, int target, double scale) {
        int size = (int) x.shape()[axis];
        double[] from = coordinates(call, settings.coordinates(), size, target, scale);
        String mode = settings.mode();
        if (mode.equals("nearest")) {
            return x.take(axis, nearest(call, settings.rounding(), from, size, scale));
        }
        if (settings.antialias() && scale < 1) {
            throw call.refused("has the setting antialias", "Export the model without it.");
        }
        requireMatrix(call, target, size);
        INDArray matrix =
                switch (mode) {
                    case "linear", "bilinear" -> weighted(settings, from, size, Resizes::linear);
                    case "cubic" -> weighted(
                            settings, from, size, distance -> cubic(distance, settings.cubicCoefficient()));
                    default -> throw call.refused(
                            "resizes in the mode '%s'".formatted(mode), "Supported are nearest, linear and cubic.");
                };
        return x.keeping(call.graph().selection().mix(x.node(), x.layout().axis(axis, x.rank()), matrix));
    }

    private static void requireMatrix(Call call, long target, long size) {
        if (target * size > LONGEST_AXIS << 4) {
            throw call.refused("interpolates from %s to %s positions".formatted(size, target), "Give smaller signals.");
        }
    }

    /** Where each new position lies among the old ones. */
    private static double[] coordinates(Call call, String rule, int size, int target, double scale) {
        if (rule.equals("align_corners") && target != Math.round(size * scale * 1e4) / 1e4) {
            throw call.refused(
                    "aligns the corners of %s positions, scaled by %s, which is not a whole number of positions"
                            .formatted(size, scale),
                    "Export the model with sizes in place of scales.");
        }
        return IntStream.range(0, target)
                .mapToDouble(i -> switch (rule) {
                    case "half_pixel" -> (i + 0.5) / scale - 0.5;
                    case "pytorch_half_pixel" -> target > 1 ? (i + 0.5) / scale - 0.5 : 0;
                    case "half_pixel_symmetric" -> {
                        double adjustment = target / (size * scale);
                        yield size / 2.0 * (1 - adjustment) + (i + 0.5) / scale - 0.5;
                    }
                    case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
                    case "asymmetric" -> i / scale;
                    case "align_corners" -> target > 1 ? i * (size - 1.0) / (target - 1.0) : 0;
                    default -> throw call.refused(
                            "has the coordinate_transformation_mode '%s'".formatted(rule),
                            "Supported are half_pixel, pytorch_half_pixel, half_pixel_symmetric, "
                                    + "tf_half_pixel_for_nn, asymmetric and align_corners.");
                })
                .toArray();
    }

    /** Opset 10 says nothing of rounding; its implementations round up where they make smaller, else down. */
    private static int[] nearest(Call call, String rounding, double[] from, int size, double scale) {
        String before11 = call.opset() == 10 && scale < 1 ? "ceil" : "floor";
        String rule = rounding.isEmpty() ? before11 : rounding;
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

    /** The matrix [new, old] of how much each old position counts, by its distance from the new one. */
    private static INDArray weighted(Settings settings, double[] from, int size, DoubleUnaryOperator weight) {
        INDArray matrix = Nd4j.zeros(DataType.FLOAT, from.length, size);
        for (int i = 0; i < from.length; i++) {
            int left = (int) Math.floor(from[i]);
            double[] row = new double[size];
            for (int at = left - 1; at <= left + 2; at++) {
                boolean outside = at < 0 || at >= size;
                if (!outside || !settings.excludeOutside()) {
                    // The values at the ends go on outside.
                    row[Math.min(Math.max(at, 0), size - 1)] += weight.applyAsDouble(Math.abs(at - from[i]));
                }
            }
            double sum = Arrays.stream(row).sum();
            for (int j = 0; j < size; j++) {
                matrix.putScalar(i, j, row[j] / sum);
            }
        }
        return matrix;
    }

    private static double linear(double distance) {
        return Math.max(0, 1 - distance);
    }

    /** Keys' kernel. */
    private static double cubic(double distance, double a) {
        double d = distance;
        return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
    }
}
