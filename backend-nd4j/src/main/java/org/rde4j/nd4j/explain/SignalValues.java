package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * The coefficients of a block as values of the signal, where they are nothing else.
 *
 * @param positions for each coefficient its position in the flattened signal, channels last
 */
record SignalValues(int... positions) {
    /** Positions that are not in order are gathered by a matrix product, which must not become too large. */
    private static final long LARGEST_MATRIX = 1 << 24;

    /**
     * Finds the positions by analysing two signals of numbers that are all different.
     *
     * @throws RdeException if the coefficients are anything else than values of the signal
     */
    static SignalValues of(String strategy, Scope scope, int block) {
        SignalValues values = find(scope, block)
                .orElseThrow(() -> new RdeException(
                        "The inpainting by %s needs components that are values of the signal, not those of the block %s."
                                .formatted(strategy, scope.block(block).name()),
                        "Maybe use pixels(), or give it to one block with on(...)."));
        if (!values.readable(scope.shape())) {
            throw new RdeException(
                    "The %s values of the block %s cannot be gathered from signals of %s."
                            .formatted(
                                    values.positions.length, scope.block(block).name(), Arrays.toString(scope.shape())),
                    "Maybe use pixels().");
        }
        return values;
    }

    /** The same, or empty if the coefficients are anything else than values of the signal. */
    static Optional<SignalValues> find(Scope scope, int block) {
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
                return Optional.empty();
            }
            positions[i] = lastFromFirst(at, scope.shape());
        }
        return Optional.of(new SignalValues(positions));
    }

    /** Whether they can be read from signals of a shape, channels first, within a graph. */
    boolean readable(int... shape) {
        long n = IntStream.of(shape).asLongStream().reduce(1, Math::multiplyExact);
        return channels(shape[0], (int) n) || positions.length * n <= LARGEST_MATRIX;
    }

    /** The coefficients [N, k·d] of signals, channels last. */
    Node from(Graph graph, Node signals) {
        Node flat = graph.reshape(signals, signals.size(0), -1);
        int n = (int) flat.size(1);
        int of = signals.rank() == 2 ? n : (int) signals.size(-1);
        if (!channels(of, n)) {
            return graph.selection().take(flat, 1, positions);
        }
        int count = (int) ((long) positions.length * of / n);
        return graph.reshape(graph.slice(signals, -1, positions[0], positions[0] + count), signals.size(0), -1);
    }

    /** Whether these are all values of neighbouring channels, in order. */
    private boolean channels(int of, int n) {
        int places = n / of;
        int count = positions.length / places;
        return count > 0
                && count * places == positions.length
                && IntStream.range(0, positions.length)
                        .allMatch(i -> positions[i] == i / count * of + positions[0] + i % count);
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
