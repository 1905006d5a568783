package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Fourier;
import org.rde4j.LabelMap;
import org.rde4j.Points;
import org.rde4j.RateDistortion;
import org.rde4j.Representation;
import org.rde4j.Shearlets;
import org.rde4j.Tensor;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/**
 * Turns a mask into the explanation picture: the kept part of the grey image (seed section 4.1.2), or the
 * mask itself where the components are places.
 */
final class Picture {
    private Picture() {}

    static Tensor of(RateDistortion problem, Transform transform, Tensor signal, float[][] masks) {
        Representation kind = problem.representation();
        if (keepsPlaces(kind)) {
            int[] shape = separatesChannels(kind) ? signal.shape() : oneChannel(signal.shape());
            float[] ones = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            Arrays.fill(ones, 1);
            return kept(problem, Transform.of(kind, shape), ones, shape, masks);
        }
        if (kind instanceof Representation.Wavelets
                || kind instanceof Shearlets
                || kind instanceof Representation.Dct
                || kind instanceof Fourier) {
            int[] shape = oneChannel(signal.shape());
            return clipped(problem, kept(problem, Transform.of(kind, shape), grey(signal), shape, masks));
        }
        return clipped(problem, kept(problem, transform, signal.values(), signal.shape(), masks));
    }

    private static boolean keepsPlaces(Representation kind) {
        return kind instanceof Representation.Pixels
                || kind instanceof Representation.Channels
                || kind instanceof Points
                || kind instanceof Representation.Patches
                || kind instanceof LabelMap;
    }

    private static boolean separatesChannels(Representation kind) {
        return kind instanceof Representation.Channels
                || kind instanceof Representation.Pixels pixels && pixels.channelsApart();
    }

    private static int[] oneChannel(int[] shape) {
        int[] grey = shape.clone();
        if (grey.length > 1) {
            grey[0] = 1;
        }
        return grey;
    }

    /** The mean over channels. */
    private static float[] grey(Tensor signal) {
        if (signal.rank() == 1) {
            return signal.values();
        }
        int channels = signal.shape()[0];
        int places = signal.size() / channels;
        float[] values = signal.values();
        float[] grey = new float[places];
        for (int i = 0; i < values.length; i++) {
            grey[i % places] += values[i] / channels;
        }
        return grey;
    }

    /** f(s ⊙ h). */
    private static Tensor kept(
            RateDistortion problem, Transform transform, float[] signal, int[] shape, float[][] masks) {
        float[][] coefficients = transform.analyse(signal);
        Graph graph = new Graph();
        List<Node> kept = new ArrayList<>();
        List<Block> blocks = transform.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            int d = blocks.get(i).dimension();
            float[] h = coefficients[i];
            float[] mask = blocks.get(i).spread(masks[i], 0, MaskLayout.ofKept(problem));
            for (int c = 0; c < h.length; c++) {
                h[c] *= mask[c / d];
            }
            INDArray array = Buffers.zeros(1, mask.length, d);
            Buffers.of(array).put(0, h);
            kept.add(graph.constant(array));
        }
        Node y = graph.channelsFirst(transform.synthesise(graph, kept));
        String name = y.variable().name();
        return Tensor.of(Buffers.values(graph.sameDiff().output(Map.of(), name).get(name)), shape);
    }

    private static Tensor clipped(RateDistortion problem, Tensor picture) {
        if (problem.signalRange().isEmpty()) {
            return picture;
        }
        RateDistortion.Range range = problem.signalRange().get();
        float[] values = picture.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.min(range.high(), Math.max(range.low(), values[i]));
        }
        return Tensor.of(values, picture.shape());
    }
}
