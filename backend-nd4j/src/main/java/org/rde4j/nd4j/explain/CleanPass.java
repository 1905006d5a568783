package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Distortion;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.engine.Inference;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/** The model alone, one clean signal at a time: what distortions look at in Φ(x). */
final class CleanPass {
    private static final String SIGNAL = "signal";

    private final INDArray signal;
    private final String raw;
    private final String values;
    private final String probabilities;
    private final OutputMeaning output;
    private final boolean stated;
    private final boolean labels;
    private final OutputKind kind;
    private final Engine engine;
    private final long activationBytes;

    /**
     * A pass for one shape.
     *
     * @param signalShape channels first, without a batch axis
     */
    CleanPass(Nd4jModel model, Distortion distortion, int[] signalShape) {
        long[] shape = new long[signalShape.length + 1];
        shape[0] = 1;
        for (int i = 0; i < signalShape.length; i++) {
            shape[i + 1] = signalShape[i];
        }
        Graph graph = new Graph();
        Node x = graph.placeholder(SIGNAL, shape);
        output = OutputMeaning.of(graph, model.append(graph, graph.channelsLast(x)), model.gives());
        stated = model.gives().isPresent();
        OutputMeaning.Read read = output.read(distortion);
        Node flat = graph.reshape(read.values(), 1, 1, -1);
        labels = distortion instanceof Distortion.OfLabel;
        kind = read.kind();
        raw = output.raw().variable().name();
        values = flat.variable().name();
        probabilities = labels
                ? LoweredDistortion.of(graph, distortion, read)
                        .probabilities(flat)
                        .variable()
                        .name()
                : values;
        signal = Buffers.zeros(shape);
        engine = Engine.of(graph.sameDiff(), Map.of(SIGNAL, signal));
        Ancestry part = Ancestry.of(graph.sameDiff(), List.of(raw));
        try (Inference inference = Inference.of(graph.sameDiff(), part)) {
            activationBytes = part.operations().stream()
                    .flatMap(operation -> operation.getOutputsOfOp().stream())
                    .filter(value -> !inference.isKnown(value))
                    .mapToLong(value -> inference.array(value).length() * Float.BYTES)
                    .sum();
        }
    }

    /**
     * The output for one signal.
     *
     * @param values what the distortion looks at, flattened, channels last
     * @param probabilities of every label; without meaning if the distortion looks at none
     */
    record Output(float[] values, float[] probabilities) {}

    /**
     * Runs the model.
     *
     * @throws RdeException if the output is not finite, or not what it is taken for
     */
    Output output(float[] signalValues) {
        Buffers.of(signal).put(0, signalValues);
        Map<String, INDArray> results = engine.run(List.of(raw, values, probabilities));
        float[] given = Buffers.values(results.get(raw));
        for (float value : given) {
            if (!Float.isFinite(value)) {
                throw new RdeException(
                        "The model's output for the clean signal holds %s.".formatted(value),
                        "Check the model's weights and the normalisation of the signal.");
            }
        }
        output.requireMeaning(given, stated, labels);
        return new Output(Buffers.values(results.get(values)), Buffers.values(results.get(probabilities)));
    }

    /** What the model's outputs are taken for. */
    OutputKind kind() {
        return kind;
    }

    /** Frees the memory of the graph; nothing can run any more. */
    void free() {
        engine.free();
        signal.close();
    }

    /** The bytes that all intermediate results of one signal take together. */
    long activationBytes() {
        return activationBytes;
    }
}
