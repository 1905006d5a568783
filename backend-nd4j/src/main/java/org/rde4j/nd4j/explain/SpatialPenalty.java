package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/**
 * The absolute values of the kept signal, ‖f(s⊙h)‖₁ (Kolek et al., CVPR 2023), and their gradient with
 * respect to the mask. It has no randomness, so it is evaluated once a step, apart from the samples.
 */
final class SpatialPenalty {
    private final List<Block> blocks;
    private final List<float[][]> coefficients;
    private final List<INDArray> masks = new ArrayList<>();
    private final Map<String, INDArray> placeholders = new HashMap<>();
    private final Engine engine;
    private final String value;
    private final double price;

    /**
     * A penalty for a batch of signals.
     *
     * @param price what multiplies the sum of absolute values
     */
    SpatialPenalty(Transform transform, List<float[][]> coefficients, double price) {
        this.blocks = transform.blocks();
        this.coefficients = coefficients;
        this.price = price;
        Graph graph = new Graph();
        List<Node> kept = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            int k = blocks.get(i).components();
            int d = blocks.get(i).dimension();
            Node h = graph.placeholder(DistortionGraph.coefficients(i), 1, k, d);
            Node s = graph.variable(DistortionGraph.mask(i), Buffers.zeros(1, k, 1));
            masks.add(s.variable().getArr());
            placeholders.put(DistortionGraph.coefficients(i), Buffers.zeros(1, k, d));
            kept.add(graph.mul(h, s));
        }
        Node signal = transform.synthesise(graph, kept);
        int[] all = IntStream.range(0, signal.rank()).toArray();
        Node penalty = graph.mul(graph.sum(graph.abs(signal), false, all), price);
        penalty.variable().markAsLoss();
        this.value = penalty.variable().name();
        this.engine = Engine.of(graph.sameDiff(), placeholders);
    }

    /** The penalty of one signal's mask; adds its gradient. */
    double at(int signal, float[] mask, float[] gradient) {
        if (price == 0) {
            return 0;
        }
        int offset = 0;
        for (int i = 0; i < blocks.size(); i++) {
            int k = blocks.get(i).components();
            Buffers.of(masks.get(i)).put(0, mask, offset, k);
            Buffers.of(placeholders.get(DistortionGraph.coefficients(i)))
                    .put(0, coefficients.get(signal)[i]);
            offset += k;
        }
        List<String> names = IntStream.range(0, blocks.size())
                .mapToObj(DistortionGraph::mask)
                .toList();
        Engine.Result result = engine.differentiate(List.of(value), names);
        offset = 0;
        for (int i = 0; i < blocks.size(); i++) {
            float[] values = Buffers.values(result.gradients().get(DistortionGraph.mask(i)));
            for (int c = 0; c < values.length; c++) {
                gradient[offset + c] += values[c];
            }
            offset += values.length;
        }
        return result.outputs().get(value).getDouble(0);
    }
}
