package org.rde4j.nd4j.onnx;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            "LpPool",
            "GlobalLpPool",
            "BatchNormalization",
            "InstanceNormalization",
            "GroupNormalization",
            "MeanVarianceNormalization",
            "LRN",
            "DepthToSpace",
            "SpaceToDepth");

    private InputOrder() {}

    /**
     * Whether channels are last: what the first operators say that care, else what the sizes do, where channels are
     * one, three or four on one side only, or the image is square for one of the orders.
     *
     * @return empty if an image may hold its channels on either side, or operators want both
     */
    static Optional<Boolean> channelsLast(OnnxGraph.Input input, @Nullable OnnxGraph graph) {
        long[] shape = input.shape();
        if (shape == null || shape.length != 4) {
            return Optional.of(false);
        }
        Set<Boolean> wanted = graph == null ? Set.of() : wanted(input.name(), graph.users());
        if (!wanted.isEmpty()) {
            return wanted.size() == 1 ? Optional.of(wanted.iterator().next()) : Optional.empty();
        }
        boolean last = CHANNELS.contains(shape[3]);
        boolean first = CHANNELS.contains(shape[1]);
        if (last != first) {
            return Optional.of(last);
        }
        boolean squareLast = last && shape[1] == shape[2] && shape[2] > 1;
        boolean squareFirst = first && shape[2] == shape[3] && shape[2] > 1;
        return squareLast == squareFirst ? Optional.empty() : Optional.of(squareLast);
    }

    /** What the first operators behind an input want that do not treat all axes alike. */
    private static Set<Boolean> wanted(String input, Map<String, List<OnnxNode>> users) {
        Set<Boolean> wanted = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(input));
        while (!open.isEmpty()) {
            String value = open.remove();
            if (!seen.add(value)) {
                continue;
            }
            for (OnnxNode node : users.getOrDefault(value, List.of())) {
                if (CHANNELS_FIRST.contains(node.operator())) {
                    wanted.add(false);
                } else if (node.operator().equals("Transpose")) {
                    long[] order = node.integers("perm");
                    if (order != null && order.length == 4 && order[1] == 3) {
                        wanted.add(true);
                    }
                } else if (PASSING.contains(node.operator())) {
                    open.addAll(node.outputs());
                }
            }
        }
        return wanted;
    }
}
