package org.rde4j.radiomap.network;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.graph.Window;

/**
 * A convolutional network that goes down to small images of many channels and up again, with the images of
 * the way down joined to those of the way up. After every layer comes a ReLU.
 *
 * @param down the layers of the way down
 * @param up the layers of the way up; each but the last two is followed by a join with the next output of the
 *     way down, from its end; the last of these joins and the one after it also take in the network's input
 */
public record UNet(List<Layer> down, List<Layer> up) {

    /** Keeps the layers from changing. */
    public UNet {
        down = List.copyOf(down);
        up = List.copyOf(up);
    }

    /**
     * One layer.
     *
     * @param in channels of its input
     * @param out channels of its output
     * @param kernel rows and columns of the kernel
     * @param resize {@code KEEP}, or halve the image by max-pooling, or double it by a transposed convolution
     */
    public record Layer(int in, int out, int kernel, Resize resize) {
        private long[] weightShape() {
            return new long[] {kernel, kernel, in, out};
        }

        /** Weights and biases. */
        long parameters() {
            return (long) kernel * kernel * in * out + out;
        }

        private Node append(Graph graph, Node x, Node weights, Node bias) {
            int pad = resize == Resize.DOUBLE ? kernel / 2 - 1 : kernel / 2;
            Window window = Window.of(kernel, kernel).pads(pad, pad, pad, pad);
            if (resize == Resize.DOUBLE) {
                return graph.relu(graph.spatial().transposedConvolution(x, weights, bias, window.strides(2, 2), 0, 0));
            }
            Node y = graph.relu(graph.spatial().convolution(x, weights, bias, window, 1));
            return resize == Resize.KEEP
                    ? y
                    : graph.spatial().maxPool(y, Window.of(2, 2).strides(2, 2));
        }
    }

    /** What a layer does to the size of the image. */
    public enum Resize {
        /** Nothing. */
        KEEP,
        /** Half the rows and columns. */
        HALVE,
        /** Twice the rows and columns. */
        DOUBLE
    }

    /**
     * The first of the two U-nets of RadioUNet (Levie, Yapar, Kutyniok, Caire: IEEE Transactions on Wireless
     * Communications, 2021) for images of 256×256.
     *
     * @param inputs channels of the input, 1 to 3: the city, the transmitter and perhaps measurements
     * @return the network without weights
     */
    public static UNet first(int inputs) {
        return new UNet(
                List.of(
                        keep(inputs, 6, 3),
                        halve(6, 40, 5),
                        halve(40, 50, 5),
                        keep(50, 60, 5),
                        halve(60, 100, 5),
                        keep(100, 100, 3),
                        halve(100, 150, 5),
                        halve(150, 300, 5),
                        halve(300, 500, 5)),
                List.of(
                        twice(500, 300, 4),
                        twice(600, 150, 4),
                        twice(300, 100, 4),
                        keep(200, 100, 3),
                        twice(200, 60, 6),
                        keep(120, 50, 5),
                        twice(100, 40, 6),
                        twice(80, 20, 6),
                        keep(26 + inputs, 20, 5),
                        keep(20 + inputs, 1, 5)));
    }

    private static Layer keep(int in, int out, int kernel) {
        return new Layer(in, out, kernel, Resize.KEEP);
    }

    private static Layer halve(int in, int out, int kernel) {
        return new Layer(in, out, kernel, Resize.HALVE);
    }

    private static Layer twice(int in, int out, int kernel) {
        return new Layer(in, out, kernel, Resize.DOUBLE);
    }

    private List<Layer> layers() {
        List<Layer> layers = new ArrayList<>(down);
        layers.addAll(up);
        return layers;
    }

    /**
     * The number of weights and biases.
     *
     * @return their number
     */
    public long parameters() {
        return layers().stream().mapToLong(Layer::parameters).sum();
    }

    /**
     * Weights and biases to start a training from, uniform within ±1/√fan-in.
     *
     * @param seed decides the numbers
     * @return for each layer its weights [rows, columns, in, out] and biases [out]
     */
    public List<INDArray> initialWeights(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<INDArray> weights = new ArrayList<>();
        for (Layer layer : layers()) {
            // PyTorch, whose starts the published results come from, counts the outputs of transposed layers.
            int fan = layer.resize() == Resize.DOUBLE ? layer.out() : layer.in();
            double bound = 1 / Math.sqrt((double) fan * layer.kernel() * layer.kernel());
            weights.add(uniform(random, bound, layer.weightShape()));
            weights.add(uniform(random, bound, layer.out()));
        }
        return weights;
    }

    private static INDArray uniform(SplittableRandom random, double bound, long... shape) {
        INDArray array = Nd4j.create(DataType.FLOAT, shape);
        for (long i = 0; i < array.length(); i++) {
            array.data().put(i, bound * (2 * random.nextDouble() - 1));
        }
        return array;
    }

    /**
     * Writes the network.
     *
     * @param graph where to write
     * @param x images [N, H, W, inputs], sides divisible by 64
     * @param weights one node for each array of {@link #initialWeights}
     * @return images [N, H, W, outputs of the last layer]
     */
    public Node append(Graph graph, Node x, List<Node> weights) {
        List<Node> skips = new ArrayList<>();
        Node y = x;
        int next = 0;
        for (Layer layer : down) {
            y = layer.append(graph, y, weights.get(next), weights.get(next + 1));
            skips.add(y);
            next += 2;
        }
        skips.remove(skips.size() - 1);
        for (Layer layer : up) {
            y = layer.append(graph, y, weights.get(next), weights.get(next + 1));
            next += 2;
            Node skip = skips.isEmpty() ? null : skips.remove(skips.size() - 1);
            y = joined(graph, y, skip, skips.isEmpty() && layer != up.get(up.size() - 1) ? x : null);
        }
        return y;
    }

    private static Node joined(Graph graph, Node y, @Nullable Node skip, @Nullable Node input) {
        List<Node> parts = new ArrayList<>(List.of(y));
        if (skip != null) {
            parts.add(skip);
        }
        if (input != null) {
            parts.add(input);
        }
        return graph.concat(3, parts);
    }
}
