package org.rde4j.samples.audio.waveform;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Representation;
import org.rde4j.Tensor;
import org.rde4j.nd4j.adjoint.Adjoint;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/** Plain ways to say how much a component matters, to compare explanations with. Larger is more relevant. */
final class Relevance {
    private Relevance() {}

    /**
     * Gradient times input, |Σ h·∂Φ_j/∂h| over the values of each component: by how much the score would fall to first
     * order if the component were scaled down.
     *
     * @param representation of one block
     * @param signal what was classified
     * @param label j
     * @return one number for each component
     */
    static double[] gradientTimesInput(Nd4jModel model, Representation representation, Tensor signal, int label) {
        Transform transform = Transform.of(representation, signal.shape());
        Block block = transform.blocks().get(0);
        int d = block.dimension();
        Graph graph = new Graph();
        Node h = graph.constant(
                Nd4j.createFromArray(transform.analyse(signal.values())[0]).reshape(1, block.cells(), d));
        Node scale = graph.variable("scale", Nd4j.ones(1, block.cells(), 1));
        Node scaled = graph.mul(h, graph.broadcastTo(scale, 1, block.cells(), d));
        Node scores = model.append(graph, transform.synthesise(graph, List.of(scaled)));
        Node score = graph.sum(graph.slice(scores, -1, label, label + 1L), false);
        String slope =
                Adjoint.of(graph, score, List.of(scale)).get(0).variable().name();
        float[] byCell = Engine.of(graph.sameDiff(), Map.of())
                .run(List.of(slope))
                .get(slope)
                .dup('c')
                .data()
                .asFloat();
        float[] byComponent = new float[block.components()];
        block.collected(byCell, 0, byComponent, 0);
        return IntStream.range(0, byComponent.length)
                .mapToDouble(i -> Math.abs(byComponent[i]))
                .toArray();
    }

    /**
     * A random order.
     *
     * @param components how many components there are
     * @param seed of the order
     * @return one number for each component
     */
    static double[] random(int components, long seed) {
        // Neighbouring seeds begin alike; their first numbers do not.
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong());
        return random.doubles(components).toArray();
    }

    /**
     * A mask that keeps the most relevant components, the earlier ones among equals.
     *
     * @param count how many
     * @return zeros and ones
     */
    static Tensor top(double[] relevance, int count) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, relevance.length).boxed().toList());
        order.sort(Comparator.comparingDouble(i -> -relevance[i]));
        float[] mask = new float[relevance.length];
        order.subList(0, count).forEach(i -> mask[i] = 1);
        return Tensor.of(mask, mask.length);
    }
}
