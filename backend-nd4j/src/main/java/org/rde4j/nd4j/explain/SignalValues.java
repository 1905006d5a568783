package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * The coefficients of a block as values of the signal, where they are nothing else.
 *
 * @param channels of the signal
 * @param positions for each coefficient its position in the flattened signal, channels last
 */
record SignalValues(int channels, int... positions) {
    /** Positions other than whole channels are gathered by a matrix product, which must not become too large. */
    private static final long LARGEST_MATRIX = 1 << 24;

    /**
     * Finds the positions by analysing two signals of numbers that are all different.
     *
     * @throws RdeException if the coefficients are anything else than values of the signal
     */
    static SignalValues of(String strategy, Scope scope, int block) {
        int n = IntStream.of(scope.shape()).reduce(1, Math::multiplyExact);
        float[] order = new float[n];
        float[] noise = new float[n];
        SplittableRandom random = new SplittableRandom(n);
        for (int i = 0; i < n; i++) {
            order[i] = i;
            noise[i] = (float) random.nextDouble();
        }
        float[] places = scope.transform().analyse(order)[block];
        float[] check = scope.transform().analyse(noise)[block];
        int[] positions = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            int at = Math.max(0, Math.min(n - 1, Math.round(places[i])));
            if (places[i] != at || check[i] != noise[at]) {
                throw new RdeException(
                        "The inpainting by %s needs components that are values of the signal, not those of the block %s."
                                .formatted(strategy, scope.block(block).name()),
                        "Maybe use pixels(), or give it to one block with on(...).");
            }
            positions[i] = lastFromFirst(at, scope.shape());
        }
        SignalValues values = new SignalValues(scope.shape().length == 1 ? 1 : scope.shape()[0], positions);
        if (!values.areChannels(n) && (long) positions.length * n > LARGEST_MATRIX) {
            throw new RdeException(
                    "The %d values of the block %s cannot be gathered from signals of %d values."
                            .formatted(positions.length, scope.block(block).name(), n),
                    "Maybe use pixels().");
        }
        return values;
    }

    /** The coefficients [N, k·d] of signals, channels last. */
    Node from(Graph graph, Node signals) {
        int n = (int) (signals.length() / signals.size(0));
        if (!areChannels(n)) {
            return graph.selection().take(graph.reshape(signals, signals.size(0), n), 1, positions);
        }
        int first = positions[0];
        Node part = positions.length == n ? signals : graph.slice(signals, -1, first, first + channelsTaken(n));
        return graph.reshape(part, signals.size(0), positions.length);
    }

    private int channelsTaken(int n) {
        return positions.length / (n / channels);
    }

    /** Whether these are some neighbouring channels of every place, in order, so that a slice gives them. */
    private boolean areChannels(int n) {
        int taken = channelsTaken(n);
        return positions.length == taken * (n / channels)
                && taken > 0
                && IntStream.range(0, positions.length)
                        .allMatch(i -> positions[i] == i / taken * channels + positions[0] + i % taken);
    }

    /** From [C, places…] to [places…, C]. */
    private static int lastFromFirst(int at, int[] shape) {
        if (shape.length == 1) {
            return at;
        }
        int places = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
        return at % places * shape[0] + at / places;
    }
}
