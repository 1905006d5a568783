package org.rde4j.radiomap.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
        long[] weightShape() {
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

    private static final int[] DOWN_KERNELS = {3, 5, 5, 5, 5, 3, 5, 5, 5};
    private static final boolean[] HALVES = {false, true, true, false, true, false, true, true, true};
    private static final int[] UP_KERNELS = {4, 4, 4, 3, 6, 5, 6, 6, 5, 5};
    private static final boolean[] DOUBLES = {true, true, true, false, true, false, true, true, false, false};

    /**
     * The first of the two U-nets of RadioUNet (Levie, Yapar, Kutyniok, Caire: IEEE Transactions on Wireless
     * Communications, 2021) for images of 256×256.
     *
     * @param inputs channels of the input, at least 1: the transmitter, the city and perhaps measurements
     * @return the network without weights
     */
    public static UNet first(int inputs) {
        return first(inputs, 1);
    }

    /**
     * The first U-net with fewer or more channels inside.
     *
     * @param inputs channels of the input, at least 1
     * @param width multiplies the channels of every layer but the last, greater than 0
     * @return the network without weights
     */
    public static UNet first(int inputs, double width) {
        return of(
                inputs,
                scaled(width, 6, 40, 50, 60, 100, 100, 150, 300, 500),
                scaled(width, 300, 150, 100, 100, 60, 50, 40, 20, 20));
    }

    /**
     * The second of the two U-nets of RadioUNet; the output of the first is one of its inputs.
     *
     * @param inputs channels of the input, at least 1
     * @param width multiplies the channels of every layer but the last, greater than 0
     * @return the network without weights
     */
    public static UNet second(int inputs, double width) {
        return of(
                inputs,
                scaled(width, 20, 30, 40, 50, 60, 70, 90, 110, 150),
                scaled(width, 110, 90, 70, 60, 50, 40, 30, 20, 20));
    }

    private static int[] scaled(double width, int... channels) {
        return Arrays.stream(channels)
                .map(c -> (int) Math.max(1, Math.round(width * c)))
                .toArray();
    }

    /** The pattern that both U-nets share; the last layer of the way up has one output. */
    private static UNet of(int inputs, int[] downs, int[] ups) {
        List<Layer> down = new ArrayList<>();
        for (int i = 0; i < downs.length; i++) {
            int in = i == 0 ? inputs : downs[i - 1];
            down.add(new Layer(in, downs[i], DOWN_KERNELS[i], HALVES[i] ? Resize.HALVE : Resize.KEEP));
        }
        List<Layer> up = new ArrayList<>();
        int in = downs[downs.length - 1];
        for (int i = 0; i < UP_KERNELS.length; i++) {
            int out = i < ups.length ? ups[i] : 1;
            up.add(new Layer(in, out, UP_KERNELS[i], DOUBLES[i] ? Resize.DOUBLE : Resize.KEEP));
            int skip = downs.length - 2 - i;
            in = out + (skip >= 0 ? downs[skip] : 0) + (skip <= 0 ? inputs : 0);
        }
        return new UNet(down, up);
    }

    /**
     * All layers.
     *
     * @return those of the way down, then those of the way up
     */
    public List<Layer> layers() {
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
        return assembled(x, new Writing<>() {
            @Override
            public Node layer(Layer layer, int index, Node from) {
                return layer.append(graph, from, weights.get(2 * index), weights.get(2 * index + 1));
            }

            @Override
            public Node joined(List<Node> images) {
                return graph.concat(3, images);
            }
        });
    }

    /**
     * How layers and joins are written, into a graph or a file.
     *
     * @param <T> stands for an image there
     */
    interface Writing<T> {
        /** One layer with its number. */
        T layer(Layer layer, int index, T from);

        /** The channels of several images together. */
        T joined(List<T> images);
    }

    /** Writes the network in terms of its layers and joins. */
    <T> T assembled(T x, Writing<T> writing) {
        List<T> skips = new ArrayList<>();
        T y = x;
        int index = 0;
        for (Layer layer : down) {
            y = writing.layer(layer, index++, y);
            skips.add(y);
        }
        skips.remove(skips.size() - 1);
        for (Layer layer : up) {
            List<T> images = new ArrayList<>(List.of(writing.layer(layer, index++, y)));
            if (!skips.isEmpty()) {
                images.add(skips.remove(skips.size() - 1));
            }
            if (skips.isEmpty() && layer != up.get(up.size() - 1)) {
                images.add(x);
            }
            y = images.size() == 1 ? images.get(0) : writing.joined(images);
        }
        return y;
    }
}
