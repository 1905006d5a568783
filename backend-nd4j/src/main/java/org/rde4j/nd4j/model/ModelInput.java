package org.rde4j.nd4j.model;

import java.util.List;

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
}
