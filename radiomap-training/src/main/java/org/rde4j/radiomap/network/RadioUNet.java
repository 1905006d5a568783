package org.rde4j.radiomap.network;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * RadioUNet (Levie, Yapar, Kutyniok, Caire: IEEE Transactions on Wireless Communications, 2021): two U-nets of which
 * the second improves the estimate of the first. The second one's input is the first one's output beside the input.
 *
 * @param inputs channels of the input, at least 1: the transmitter, the city and perhaps measurements
 * @param width multiplies the channels of every layer but the last of each U-net, in [0.02, 4]; 1 gives the published
 *     network
 * @param depth whether the second U-net is there
 */
public record RadioUNet(int inputs, double width, Depth depth) {
    /** The sides of images must be divisible by this: there are six poolings. */
    private static final int DIVISOR = 64;

    private static final double LEAST_WIDTH = 0.02;
    private static final double GREATEST_WIDTH = 4;

    /** How many of the U-nets are used. */
    public enum Depth {
        /** The first U-net alone. */
        FIRST,
        /** Both, one after the other. */
        BOTH
    }

    /** Checks the ranges. */
    public RadioUNet {
        if (inputs < 1) {
            throw new RdeException(
                    "The number of input channels (%s) must be at least 1.".formatted(inputs),
                    "Use 3 with measurements, 2 without.");
        }
        if (!(width >= LEAST_WIDTH && width <= GREATEST_WIDTH)) {
            throw new RdeException(
                    "The width (%s) must lie in [%s, %s].".formatted(width, LEAST_WIDTH, GREATEST_WIDTH),
                    "Use 1 for the published network, 0.25 for a small one.");
        }
    }

    /**
     * The network Φ of the seed: the transmitter, a city with missing buildings, and measurements.
     *
     * @param width multiplies the channels, in [0.02, 4]
     * @return both U-nets with 3 inputs
     */
    public static RadioUNet phi(double width) {
        return new RadioUNet(3, width, Depth.BOTH);
    }

    /**
     * The network Φ0 of the seed: the transmitter and the whole city.
     *
     * @param width multiplies the channels, in [0.02, 4]
     * @return both U-nets with 2 inputs
     */
    public static RadioUNet phi0(double width) {
        return new RadioUNet(2, width, Depth.BOTH);
    }

    /**
     * The first U-net alone, or both.
     *
     * @param newDepth which
     * @return the changed network
     */
    public RadioUNet depth(Depth newDepth) {
        return new RadioUNet(inputs, width, newDepth);
    }

    /**
     * The first U-net.
     *
     * @return without weights
     */
    public UNet first() {
        return UNet.first(inputs, width);
    }

    /**
     * The second U-net.
     *
     * @return without weights
     */
    public UNet second() {
        return UNet.second(inputs + 1, width);
    }

    /**
     * The U-nets that are used.
     *
     * @return one or two
     */
    public List<UNet> parts() {
        return depth == Depth.FIRST ? List.of(first()) : List.of(first(), second());
    }

    /**
     * The number of weights and biases.
     *
     * @return of the U-nets that are used; 13,275,315 for both with 3 inputs and width 1
     */
    public long parameters() {
        return parts().stream().mapToLong(UNet::parameters).sum();
    }

    /**
     * Weights to start a training from. See {@link UNet#initialWeights}.
     *
     * @param seed decides the numbers
     * @return weights and biases of every layer of every U-net
     */
    public List<INDArray> initialWeights(long seed) {
        List<INDArray> weights = new ArrayList<>();
        for (UNet part : parts()) {
            weights.addAll(part.initialWeights(seed + weights.size()));
        }
        return weights;
    }

    /**
     * Writes the network.
     *
     * @param graph where to write
     * @param x images [N, H, W, inputs], sides divisible by 64
     * @param weights one node for each array of {@link #initialWeights}
     * @return images [N, H, W, 1], at least 0
     * @throws RdeException if x has other channels or sides
     */
    public Node append(Graph graph, Node x, List<Node> weights) {
        requireFit(x.shape());
        int cut = 2 * first().layers().size();
        Node estimate = first().append(graph, x, weights.subList(0, cut));
        return depth == Depth.FIRST
                ? estimate
                : second().append(graph, graph.concat(3, List.of(estimate, x)), weights.subList(cut, weights.size()));
    }

    private void requireFit(long[] shape) {
        if (shape.length != 4 || shape[3] != inputs || shape[1] % DIVISOR != 0 || shape[2] % DIVISOR != 0) {
            throw new RdeException(
                    "This RadioUNet cannot take signals of %s channels and %s×%s pixels: it wants %s channels and sides divisible by %s."
                            .formatted(
                                    shape[shape.length - 1],
                                    shape[1],
                                    shape.length > 2 ? shape[2] : 1,
                                    inputs,
                                    DIVISOR),
                    "Use maps of 256×256.");
        }
    }
}
