package org.rde4j.nd4j.dl4j;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/** The pooling layers of Deeplearning4j. */
final class Pooling {
    private Pooling() {}

    static Node images(Graph graph, SubsamplingLayer layer, Map<String, INDArray> weights, Node x) {
        Window window = Convolutions.window(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                x);
        return pool(graph, layer, window, x);
    }

    static Node series(Graph graph, SubsamplingLayer layer, Map<String, INDArray> weights, Node x) {
        Window window = Convolutions.window1d(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding(),
                x.size(1));
        return Convolutions.series(graph, pool(graph, layer, window, Convolutions.row(graph, x)));
    }

    private static Node pool(Graph graph, SubsamplingLayer layer, Window window, Node x) {
        return switch (layer.getPoolingType()) {
            case MAX -> graph.spatial().maxPool(x, window);
            case AVG -> graph.spatial().averagePool(x, window, layer.isAvgPoolIncludePadInDivisor());
            case SUM -> {
                Node mean = graph.spatial().averagePool(x, window, true);
                yield graph.mul(mean, window.height() * window.width());
            }
            case PNORM -> {
                int p = layer.getPnorm();
                Node mean = graph.spatial().averagePool(power(graph, x, p), window, true);
                yield graph.pow(graph.mul(mean, window.height() * window.width()), 1.0 / p);
            }
        };
    }

    /** Whether only the batch and the channels are left, in either order of the axes. */
    static boolean isOverAll(GlobalPoolingLayer layer) {
        int[] axes = layer.getPoolingDimensions();
        return axes == null
                || Arrays.equals(axes, new int[] {2, 3})
                || Arrays.equals(axes, new int[] {1, 2})
                || axes.length == 1 && (axes[0] == 1 || axes[0] == 2);
    }

    /** Over all pixels or steps. */
    static Node global(Graph graph, GlobalPoolingLayer layer, Map<String, INDArray> weights, Node x) {
        int[] axes = IntStream.range(1, x.rank() - 1).toArray();
        int[] theirs = layer.getPoolingDimensions();
        if (axes.length == 0 || theirs != null && theirs.length != axes.length) {
            throw new IllegalArgumentException("images or series are wanted");
        }
        Node pooled =
                switch (layer.getPoolingType()) {
                    case AVG -> graph.mean(x, true, axes);
                    case SUM -> graph.sum(x, true, axes);
                    case MAX -> graph.max(x, true, axes);
                    case PNORM -> {
                        Node sum = graph.sum(power(graph, x, layer.getPnorm()), true, axes);
                        yield graph.pow(sum, 1.0 / layer.getPnorm());
                    }
                };
        return layer.isCollapseDimensions() ? graph.reshape(pooled, x.size(0), x.size(-1)) : pooled;
    }

    private static Node power(Graph graph, Node x, int p) {
        return p % 2 == 0 ? graph.pow(x, p) : graph.pow(graph.abs(x), p);
    }
}
