package org.rde4j.radiomap.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A RadioUNet with its weights, to be used but not trained.
 *
 * @param network the layers
 * @param weights one array for each of {@link RadioUNet#initialWeights}, of the same shapes
 */
public record RadioModel(RadioUNet network, List<INDArray> weights) implements Nd4jModel {
    /** The placeholder of {@link #sameDiff}. */
    public static final String INPUT = "x";

    /** The output of {@link #sameDiff}. */
    public static final String OUTPUT = "y";

    /** Keeps the list, not the arrays, from changing. */
    public RadioModel {
        weights = List.copyOf(weights);
    }

    /**
     * A first U-net with a second one of random weights.
     *
     * @param seed decides them; the same as a whole network of this seed has
     * @return both
     */
    public RadioModel withSecond(long seed) {
        RadioUNet both = network.depth(RadioUNet.Depth.BOTH);
        List<INDArray> all = new ArrayList<>(both.initialWeights(seed));
        for (int i = 0; i < weights.size(); i++) {
            all.set(i, weights.get(i));
        }
        return new RadioModel(both, all);
    }

    /**
     * The network as a SameDiff graph whose weights are variables, for a training of one's own, such as
     * {@link org.rde4j.nd4j.training.InterpretationTraining}.
     *
     * @param format whether its placeholder {@link #INPUT} and its output {@link #OUTPUT} have the channels first,
     *     [N, C, H, W] and [N, 1, H, W], or last
     * @param batch N, the number of maps in every batch, at least 1
     * @param rows H, divisible by 64
     * @param columns W, divisible by 64
     * @return the graph, with copies of the weights
     * @throws org.rde4j.RdeException if the sizes do not fit
     */
    public SameDiff sameDiff(CNN2DFormat format, int batch, int rows, int columns) {
        Graph graph = new Graph();
        boolean last = format == CNN2DFormat.NHWC;
        Node x = last
                ? graph.placeholder(INPUT, batch, rows, columns, network.inputs())
                : graph.placeholder(INPUT, batch, network.inputs(), rows, columns);
        List<Node> variables = new ArrayList<>();
        for (INDArray array : weights) {
            variables.add(graph.variable(variable(variables.size()), array.dup('c')));
        }
        Node y = network.append(graph, last ? x : graph.channelsLast(x), variables);
        (last ? y : graph.channelsFirst(y)).variable().rename(OUTPUT);
        return graph.sameDiff();
    }

    /**
     * The network with the weights that a graph has now.
     *
     * @param graph made by {@link #sameDiff}
     * @return with copies of its variables
     */
    public RadioModel trained(SameDiff graph) {
        List<INDArray> now = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            now.add(graph.getVariable(variable(i)).getArr().dup('c'));
        }
        return new RadioModel(network, now);
    }

    private static String variable(int number) {
        return "weights" + number;
    }

    @Override
    public String name() {
        return "RadioUNet";
    }

    @Override
    public Node append(Graph graph, Node signals) {
        List<Node> constants = new ArrayList<>();
        weights.forEach(array -> constants.add(graph.constant(array)));
        return network.append(graph, signals, constants);
    }
}
