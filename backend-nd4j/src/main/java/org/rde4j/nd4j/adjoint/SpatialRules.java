package org.rde4j.nd4j.adjoint;

import static java.util.Map.entry;

import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/**
 * Convolutions and pooling over channels-last images. With frozen weights the slope of the input is itself
 * a convolution, with the kernel turned round; ND4J's own gradient computes that of the weights as well.
 */
final class SpatialRules {
    private static final int CHANNELS_LAST = 1;

    static final Map<String, Rule> TABLE = Map.ofEntries(
            entry("conv2d", call -> convolution(call, false)),
            entry("depthwise_conv2d", call -> convolution(call, true)),
            entry("avgpool2d", SpatialRules::averagePool),
            entry("maxpool2d", SpatialRules::maxPool));

    private SpatialRules() {}

    private static void convolution(Reverse call, boolean depthwise) {
        boolean trained = call.wants(1) || call.inputs() > 2 && call.wants(2);
        Node x = call.input(0);
        Window window = Window.ofArguments(((DynamicCustomOp) call.function()).iArgs(), x.size(1), x.size(2));
        if (trained
                || window == null
                || weightsFormat(call) != 0
                || depthwise && call.input(1).size(3) != 1) {
            call.giveOwn();
            return;
        }
        Graph graph = call.graph();
        Node slope = call.fullSlope();
        // [rows, columns, in, out] becomes [rows, columns, out, in].
        Node weights = graph.permute(call.input(1), 0, 1, 3, 2);
        int extraRows = (int)
                (x.size(1) - covered(slope.size(1), window.height(), window.strideH(), window.top(), window.bottom()));
        int extraColumns = (int)
                (x.size(2) - covered(slope.size(2), window.width(), window.strideW(), window.left(), window.right()));
        call.give(
                0,
                depthwise
                        ? graph.spatial().transposedDepthwise(slope, weights, window, extraRows, extraColumns)
                        : graph.spatial().transposedConvolution(slope, weights, null, window, extraRows, extraColumns));
    }

    private static int weightsFormat(Reverse call) {
        int[] numbers = call.integers();
        return numbers.length > 10 ? numbers[10] : 0;
    }

    /** The rows that so many positions of the window reach, without the pads. */
    private static long covered(long positions, int kernel, int stride, int before, int after) {
        return (positions - 1) * stride + kernel - before - after;
    }

    /** The mean of a whole image: every pixel has the same share. */
    private static void averagePool(Reverse call) {
        Node x = call.input(0);
        int[] n = call.integers();
        boolean whole =
                n[10] == CHANNELS_LAST && n[0] == x.size(1) && n[1] == x.size(2) && n[4] == 0 && n[5] == 0 && n[8] == 0;
        if (!whole) {
            call.giveOwn();
            return;
        }
        call.give(0, call.graph().mul(call.slope(), 1.0 / (n[0] * n[1])));
    }

    /**
     * Tiles that do not overlap: the greatest entries of a tile share its slope, equally where several are greatest;
     * what is left beside the last tile has none. ND4J's own gradient looks for the greatest one by one.
     */
    private static void maxPool(Reverse call) {
        Node x = call.input(0);
        Node y = call.output();
        int[] n = call.integers();
        boolean tiles = n[10] == CHANNELS_LAST
                && n[0] == n[2]
                && n[1] == n[3]
                && n[0] * y.size(1) <= x.size(1)
                && n[1] * y.size(2) <= x.size(2)
                && n[4] == 0
                && n[5] == 0;
        if (!tiles) {
            call.giveOwn();
            return;
        }
        Graph graph = call.graph();
        Window tile = Window.of(n[0], n[1]).strides(n[0], n[1]);
        Node greatest = graph.from(1, graph.step(graph.sub(spread(graph, y, x, n), x), 0));
        Node share =
                graph.div(call.fullSlope(), graph.mul(graph.spatial().averagePool(greatest, tile, true), n[0] * n[1]));
        call.give(0, graph.mul(spread(graph, share, x, n), greatest));
    }

    /** Repeats every pixel over its tile; what is left beside the last tile gets zeros. */
    private static Node spread(Graph graph, Node y, Node x, int[] n) {
        Node wide = graph.selection().take(y, 2, repeats(y.size(2), n[1]));
        Node tiles = graph.selection().take(wide, 1, repeats(y.size(1), n[0]));
        long[] beside = {0, x.size(1) - tiles.size(1), x.size(2) - tiles.size(2), 0};
        return graph.pad(tiles, new long[4], beside, 0);
    }

    private static int[] repeats(long size, int times) {
        return IntStream.range(0, (int) size * times).map(i -> i / times).toArray();
    }
}
