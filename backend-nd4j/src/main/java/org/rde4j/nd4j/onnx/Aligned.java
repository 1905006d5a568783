package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rde4j.nd4j.graph.Node;

/**
 * Values of one rank and one layout, so that they can be repeated along axes where they have size 1.
 *
 * @param layout with channels last if one of the values has them there
 * @param nodes the values, in the given order
 * @param shape that they are repeated to, in ONNX's order of axes
 */
record Aligned(Layout layout, List<Node> nodes, long[] shape) {

    /**
     * Aligns values.
     *
     * @throws org.rde4j.RdeException if their shapes do not fit
     */
    static Aligned of(Call call, List<Value> values) {
        int rank = values.stream().mapToInt(Value::rank).max().orElse(0);
        long[] shape = common(call, values);
        boolean channelsLast = values.stream()
                .anyMatch(v -> v.rank() == rank && v instanceof Activation x && x.layout() == Layout.CHANNELS_LAST);
        Layout layout = channelsLast ? Layout.CHANNELS_LAST : Layout.ONNX;
        List<Node> nodes = values.stream()
                .map(v -> v.reshape(Shapes.extended(v.shape(), rank)))
                .map(v -> call.activation(v).in(layout).node())
                .toList();
        return new Aligned(layout, nodes, shape);
    }

    /** The shape that values are repeated to. */
    static long[] common(Call call, List<? extends Value> values) {
        int rank = values.stream().mapToInt(Value::rank).max().orElse(0);
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        for (Value value : values) {
            long @Nullable [] wider = Shapes.broadcast(shape, Shapes.extended(value.shape(), rank));
            if (wider == null) {
                throw call.refused(
                        "gets %s, whose shapes do not broadcast".formatted(values),
                        "Give signals of the size that the model was exported for.");
            }
            shape = wider;
        }
        return shape;
    }
}
