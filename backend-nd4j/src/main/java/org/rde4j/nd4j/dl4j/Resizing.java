package org.rde4j.nd4j.dl4j;

import java.util.Collections;
import java.util.Map;
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
        int rows = layer.getSize()[0];
        int columns = layer.getSize()[1];
        long n = x.size(0);
        long h = x.size(1);
        long w = x.size(2);
        long c = x.size(3);
        // Copies of a pixel side by side are more channels, and copies of a row are more columns.
        Node wide = graph.reshape(graph.concat(3, Collections.nCopies(columns, x)), n * h, 1, w * columns * c);
        Node high = graph.concat(1, Collections.nCopies(rows, wide));
        return graph.reshape(high, n, h * rows, w * columns, c);
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
