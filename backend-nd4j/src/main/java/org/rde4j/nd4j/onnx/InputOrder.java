package org.rde4j.nd4j.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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

    private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN");

    private InputOrder() {}

    /**
     * Whether channels are last: what the first operators say that care, else what the sizes do, where channels are
     * one, three or four on one side only, or the image is square for one of the orders.
     *
     * @return empty if an image may hold its channels on either side, or operators want both; sequences that no operator
     *     tells of have channels first, as all signals
     */
    static Optional<Boolean> channelsLast(OnnxGraph.Input input, @Nullable OnnxGraph graph) {
        long[] shape = input.shape();
        if (shape == null || shape.length != 4 && shape.length != 3) {
            return Optional.of(false);
        }
        Set<Boolean> wanted = graph == null ? Set.of() : wanted(input.name(), shape.length, graph.users());
        if (!wanted.isEmpty()) {
            return wanted.size() == 1 ? Optional.of(wanted.iterator().next()) : Optional.empty();
        }
        if (shape.length == 3) {
            return Optional.of(false);
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
    private static Set<Boolean> wanted(String input, int rank, Map<String, List<OnnxNode>> users) {
        Set<Boolean> wanted = new HashSet<>();
        for (OnnxNode node : first(input, users)) {
            if (CHANNELS_FIRST.contains(node.operator())) {
                wanted.add(false);
            } else if (RECURRENT.contains(node.operator()) && node.integer("layout", 0) == 1) {
                wanted.add(true);
            } else if (node.operator().equals("Transpose")) {
                long[] order = node.integers("perm");
                if (order != null && order.length == rank && movesLast(order, node, users)) {
                    wanted.add(true);
                }
            }
        }
        return wanted;
    }

    /** Whether a transposition moves channels from the end, or steps in front of the signals as recurrent networks want. */
    private static boolean movesLast(long[] order, OnnxNode node, Map<String, List<OnnxNode>> users) {
        if (order.length == 4) {
            return order[1] == 3;
        }
        boolean toSteps = Arrays.equals(order, new long[] {1, 0, 2});
        // The same exchange of axes turns [N, C, T] into what dense layers want.
        boolean toChannels = Arrays.equals(order, new long[] {0, 2, 1})
                && first(node.outputs().get(0), users).stream()
                        .anyMatch(next -> CHANNELS_FIRST.contains(next.operator()));
        return toSteps || toChannels;
    }

    /** The first nodes behind a value that do not treat all axes alike. */
    private static List<OnnxNode> first(String value, Map<String, List<OnnxNode>> users) {
        List<OnnxNode> first = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(value));
        while (!open.isEmpty()) {
            String next = open.remove();
            if (seen.add(next)) {
                for (OnnxNode node : users.getOrDefault(next, List.of())) {
                    if (PASSING.contains(node.operator())) {
                        open.addAll(node.outputs());
                    } else {
                        first.add(node);
                    }
                }
            }
        }
        return first;
    }
}
