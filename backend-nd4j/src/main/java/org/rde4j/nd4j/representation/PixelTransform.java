package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import org.rde4j.LabelMap;
import org.rde4j.Points;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.Tensor;
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
        return new PixelTransform(signal, Block.owning("channels", channels, 1, channels, owners, signal.grid()));
    }

    /** A component holds the channels of all pixels or samples with one label; some belong to none. */
    static PixelTransform of(LabelMap map, SignalShape signal) {
        checkPlaces("label map", map.labels(), signal);
        float[] labels = map.labels().values();
        int[] owners = new int[labels.length];
        Arrays.setAll(owners, i -> labels[i] == LabelMap.KEPT ? Block.KEPT : (int) labels[i]);
        return owning("labels", map.count(), signal, owners);
    }

    /** A component holds the channels of one chosen pixel or sample. */
    static PixelTransform of(Points points, SignalShape signal) {
        checkPlaces("mask of points", points.mask(), signal);
        float[] mask = points.mask().values();
        int[] owners = new int[mask.length];
        int count = 0;
        for (int i = 0; i < mask.length; i++) {
            owners[i] = mask[i] == 0 ? Block.KEPT : count++;
        }
        return owning("points", count, signal, owners);
    }

    /** Everything is kept: there are no components. */
    static PixelTransform kept(SignalShape signal) {
        int[] owners = new int[signal.rows() * signal.columns()];
        Arrays.fill(owners, Block.KEPT);
        return owning("kept", 0, signal, owners);
    }

    /** A component holds the channels of the places that it owns. */
    private static PixelTransform owning(String name, int components, SignalShape signal, int[] owners) {
        int channels = signal.channels();
        return new PixelTransform(signal, Block.owning(name, components, channels, channels, owners, signal.grid()));
    }

    private static void checkPlaces(String what, Tensor values, SignalShape signal) {
        List<Integer> axes = Arrays.stream(values.shape()).boxed().toList();
        if (!axes.equals(signal.grid())) {
            throw new RdeException(
                    "The %s of shape %s must have the shape %s for a %s.".formatted(what, axes, signal.grid(), signal),
                    "Give one number for each place.");
        }
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
