package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RateDistortion;
import org.rde4j.nd4j.adjoint.Adjoint;
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
    private final MaskLayout layout;
    private final float ofKept;
    private final List<INDArray> masks = new ArrayList<>();
    private final List<INDArray> coefficients = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final Engine engine;

    /** A penalty for signals of one shape. */
    SpatialPenalty(RateDistortion problem, Transform transform) {
        this.ofKept = MaskLayout.ofKept(problem);
        this.layout = new MaskLayout(transform.blocks());
        Graph graph = new Graph();
        Map<String, INDArray> inputs = new HashMap<>();
        List<Node> variables = new ArrayList<>();
        List<Node> kept = new ArrayList<>();
        for (Block block : transform.blocks()) {
            int k = block.cells();
            int d = block.dimension();
            Node h = graph.placeholder("h" + kept.size(), 1, k, d);
            Node s = graph.variable("mask" + kept.size(), Buffers.zeros(1, k, 1));
            coefficients.add(Buffers.zeros(1, k, d));
            inputs.put(h.variable().name(), coefficients.get(kept.size()));
            masks.add(s.variable().getArr());
            variables.add(s);
            kept.add(graph.mul(h, graph.broadcastTo(s, h.shape())));
        }
        Node penalty = graph.sum(graph.abs(transform.synthesise(graph, kept)), false);
        outputs.add(penalty.variable().name());
        Adjoint.of(graph, penalty, variables)
                .forEach(gradient -> outputs.add(gradient.variable().name()));
        this.engine = Engine.of(graph.sameDiff(), inputs);
    }

    /**
     * The penalty price·‖f(s⊙h)‖₁ of one mask.
     *
     * @param h the coefficients of the signal by block
     * @param mask the mask s
     * @param gradient where the penalty's gradient is added
     */
    double at(float[][] h, float[] mask, double price, float[] gradient) {
        layout.write(new float[][] {mask}, masks, ofKept);
        for (int i = 0; i < h.length; i++) {
            Buffers.of(coefficients.get(i)).put(0, h[i]);
        }
        Map<String, INDArray> values = engine.run(outputs);
        List<INDArray> slopes = outputs.stream()
                .skip(1)
                .map(name -> values.get(name).mul(price))
                .toList();
        layout.add(slopes, new float[][] {gradient});
        return price * values.get(outputs.get(0)).getDouble(0);
    }

    /** Frees the memory of the graph; nothing can run any more. */
    void free() {
        engine.free();
        coefficients.forEach(INDArray::close);
        masks.forEach(INDArray::close);
    }
}
