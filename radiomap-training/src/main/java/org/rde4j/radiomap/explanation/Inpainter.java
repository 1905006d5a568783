package org.rde4j.radiomap.explanation;

import java.util.List;
import org.rde4j.nd4j.explain.AuxiliaryInpainting;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * Φ0 as inpainter of measurements: it sees the transmitter and the chosen buildings, and its estimate stands where
 * measurements do.
 *
 * @param network Φ0
 */
record Inpainter(Nd4jModel network) implements AuxiliaryInpainting.Network {
    @Override
    public Node signal(Graph graph, Node kept) {
        Node city = graph.slice(kept, -1, 0, 2);
        return graph.concat(-1, List.of(city, network.append(graph, city)));
    }
}
