package org.rde4j.nd4j.model;

import java.util.List;

/**
 * What a network says of one of its outputs.
 *
 * @param name how the network calls it
 * @param shape in the network's own order; −1 where it leaves a size open, an empty list where it says nothing
 */
public record ModelOutput(String name, List<Long> shape) {

    /** Copies the list. */
    public ModelOutput {
        shape = List.copyOf(shape);
    }
}
