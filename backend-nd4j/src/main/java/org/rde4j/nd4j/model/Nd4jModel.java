package org.rde4j.nd4j.model;

import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A model Φ that can write itself, with frozen weights, into a graph. Made by the factories of {@code Models}; explainers call
 * it once for every shape of signals.
 */
public interface Nd4jModel {

    /**
     * How the model is called in messages and files.
     *
     * @return a short name
     */
    String name();

    /**
     * Writes the model's operations.
     *
     * @param graph where to write
     * @param signals a batch of signals, channels last: [N, H, W, C], [N, T, C] or [N, n]
     * @return the outputs, channels last: [N, m] for scores, [N, H, W, C] for images
     * @throws org.rde4j.RdeException if signals of this shape do not fit the model
     */
    Node append(Graph graph, Node signals);
}
