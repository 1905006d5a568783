package org.rde4j.nd4j.representation;

import java.util.List;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The identity: a component holds the channels of one pixel or sample. */
record PixelTransform(SignalShape signalShape) implements Transform {

    @Override
    public List<Block> blocks() {
        return List.of(Block.of("pixels", signalShape.grid(), signalShape.channels()));
    }

    @Override
    public float[][] analyse(float[] signal) {
        return new float[][] {signalShape.channelsLast(signal)};
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        return signalShape.signals(graph, coefficients.get(0));
    }
}
