package org.rde4j.nd4j.model;

import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A model over signals that are normalised first, (x − mean) / std.
 *
 * @param model what follows
 * @param mean one number for each channel
 * @param std one number for each channel, greater than 0
 */
public record NormalisedModel(Nd4jModel model, List<Float> mean, List<Float> std) implements WrappedModel {

    /** The rank of [C, H, W]. */
    private static final int PICTURE = 3;

    /** Signals in the units of mean and deviation come nowhere near so many deviations. */
    private static final float FARTHEST = 100;

    /** Checks the numbers. */
    public NormalisedModel {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.isEmpty() || mean.size() != std.size()) {
            throw new RdeException(
                    "%s means and %s standard deviations do not fit together.".formatted(mean.size(), std.size()),
                    "Give one of each for every channel.");
        }
        for (int c = 0; c < mean.size(); c++) {
            if (!Float.isFinite(mean.get(c)) || !Float.isFinite(std.get(c)) || std.get(c) <= 0) {
                throw new RdeException(
                        "The normalisation (mean %s, std %s) must be finite with a std above 0."
                                .formatted(mean.get(c), std.get(c)),
                        "For images in [0, 1] maybe use mean 0.5 and std 0.5.");
            }
        }
    }

    /** A normalised model. */
    public static NormalisedModel of(Nd4jModel model, float[] mean, float[] std) {
        return new NormalisedModel(model, list(mean), list(std));
    }

    private static List<Float> list(float[] values) {
        return IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    }

    /**
     * Refuses signals of other units than the normalisation is made for, such as 0 to 255 where the mean is 0.5.
     *
     * @throws RdeException if a channel lies many deviations away from its mean
     */
    @Override
    public void requireFit(Tensor signal) {
        float[] values = signal.values();
        int channels = signal.rank() == 1 ? values.length : signal.shape()[0];
        if (channels != mean.size()) {
            return; // appending the model says so
        }
        int places = values.length / channels;
        float[] normalised = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int c = i / places;
            normalised[i] = (values[i] - mean.get(c)) / std.get(c);
        }
        if (signal.rank() == PICTURE) {
            requireUnits(values, normalised);
        }
        model.requireFit(Tensor.of(normalised, signal.shape()));
    }

    /** Pictures come in [0, 1] or in 0 to 255, and the normalisation tells which is meant. */
    private void requireUnits(float[] values, float[] normalised) {
        float most = 0;
        float largest = 0;
        for (int i = 0; i < values.length; i++) {
            most = Math.max(most, Math.abs(normalised[i]));
            largest = Math.max(largest, Math.abs(values[i]));
        }
        float middle = Collections.min(mean);
        // A black picture lies in any range.
        if (largest > 0 && largest <= 1 && middle > 2) {
            throw new RdeException(
                    "The signal lies in [%s, 1], but the mean of the normalisation is %s."
                            .formatted(least(values) < 0 ? "-1" : "0", middle),
                    "Divide the means and deviations by 255, or multiply the signal.");
        }
        if (middle <= 1 && largest > 2 && most > FARTHEST) {
            throw new RdeException(
                    "The signal holds values up to %s, %s deviations away from the mean of the normalisation."
                            .formatted(largest, Math.round(most)),
                    "Maybe divide the signal by 255: its units must be those of mean %s and std %s."
                            .formatted(mean, std));
        }
    }

    private static float least(float[] values) {
        float least = 0;
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    @Override
    public Node append(Graph graph, Node signals) {
        long channels = signals.size(-1);
        if (channels != mean.size()) {
            throw new RdeException(
                    "The normalisation has %s channels, but the signal has %s.".formatted(mean.size(), channels),
                    "Give one mean and one std for every channel.");
        }
        // One long row at a time: ND4J is slow to broadcast along an axis of only three values.
        long width = signals.rank() == 2 ? 1 : signals.size(-2);
        Node rows = graph.reshape(signals, -1, width * channels);
        Node scaled = graph.mul(rows, graph.constant(row(width, c -> 1 / std.get(c))));
        Node shifted = graph.add(scaled, graph.constant(row(width, c -> -mean.get(c) / std.get(c))));
        return model.append(graph, graph.reshape(shifted, signals.shape()));
    }

    private INDArray row(long width, IntToDoubleFunction ofChannel) {
        INDArray row = Nd4j.create(DataType.FLOAT, 1, width * mean.size());
        for (int i = 0; i < row.length(); i++) {
            row.putScalar(i, ofChannel.applyAsDouble(i % mean.size()));
        }
        return row;
    }
}
