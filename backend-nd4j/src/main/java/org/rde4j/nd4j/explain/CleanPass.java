package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.engine.Inference;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/** The model alone, one clean signal at a time: the outputs Φ(x) that distortions compare with. */
final class CleanPass {
    private static final String SIGNAL = "signal";

    private final INDArray signal;
    private final String output;
    private final Engine engine;
    private final long activationBytes;

    /**
     * A pass for one shape.
     *
     * @param signalShape channels first, without a batch axis
     */
    CleanPass(Nd4jModel model, int[] signalShape) {
        long[] shape = new long[signalShape.length + 1];
        shape[0] = 1;
        for (int i = 0; i < signalShape.length; i++) {
            shape[i + 1] = signalShape[i];
        }
        Graph graph = new Graph();
        Node x = graph.placeholder(SIGNAL, shape);
        output = model.append(graph, graph.channelsLast(x)).variable().name();
        signal = Buffers.zeros(shape);
        engine = Engine.of(graph.sameDiff(), Map.of(SIGNAL, signal));
        Ancestry part = Ancestry.of(graph.sameDiff(), List.of(output));
        try (Inference inference = Inference.of(graph.sameDiff(), part)) {
            activationBytes = part.operations().stream()
                    .flatMap(operation -> operation.getOutputsOfOp().stream())
                    .filter(value -> !inference.isKnown(value))
                    .mapToLong(value -> inference.array(value).length() * Float.BYTES)
                    .sum();
        }
    }

    /** The flattened output, channels last. */
    float[] output(float[] values) {
        Buffers.of(signal).put(0, values);
        return Buffers.values(engine.run(List.of(output)).get(output));
    }

    /** The bytes that all intermediate results of one signal take together. */
    long activationBytes() {
        return activationBytes;
    }
}
