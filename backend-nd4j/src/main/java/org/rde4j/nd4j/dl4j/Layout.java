package org.rde4j.nd4j.dl4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * The order of the axes in a network. The graph always holds channels-last arrays; wherever the meaning of a
 * layer depends on the order in memory (flattening, softmax, subsets), it passes through the network's order.
 *
 * @param channelsLast whether the network computes on [N, H, W, C] and [N, T, C]
 */
record Layout(boolean channelsLast) {

    static Layout of(Collection<Layer> layers, Collection<InputPreProcessor> preprocessors) {
        Set<Boolean> found = Stream.concat(
                        layers.stream().map(Layout::channelsLast),
                        preprocessors.stream().map(Layout::channelsLast))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        if (found.size() > 1) {
            throw new RdeException(
                    "The network mixes channels-first and channels-last layers.",
                    "Set one data format for all layers, most simply in the input type.");
        }
        return new Layout(found.contains(true));
    }

    private static @Nullable Boolean channelsLast(@Nullable InputPreProcessor preprocessor) {
        return preprocessor instanceof CnnToFeedForwardPreProcessor flat ? flat.getFormat() == CNN2DFormat.NHWC : null;
    }

    /** Null for layers that do not know; batch normalisation knows only after images. */
    private static @Nullable Boolean channelsLast(Layer layer) {
        CNN2DFormat format = null;
        if (layer instanceof Convolution1DLayer c) {
            return c.getRnnDataFormat() == RNNFormat.NWC;
        } else if (layer instanceof GlobalPoolingLayer g) {
            return Arrays.equals(g.getPoolingDimensions(), new int[] {1, 2})
                    || Arrays.equals(g.getPoolingDimensions(), new int[] {1});
        } else if (layer instanceof ConvolutionLayer c) {
            format = c.getCnn2dDataFormat();
        } else if (layer instanceof SubsamplingLayer s) {
            format = s.getCnn2dDataFormat();
        } else if (layer instanceof LocalResponseNormalization l) {
            format = l.getDataFormat();
        } else if (layer instanceof Upsampling2D u) {
            format = u.getFormat();
        } else if (layer instanceof ZeroPaddingLayer z) {
            format = z.getDataFormat();
        } else if (layer instanceof Cropping2D c) {
            format = c.getDataFormat();
        } else if (layer instanceof CnnLossLayer c) {
            format = c.getFormat();
        }
        return format == null ? null : format == CNN2DFormat.NHWC;
    }

    /** An array of the graph in the network's order. */
    Node theirs(Graph graph, Node ours) {
        return channelsLast ? ours : graph.channelsFirst(ours);
    }

    /** An array in the network's order as the graph wants it. */
    Node ours(Graph graph, Node theirs) {
        return channelsLast ? theirs : graph.channelsLast(theirs);
    }

    /** Where one of the network's axes is in the graph. */
    int axis(int theirs, int rank) {
        int axis = theirs < 0 ? theirs + rank : theirs;
        if (channelsLast || axis == 0) {
            return axis;
        }
        return axis == 1 ? rank - 1 : axis - 1;
    }
}
