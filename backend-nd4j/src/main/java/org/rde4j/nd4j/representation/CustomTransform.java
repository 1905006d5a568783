package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.nd4j.custom.OwnPart;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Calls the functions of a {@link CustomRepresentation}. */
record CustomTransform(CustomRepresentation representation, SignalShape signalShape) implements Transform {

    @Override
    public List<Block> blocks() {
        return List.of(Block.of("components", List.of(representation.components()), 1));
    }

    @Override
    public float[][] analyse(float[] signal) {
        INDArray x = Nd4j.createFromArray(signal).reshape(signalShape.axes());
        OwnPart part = part();
        INDArray coefficients = part.call(() -> representation.analysis().apply(x));
        if (coefficients.length() != representation.components()) {
            throw new RdeException(
                    "The analysis of the representation %s returned %s coefficients (shape %s) but must return %s."
                            .formatted(
                                    representation.name(),
                                    coefficients.length(),
                                    Arrays.toString(coefficients.shape()),
                                    representation.components()),
                    "Return as many as it has components, or change their number.");
        }
        float[] h =
                part.finite(coefficients.castTo(DataType.FLOAT).dup('c').ravel().toFloatVector());
        requireReconstruction(part, h, signal);
        return new float[][] {h};
    }

    private void requireReconstruction(OwnPart part, float[] h, float[] signal) {
        float[] back = part.finite(part.tried(
                (graph, inputs) -> representation
                        .synthesis()
                        .apply(graph.sameDiff(), inputs.rows("h", h, h.length).variable()),
                new OwnPart.Expected(1, false, signalShape.axes())));
        double residual = Residual.of(back, signal);
        if (!(residual <= representation.tolerance())) {
            throw part.wrong(
                    String.format(
                            Locale.ROOT,
                            "gives the signal back with a relative residual of %.2g, which must be at most %s",
                            residual,
                            representation.tolerance()),
                    String.format(
                            Locale.ROOT,
                            "Its synthesis must undo its analysis; if it only nearly can, maybe use tolerance(%.2g).",
                            1.1 * residual));
        }
    }

    private OwnPart part() {
        return OwnPart.of("representation", representation.name());
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        Node batch = graph.reshape(coefficients.get(0), -1, representation.components());
        SDVariable signals = part().write(
                        graph.sameDiff(), () -> representation.synthesis().apply(graph.sameDiff(), batch.variable()));
        long[] shape = LongStream.concat(LongStream.of(batch.size(0)), LongStream.of(signalShape.axes()))
                .toArray();
        return graph.channelsLast(graph.node(signals, shape));
    }
}
