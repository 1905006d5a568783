package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The identity, channels last. What differs is which values belong to one component. */
record PixelTransform(SignalShape signalShape, Block block) implements Transform {

    /** A component holds the channels of one pixel or sample, or one value. */
    static PixelTransform of(Representation.Pixels pixels, SignalShape signal) {
        int channels = signal.channels();
        Block block = pixels.channelsApart()
                ? new Block("pixels", signal.grid(), channels, 1, channels)
                : Block.of("pixels", signal.grid(), channels);
        return new PixelTransform(signal, block);
    }

    /** A component holds one whole channel. */
    static PixelTransform ofChannels(SignalShape signal) {
        int channels = signal.channels();
        int[] owners = new int[signal.length()];
        Arrays.setAll(owners, i -> i % channels);
        return new PixelTransform(signal, Block.owning("channels", List.of(channels), 1, channels, owners));
    }

    /** A component holds the channels of all pixels or samples with one label. */
    static PixelTransform of(Representation.LabelMap map, SignalShape signal) {
        List<Integer> axes = Arrays.stream(map.labels().shape()).boxed().toList();
        if (!axes.equals(signal.grid())) {
            throw new RdeException(
                    "The label map of shape %s must have the shape %s for a %s.".formatted(axes, signal.grid(), signal),
                    "Give one label for each place.");
        }
        float[] labels = map.labels().values();
        int[] owners = new int[labels.length];
        Arrays.setAll(owners, i -> (int) labels[i]);
        int channels = signal.channels();
        return new PixelTransform(signal, Block.owning("labels", List.of(map.count()), channels, channels, owners));
    }

    @Override
    public List<Block> blocks() {
        return List.of(block);
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
