package org.rde4j.nd4j.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Distortion;
import org.rde4j.RdeException;
import org.rde4j.Region;
import org.rde4j.Regulariser;
import org.rde4j.TrainingObjective;
import org.rde4j.nd4j.explain.FitTerm;
import org.rde4j.nd4j.explain.RegulariserTerm;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A training objective written into the graph of a network, for batches of one shape. Φ(x) is written once; every
 * regulariser writes Φ(y) with the same weights, and gradients pass through both.
 *
 * <p>A step is: write the batch (and its regions) to the arrays, {@link #fill}, {@link Training#step()}.
 */
public final class ObjectiveGraph {
    private static final String REGION = "region";

    private final Node output;
    private final Node loss;
    private final Map<String, Node> terms = new LinkedHashMap<>();
    private final Map<String, INDArray> inputs = new LinkedHashMap<>();
    private final List<RegulariserTerm> regularisers = new ArrayList<>();

    private ObjectiveGraph(
            TrainingObjective objective,
            Graph graph,
            Node signals,
            Node targets,
            UnaryOperator<Node> network,
            long seed) {
        output = network.apply(signals);
        if (!Arrays.equals(output.shape(), targets.shape())) {
            throw new RdeException(
                    "The network gives %s, but the targets are %s (channels last)."
                            .formatted(Arrays.toString(output.shape()), Arrays.toString(targets.shape())),
                    "Give a target of the output's shape for each example.");
        }
        Node region = needsRegion(objective) ? region(graph) : null;
        Node fit = mean(graph, FitTerm.of(objective.fit(), graph, targets, output, region));
        terms.put(TrainingObjective.FIT, fit);
        Node sum = fit;
        for (Regulariser regulariser : objective.regularisers()) {
            String prefix = "term" + regularisers.size() + "/";
            RegulariserTerm term = RegulariserTerm.of(
                    // Terms draw apart from each other.
                    new RegulariserTerm.Written(graph, signals, output, region, prefix, seed + regularisers.size()),
                    regulariser,
                    network);
            regularisers.add(term);
            inputs.putAll(term.inputs());
            Node value = mean(graph, term.distortion());
            terms.put(regulariser.name(), value);
            sum = regulariser.weight() == 0 ? sum : graph.add(sum, graph.mul(value, regulariser.weight()));
        }
        loss = sum;
    }

    /**
     * Writes an objective.
     *
     * @param objective what to minimise
     * @param graph where to write
     * @param signals a batch x, channels last: [N, H, W, C], [N, T, C] or [N, n]
     * @param targets [N, … the shape of one output], channels last
     * @param network writes Φ with the weights that are trained; called once for x and once for each regulariser
     * @param seed of everything that regularisers draw
     * @return the objective in the graph
     * @throws RdeException if targets or regularisers do not fit the network or the signals
     */
    public static ObjectiveGraph of(
            TrainingObjective objective,
            Graph graph,
            Node signals,
            Node targets,
            UnaryOperator<Node> network,
            long seed) {
        return new ObjectiveGraph(objective, graph, signals, targets, network, seed);
    }

    /**
     * The network's output.
     *
     * @return Φ(x), [N, …], channels last
     */
    public Node output() {
        return output;
    }

    /**
     * What is minimised: fit + Σ β·regulariser.
     *
     * @return a single number
     */
    public Node loss() {
        return loss;
    }

    /**
     * The terms of the loss without their weights, each the mean over the batch. A term of weight 0 is not part of
     * the loss and costs nothing unless it is evaluated.
     *
     * @return a single number by name, {@link TrainingObjective#FIT} first
     */
    public Map<String, Node> terms() {
        return Collections.unmodifiableMap(terms);
    }

    /**
     * The arrays of the placeholders that the objective needs besides signals and targets.
     *
     * @return by name; possibly none
     */
    public Map<String, INDArray> inputs() {
        return Collections.unmodifiableMap(inputs);
    }

    /**
     * Where callers write the regions of a batch, if the objective has a region per example.
     *
     * @return 1 inside and 0 elsewhere: [N, H, W, 1] for images, [N, T, 1], or [N, m] for rows of m numbers; empty
     *     if no distortion is restricted to {@link Region#perExample()}
     */
    public Optional<INDArray> region() {
        return Optional.ofNullable(inputs.get(REGION));
    }

    /**
     * Draws replacements for the batch of one step; the signals must have been written before. A resumed training
     * draws as one that was not interrupted if it counts its steps on.
     *
     * @param signals what the graph will see as x, channels last
     * @param step the number of the step
     */
    public void fill(INDArray signals, long step) {
        regularisers.forEach(term -> term.fill(signals, step));
    }

    private static boolean needsRegion(TrainingObjective objective) {
        return isPerExample(objective.fit())
                || objective.regularisers().stream()
                        .anyMatch(regulariser ->
                                isPerExample(regulariser.problem().distortion()));
    }

    private static boolean isPerExample(Distortion distortion) {
        return distortion instanceof Distortion.SquaredError error
                && error.region().filter(Region.PerExample.class::isInstance).isPresent();
    }

    /** The region of each flattened output, [N, 1, m]. */
    private Node region(Graph graph) {
        long[] shape = output.shape().clone();
        if (shape.length > 2) {
            shape[shape.length - 1] = 1;
        }
        inputs.put(REGION, Nd4j.create(DataType.FLOAT, shape, 'c'));
        Node all = graph.broadcastTo(graph.placeholder(REGION, shape), output.shape());
        return graph.reshape(all, output.size(0), 1, -1);
    }

    private static Node mean(Graph graph, Node each) {
        return graph.mean(each, false);
    }
}
