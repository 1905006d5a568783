package org.rde4j.nd4j.dl4j;

import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The layers of Deeplearning4j that change the size of images without computing. */
final class Resizing {
    private Resizing() {}

    /** Every pixel becomes a block of equal pixels. */
    static Node upsampling(Graph graph, Upsampling2D layer, Map<String, INDArray> weights, Node x) {
        Node high = graph.selection().take(x, 1, repeated(x.size(1), layer.getSize()[0]));
        return graph.selection().take(high, 2, repeated(x.size(2), layer.getSize()[1]));
    }

    private static int[] repeated(long size, int times) {
        return IntStream.range(0, Math.toIntExact(size * times))
                .map(i -> i / times)
                .toArray();
    }

    static Node zeroPadding(Graph graph, ZeroPaddingLayer layer, Map<String, INDArray> weights, Node x) {
        int[] p = layer.getPadding(); // top, bottom, left, right
        return graph.pad(x, new long[] {0, p[0], p[2], 0}, new long[] {0, p[1], p[3], 0}, 0);
    }

    static Node cropping(Graph graph, Cropping2D layer, Map<String, INDArray> weights, Node x) {
        int[] c = layer.getCropping(); // top, bottom, left, right
        Node rows = graph.slice(x, 1, c[0], x.size(1) - c[1]);
        return graph.slice(rows, 2, c[2], x.size(2) - c[3]);
    }
}
