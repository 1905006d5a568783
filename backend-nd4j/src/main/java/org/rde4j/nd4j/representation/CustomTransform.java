package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
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
        INDArray coefficients = representation.analysis().apply(x);
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
        return new float[][] {
            coefficients.castTo(DataType.FLOAT).dup('c').ravel().toFloatVector()
        };
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        Node batch = graph.reshape(coefficients.get(0), -1, representation.components());
        SDVariable signals = representation.synthesis().apply(graph.sameDiff(), batch.variable());
        long[] shape = LongStream.concat(LongStream.of(batch.size(0)), LongStream.of(signalShape.axes()))
                .toArray();
        return graph.channelsLast(graph.node(signals, shape));
    }
}
