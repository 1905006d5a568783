package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Map;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Operators that move pixels of a block into channels, and back. */
final class Blocks {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("DepthToSpace", Operator.of(Blocks::toSpace)), entry("SpaceToDepth", Operator.of(Blocks::toDepth)));

    private Blocks() {}

    private static Value toSpace(Call call) {
        int block = block(call);
        Node x = image(call);
        if (x.size(3) % ((long) block * block) != 0) {
            throw call.refused(
                    "has the blocksize %s for %s channels".formatted(block, x.size(3)), OnnxGraph.EXPORT_AGAIN);
        }
        long channels = x.size(3) / block / block;
        String mode = call.node().text("mode", "DCR");
        Graph graph = call.graph();
        Node phasesFirst =
                switch (mode) {
                    case "DCR" -> x;
                        // The channel comes before the row and the column of the block.
                    case "CRD" -> graph.reshape(
                            graph.permute(
                                    graph.reshape(x, x.size(0), x.size(1), x.size(2), channels, (long) block * block),
                                    0,
                                    1,
                                    2,
                                    4,
                                    3),
                            x.shape());
                    default -> throw call.refused("has the mode '%s'".formatted(mode), "Supported are DCR and CRD.");
                };
        return new Activation(graph, graph.spatial().interleaved(phasesFirst, block, block), Layout.CHANNELS_LAST);
    }

    private static Value toDepth(Call call) {
        int block = block(call);
        Node x = image(call);
        if (x.size(1) % block != 0 || x.size(2) % block != 0) {
            throw call.refused(
                    "has the blocksize %s for images of %s×%s".formatted(block, x.size(1), x.size(2)),
                    "Give signals of the size that the model was exported for.");
        }
        long n = x.size(0);
        long rows = x.size(1) / block;
        long columns = x.size(2) / block;
        Graph graph = call.graph();
        Node apart = graph.reshape(x, n, rows, block, columns, block, x.size(3));
        Node together = graph.permute(apart, 0, 1, 3, 2, 4, 5);
        Node y = graph.reshape(together, n, rows, columns, x.size(3) * block * block);
        return new Activation(graph, y, Layout.CHANNELS_LAST);
    }

    private static int block(Call call) {
        long block = call.node().integer("blocksize", 0);
        if (block < 1 || block > Short.MAX_VALUE) {
            throw call.refused("has the blocksize %s".formatted(block), OnnxGraph.EXPORT_AGAIN);
        }
        return (int) block;
    }

    private static Node image(Call call) {
        if (call.value(0).rank() != 4) {
            throw call.refused("gets %s, but wants images".formatted(call.value(0)), OnnxGraph.EXPORT_AGAIN);
        }
        return call.activation(0).channelsLast();
    }
}
