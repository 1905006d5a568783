package org.rde4j.nd4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.rde4j.RdeException;
import org.rde4j.nd4j.random.NormalNumbers;

/** Networks that have forgotten what they learnt, layer by layer from the output on. */
final class RandomWeights {
    private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    private RandomWeights() {}

    /** The nodes with weights, last first. */
    static List<OnnxNode> layers(OnnxGraph graph) {
        List<OnnxNode> layers = new ArrayList<>(graph.nodes().stream()
                .filter(node -> WEIGHTED.contains(node.operator()))
                .filter(node -> node.inputs().stream().anyMatch(input -> isMatrix(graph, input)))
                .toList());
        Collections.reverse(layers);
        return layers;
    }

    private static boolean isMatrix(OnnxGraph graph, String input) {
        Constant weights = graph.weights().get(input);
        return weights != null && weights.rank() >= 2;
    }

    static OnnxGraph in(OnnxGraph graph, int last, long seed) {
        List<OnnxNode> layers = layers(graph);
        if (last < 0 || last > layers.size()) {
            throw new RdeException(
                    "The number of random layers (%s) must be between 0 and %s.".formatted(last, layers.size()),
                    "layers() lists them.");
        }
        Map<String, Constant> weights = new HashMap<>(graph.weights());
        SplittableRandom seeds = new SplittableRandom(seed);
        for (OnnxNode layer : layers.subList(0, last)) {
            SplittableRandom random = seeds.split();
            for (String input : layer.inputs()) {
                if (isMatrix(graph, input)) {
                    weights.put(input, random(graph.weights().get(input), random));
                }
            }
        }
        return graph.with(weights);
    }

    private static Constant random(Constant trained, SplittableRandom random) {
        double[] values = trained.values();
        double mean = Arrays.stream(values).average().orElse(0);
        double variance = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0);
        return Constant.numbers(
                ElementType.FLOAT, trained.shape(), i -> mean + Math.sqrt(variance) * NormalNumbers.next(random));
    }
}
