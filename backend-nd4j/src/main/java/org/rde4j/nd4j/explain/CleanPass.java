package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Distortion;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.nd4j.custom.OwnPart;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.engine.Inference;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/** The model alone, one clean signal at a time: what distortions look at in Φ(x). */
final class CleanPass {
    private static final String SIGNAL = "signal";

    private final Nd4jModel model;
    private final Distortion distortion;
    private final int[] shape;
    private final INDArray signal;
    private final String raw;
    private final String values;
    private final String probabilities;
    private final Written written;
    private final Engine engine;
    private final long activationBytes;

    /**
     * A pass for one shape.
     *
     * @param signalShape channels first, without a batch axis
     */
    CleanPass(Nd4jModel model, Distortion distortion, int[] signalShape) {
        this.model = model;
        this.distortion = distortion;
        this.shape = signalShape;
        written = written(1);
        Graph graph = written.graph;
        Node flat = graph.reshape(written.read.values(), 1, 1, -1);
        raw = written.output.raw().variable().name();
        values = flat.variable().name();
        probabilities = distortion instanceof Distortion.OfLabel
                ? LoweredDistortion.of(graph, distortion, written.read)
                        .probabilities(flat)
                        .variable()
                        .name()
                : values;
        signal = Buffers.zeros(Buffers.batch(1, shape));
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

    /** The model in a graph of its own. */
    private record Written(Graph graph, OutputMeaning output, OutputMeaning.Read read) {}

    private Written written(int batch) {
        Graph graph = new Graph();
        Node x = graph.placeholder(SIGNAL, Buffers.batch(batch, shape));
        OutputMeaning output = OutputMeaning.of(graph, model, graph.channelsLast(x));
        return new Written(graph, output, output.read(distortion));
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
        written.output.requireMeaning(given, distortion);
        return new Output(Buffers.values(results.get(values)), Buffers.values(results.get(probabilities)));
    }

    /**
     * Tries the model on two batches of two that have one signal in common. Models that state a batch size see to that
     * themselves.
     *
     * @throws RdeException if what it gives for the signal changes with the other one
     */
    void requireApart(float[] signalValues) {
        List<Long> stated = model.inputs().get(0).shape();
        if (!stated.isEmpty() && stated.get(0) > 0) {
            return;
        }
        OwnPart part = OwnPart.of("model", model.name());
        Written two = written(2);
        boolean alike = two.output.contract().equals(written.output.contract())
                && (two.output.before() == null) == (written.output.before() == null);
        if (!alike) {
            throw part.wrong(
                    "gives something else for two signals than for one",
                    "Make it give one output for each signal of a batch.");
        }
        INDArray batch = Buffers.zeros(Buffers.batch(2, shape));
        Engine trial = Engine.of(two.graph.sameDiff(), Map.of(SIGNAL, batch));
        try {
            String name = two.read.values().variable().name();
            Buffers.of(batch).put(0, signalValues).put(signalValues.length, another(signalValues, 1));
            float[] before = Buffers.values(trial.run(List.of(name)).get(name));
            Buffers.of(batch).put(0, another(signalValues, 2)).put(signalValues.length, signalValues);
            float[] behind = Buffers.values(trial.run(List.of(name)).get(name));
            int one = before.length / 2;
            part.requireSame(Arrays.copyOf(before, one), Arrays.copyOfRange(behind, one, before.length));
        } finally {
            trial.free();
            batch.close();
        }
    }

    /** A signal of other values in about the same range. */
    private static float[] another(float[] signal, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] other = new float[signal.length];
        for (int i = 0; i < other.length; i++) {
            float alike = signal[random.nextInt(signal.length)];
            other[i] = (float) ((alike == 0 ? 0.1 : alike) * (0.5 + random.nextDouble()));
        }
        return other;
    }

    /** What the model's outputs are taken for. */
    OutputKind kind() {
        return written.read.kind();
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
