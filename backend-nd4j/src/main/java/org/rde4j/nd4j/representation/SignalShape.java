package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * The shape of one signal. One-dimensional signals are images of one row here, so that every transform has
 * one way only.
 *
 * @param rank 3 for images [C, H, W], 2 for signals [C, T], 1 for vectors [n]
 * @param channels C, or 1
 * @param rows H, or 1
 * @param columns W, T or n
 */
record SignalShape(int rank, int channels, int rows, int columns) {

    static SignalShape of(int... axes) {
        boolean empty = Arrays.stream(axes).anyMatch(size -> size < 1);
        if (axes.length < 1 || axes.length > 3 || empty) {
            throw new RdeException(
                    "Signals of shape %s must be images [C, H, W], signals [C, T] or vectors [n]."
                            .formatted(Arrays.toString(axes)),
                    "Give a signal without an axis for the batch.");
        }
        return switch (axes.length) {
            case 1 -> new SignalShape(1, 1, 1, axes[0]);
            case 2 -> new SignalShape(2, axes[0], 1, axes[1]);
            default -> new SignalShape(3, axes[0], axes[1], axes[2]);
        };
    }

    boolean isImage() {
        return rank == 3;
    }

    /** The number of values of one signal. */
    int length() {
        return channels * rows * columns;
    }

    /** One place for each pixel or sample. */
    List<Integer> grid() {
        return grid(rows, columns);
    }

    /** A coarser or finer grid over the same signal. */
    List<Integer> grid(int gridRows, int gridColumns) {
        return isImage() ? List.of(gridRows, gridColumns) : List.of(gridColumns);
    }

    /** From [C, rows, columns] to [rows, columns, C]. */
    float[] channelsLast(float[] signal) {
        int places = rows * columns;
        float[] result = new float[length()];
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < places; p++) {
                result[p * channels + c] = signal[c * places + p];
            }
        }
        return result;
    }

    /** Any batch of channels-last values as a batch of signals. */
    Node signals(Graph graph, Node values) {
        return graph.reshape(values, batch(values.size(0)));
    }

    /** The shape of a batch of signals, channels last. */
    long[] batch(long n) {
        return switch (rank) {
            case 1 -> new long[] {n, columns};
            case 2 -> new long[] {n, columns, channels};
            default -> new long[] {n, rows, columns, channels};
        };
    }

    /** The axes of one signal, channels first. */
    long[] axes() {
        return switch (rank) {
            case 1 -> new long[] {columns};
            case 2 -> new long[] {channels, columns};
            default -> new long[] {channels, rows, columns};
        };
    }

    @Override
    public String toString() {
        return switch (rank) {
            case 1 -> "vector of %s values".formatted(columns);
            case 2 -> "signal of %s samples".formatted(columns);
            default -> "%s×%s image".formatted(rows, columns);
        };
    }
}
