package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.nd4j.adjoint.Adjoint;
import org.rde4j.nd4j.engine.Engine;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/** Writes the decoder of a {@link LatentRepresentation} as the synthesis, and finds codes. */
record LatentTransform(LatentRepresentation representation, SignalShape signalShape) implements Transform {

    private SignalShape codeShape() {
        return SignalShape.of(
                representation.codeShape().stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public List<Block> blocks() {
        SignalShape code = codeShape();
        return List.of(new Block("code", code.grid(), code.channels(), 1, code.channels()));
    }

    @Override
    public float[][] analyse(float[] signal) {
        float[] code = code(signal);
        double residual = residual(signal, code);
        if (!(residual <= representation.tolerance())) {
            throw new RdeException(
                    String.format(
                            Locale.ROOT,
                            "The representation %s decodes the signal with a relative residual of %.2g, which must be at most %s.",
                            representation.name(),
                            residual,
                            representation.tolerance()),
                    String.format(
                            Locale.ROOT,
                            "Maybe use a longer search or a better encoder, or tolerance(%.2g).",
                            1.1 * residual));
        }
        return new float[][] {code};
    }

    /** The code of a signal, channels last. */
    float[] code(float[] signal) {
        return representation.encoder().map(encoder -> encoded(encoder, signal)).orElseGet(() -> representation
                .search()
                .best(codeShape().length(), errors(signal)));
    }

    private float[] encoded(Nd4jModel encoder, float[] signal) {
        Graph graph = new Graph();
        INDArray array = Nd4j.createFromArray(signalShape.channelsLast(signal));
        Node x = graph.placeholder("signal", 1, signal.length);
        Node code = encoder.append(graph, signalShape.signals(graph, x));
        if (code.length() != codeShape().length()) {
            throw new RdeException(
                    "The encoder %s returns %s values but the code of %s has %s."
                            .formatted(
                                    encoder.name(),
                                    code.length(),
                                    representation.name(),
                                    codeShape().length()),
                    "Give the shape of what it returns.");
        }
        return values(graph, code, Map.of("signal", array.reshape(1, signal.length)));
    }

    /** ‖f(h) − x‖ / ‖x‖. */
    double residual(float[] signal, float[] code) {
        Graph graph = new Graph();
        INDArray array = Nd4j.createFromArray(code).reshape(1, code.length, 1);
        Node h = graph.placeholder("code", array.shape());
        float[] decoded = values(graph, synthesise(graph, List.of(h)), Map.of("code", array));
        return Residual.of(decoded, signalShape.channelsLast(signal));
    }

    private static float[] values(Graph graph, Node node, Map<String, INDArray> inputs) {
        String name = node.variable().name();
        return Engine.of(graph.sameDiff(), inputs)
                .run(List.of(name))
                .get(name)
                .dup('c')
                .ravel()
                .toFloatVector();
    }

    /** ‖f(h) − x‖² of each code and the gradient of their sum. */
    private CodeSearch.Errors errors(float[] signal) {
        int starts = representation.search().starts();
        int size = codeShape().length();
        Graph graph = new Graph();
        Node codes = graph.variable("codes", Nd4j.create(DataType.FLOAT, starts, size, 1));
        Node decoded = graph.reshape(synthesise(graph, List.of(codes)), starts, signal.length);
        Node x = graph.constant(Nd4j.createFromArray(new float[][] {signalShape.channelsLast(signal)}));
        Node errors = graph.sum(graph.square(graph.sub(decoded, x)), false, 1);
        Node gradient =
                Adjoint.of(graph, graph.sum(errors, false), List.of(codes)).get(0);
        List<String> names =
                List.of(errors.variable().name(), gradient.variable().name());
        Engine engine = Engine.of(graph.sameDiff(), Map.of());
        INDArray array = codes.variable().getArr();
        return values -> {
            array.assign(values.reshape(starts, size, 1));
            Map<String, INDArray> results = engine.run(names);
            return new INDArray[] {
                results.get(names.get(0)), results.get(names.get(1)).reshape(starts, size)
            };
        };
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        Node codes = codeShape().signals(graph, coefficients.get(0));
        Node signals = representation.decoder().append(graph, codes);
        long[] shape = signalShape.batch(codes.size(0));
        if (!Arrays.equals(signals.shape(), shape)) {
            throw new RdeException(
                    "The decoder %s returns signals of shape %s but must return %s (channels last)."
                            .formatted(
                                    representation.decoder().name(),
                                    Arrays.toString(signals.shape()),
                                    Arrays.toString(shape)),
                    "Explain signals of the shape that it decodes.");
        }
        return signals;
    }
}
