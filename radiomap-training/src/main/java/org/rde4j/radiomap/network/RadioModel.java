package org.rde4j.radiomap.network;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A RadioUNet with its weights, to be used but not trained.
 *
 * @param network the layers
 * @param weights one array for each of {@link RadioUNet#initialWeights}, of the same shapes
 */
public record RadioModel(RadioUNet network, List<INDArray> weights) implements Nd4jModel {
    /** Keeps the list, not the arrays, from changing. */
    public RadioModel {
        weights = List.copyOf(weights);
    }

    /**
     * A first U-net with a second one of random weights.
     *
     * @param seed decides them; the same as a whole network of this seed has
     * @return both
     */
    public RadioModel withSecond(long seed) {
        RadioUNet both = network.depth(RadioUNet.Depth.BOTH);
        List<INDArray> all = new ArrayList<>(both.initialWeights(seed));
        for (int i = 0; i < weights.size(); i++) {
            all.set(i, weights.get(i));
        }
        return new RadioModel(both, all);
    }

    @Override
    public String name() {
        return "RadioUNet";
    }

    @Override
    public Node append(Graph graph, Node signals) {
        List<Node> constants = new ArrayList<>();
        weights.forEach(array -> constants.add(graph.constant(array)));
        return network.append(graph, signals, constants);
    }
}
