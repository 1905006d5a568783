package org.rde4j.nd4j.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * What a network says of one of its inputs.
 *
 * @param name how the network calls it
 * @param shape the batch size, then the channels, then the places, whatever order the network itself holds them in;
 *     −1 where it leaves a size open, an empty list where it says nothing
 * @param type the numbers that it takes, as ONNX calls them in lower case: {@code float}, {@code float16},
 *     {@code uint8}, …
 * @param channelsLast whether the network itself holds channels last; signals come channels first all the same
 */
public record ModelInput(String name, List<Long> shape, String type, boolean channelsLast) {
    /** Rounding takes whole numbers no further from themselves. */
    private static final double FRACTION = 1e-3;

    private static final Map<String, RateDistortion.Range> INTEGERS = Map.of(
            "uint8", new RateDistortion.Range(0, 255),
            "int8", new RateDistortion.Range(-128, 127),
            "uint16", new RateDistortion.Range(0, 65535),
            "int16", new RateDistortion.Range(-32768, 32767),
            "bool", new RateDistortion.Range(0, 1));

    /** Copies the list. */
    public ModelInput {
        shape = List.copyOf(shape);
    }

    /**
     * An input of floating-point numbers about which nothing else is known.
     *
     * @param name how the network calls it
     * @return the input
     */
    public static ModelInput named(String name) {
        return new ModelInput(name, List.of(), "float", false);
    }

    /**
     * The range of integers that the input declares.
     *
     * @return empty for floating-point numbers, and for integers of 32 bits and more
     */
    public Optional<RateDistortion.Range> range() {
        return Optional.ofNullable(INTEGERS.get(type));
    }

    private static boolean hasFractions(float[] values) {
        for (float value : values) {
            if (Math.abs(value - Math.rint(value)) > FRACTION) {
                return true;
            }
        }
        return false;
    }

    /** Refuses values outside the declared range, and values in [0, 1] where far larger ones are meant. */
    void requireFit(Tensor signal) {
        if (range().isEmpty()) {
            return;
        }
        RateDistortion.Range range = range().get();
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (float value : signal.values()) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        if (least < range.low() || most > range.high()) {
            throw new RdeException(
                    "The signal holds values from %s to %s, but the input '%s' of the model takes %s, from %s to %s."
                            .formatted(least, most, name, type, range.low(), range.high()),
                    "Give the signal in the units that the model was made for.");
        }
        if (range.high() > 1 && least >= 0 && most <= 1 && hasFractions(signal.values())) {
            throw new RdeException(
                    "The signal lies in [0, 1], but the input '%s' of the model takes %s, from %s to %s."
                            .formatted(name, type, range.low(), range.high()),
                    "Multiply the signal by %s.".formatted(range.high()));
        }
    }
}
