package org.rde4j.nd4j.benchmark;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Representation;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;
import org.rde4j.nd4j.representation.Transform;

/** A part of a step at its usual size: 16 pictures of 224×224, 16 sounds of two seconds, a layer of a network. */
public enum Part {
    /** The inverse db3 transform of 5 levels. */
    WAVELETS {
        @Override
        Transform transform() {
            return Transform.of(Representation.wavelets("db3").levels(5), 3, SIDE, SIDE);
        }
    },
    /** The inverse cosine transform. */
    COSINES {
        @Override
        Transform transform() {
            return Transform.of(Representation.dct(), 3, SIDE, SIDE);
        }
    },
    /** The inverse Fourier transform of sounds of 32,000 values. */
    FOURIER {
        @Override
        Transform transform() {
            return Transform.of(Representation.fourier().joint(), 1, 32_000);
        }
    },
    /** Synthesis from shearlets of 4 scales. */
    SHEARLETS {
        @Override
        Transform transform() {
            return Transform.of(Representation.shearlets(), 3, SIDE, SIDE);
        }
    },
    /** 5×5 convolution of 72 channels one by one, 28×28. */
    DEPTHWISE(28, 28, 72) {
        @Override
        Node build(Graph graph, List<Node> inputs) {
            Node kernel = graph.constant(Nd4j.rand(DataType.FLOAT, 5, 5, 1, 72));
            return graph.spatial()
                    .convolution(inputs.get(0), kernel, null, Window.of(5, 5).pads(2, 2, 2, 2), 72);
        }
    },
    /** 1×1 convolution from 72 to 40 channels, 28×28. */
    POINTWISE(28, 28, 72) {
        @Override
        Node build(Graph graph, List<Node> inputs) {
            Node kernel = graph.constant(Nd4j.rand(DataType.FLOAT, 1, 1, 72, 40));
            return graph.spatial().convolution(inputs.get(0), kernel, null, Window.of(1, 1), 1);
        }
    },
    /** Maxima of 2×2 tiles of 40 channels, 128×128. */
    MAX_POOL(128, 128, 40) {
        @Override
        Node build(Graph graph, List<Node> inputs) {
            return graph.spatial().maxPool(inputs.get(0), Window.of(2, 2).strides(2, 2));
        }
    },
    /** A picture of one channel repeated for three. */
    BROADCAST(Part.SIDE, Part.SIDE, 1) {
        @Override
        Node build(Graph graph, List<Node> inputs) {
            return graph.broadcastTo(inputs.get(0), BATCH, SIDE, SIDE, 3);
        }
    },
    /** From channels last to channels first. */
    PERMUTE(Part.SIDE, Part.SIDE, 3) {
        @Override
        Node build(Graph graph, List<Node> inputs) {
            return graph.channelsFirst(inputs.get(0));
        }
    };

    private static final int BATCH = 16;
    private static final int SIDE = 224;

    /** The shape [H, W, C] of what a layer takes, empty for transforms. */
    private final long[] picture;

    Part(long... picture) {
        this.picture = picture;
    }

    /** The transform that this part is the synthesis of. */
    Transform transform() {
        throw new UnsupportedOperationException(name());
    }

    /** The shapes of the inputs that vary. */
    List<long[]> inputs() {
        if (picture.length > 0) {
            return List.of(new long[] {BATCH, picture[0], picture[1], picture[2]});
        }
        return transform().blocks().stream()
                .map(block -> new long[] {BATCH, block.components(), block.dimension()})
                .toList();
    }

    /** The output for these inputs. */
    Node build(Graph graph, List<Node> inputs) {
        return transform().synthesise(graph, inputs);
    }
}
