package org.rde4j.nd4j.onnx;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** In which order a network holds the axes of an input. */
final class InputOrder {
    private static final Set<Long> CHANNELS = Set.of(1L, 3L, 4L);

    /** Operators that treat all axes alike, so that the order shows behind them. */
    private static final Set<String> PASSING =
            Set.of("Cast", "Identity", "Add", "Sub", "Mul", "Div", "Clip", "Pad", "QuantizeLinear", "DequantizeLinear");

    /** Operators that want channels first. */
    private static final Set<String> CHANNELS_FIRST = Set.of(
            "Conv",
            "ConvTranspose",
            "MaxPool",
            "AveragePool",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "BatchNormalization",
            "InstanceNormalization");

    private InputOrder() {}

    /**
     * Whether channels are last: from the first operators that care, else from the sizes. Channels come first, as in
     * most networks, unless an image could not have so many.
     */
    static boolean channelsLast(OnnxGraph.Input input, @Nullable OnnxGraph graph) {
        long[] shape = input.shape();
        if (shape == null || shape.length != 4) {
            return false;
        }
        Boolean used = graph == null ? null : use(input.name(), graph.users());
        return used != null ? used : CHANNELS.contains(shape[3]) && !CHANNELS.contains(shape[1]);
    }

    private static @Nullable Boolean use(String input, Map<String, List<OnnxNode>> users) {
        String name = input;
        for (int steps = 0; steps < 16; steps++) {
            List<OnnxNode> using = users.getOrDefault(name, List.of());
            if (using.size() != 1) {
                return null;
            }
            OnnxNode node = using.get(0);
            if (node.operator().equals("Transpose")) {
                long[] order = node.integers("perm");
                return order != null && order.length == 4 && order[1] == 3 ? Boolean.TRUE : null;
            }
            if (CHANNELS_FIRST.contains(node.operator())) {
                return false;
            }
            if (!PASSING.contains(node.operator())) {
                return null;
            }
            name = node.outputs().get(0);
        }
        return null;
    }
}
