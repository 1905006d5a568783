package org.rde4j.nd4j.model;

import java.util.List;
import java.util.Optional;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A model Φ that can write itself, with frozen weights, into a graph. Made by the factories of {@code Models}; explainers call
 * it a few times for every shape of signals, from several threads at once, each with a graph of its own.
 *
 * <p>What is explained has one input. Networks of several inputs, such as inpainting networks G(h, s, z), are written
 * with {@link #append(Graph, List)}.
 */
public interface Nd4jModel {

    /**
     * How the model is called in messages and files.
     *
     * @return a short name
     */
    String name();

    /**
     * What the model says of its inputs, in the order in which they are given.
     *
     * @return one input of any shape unless the model says otherwise
     */
    default List<ModelInput> inputs() {
        return List.of(ModelInput.named("signals"));
    }

    /**
     * What the model's outputs mean, if the model or its user says so.
     *
     * @return empty where the last operation tells: a softmax or a sigmoid, and scores otherwise
     */
    default Optional<OutputKind> gives() {
        return Optional.empty();
    }

    /**
     * The same model with a statement of what its outputs mean.
     *
     * @param kind counts more than what the last operation tells
     * @return the model
     */
    default Nd4jModel giving(OutputKind kind) {
        return new StatedModel(this, kind);
    }

    /**
     * Refuses a signal that the model cannot mean.
     *
     * @param signal [C, H, W], [C, T] or [n]
     * @throws RdeException if its values are not of the kind that the model takes
     */
    default void requireFit(Tensor signal) {
        inputs().get(0).requireFit(signal);
    }

    /**
     * Writes the model's operations.
     *
     * @param graph where to write
     * @param signals a batch of signals, channels last: [N, H, W, C], [N, T, C] or [N, n]
     * @return the outputs, channels last: [N, m] for scores, [N, H, W, C] for images
     * @throws RdeException if signals of this shape do not fit the model, or it has several inputs
     */
    Node append(Graph graph, Node signals);

    /**
     * Writes the operations of a model of any number of inputs.
     *
     * @param graph where to write
     * @param inputs a batch for each of {@link #inputs()}, channels last, all of the same size N
     * @return the outputs, channels last
     * @throws RdeException if their number or shapes do not fit the model
     */
    default Node append(Graph graph, List<Node> inputs) {
        requireInputs(inputs.size());
        return append(graph, inputs.get(0));
    }

    /**
     * Refuses another number of inputs than the model has.
     *
     * @param given how many there are
     * @throws RdeException if these are not as many as {@link #inputs()}
     */
    default void requireInputs(int given) {
        if (given != inputs().size()) {
            throw new RdeException(
                    "The model %s has %s inputs %s, but here is %s."
                            .formatted(
                                    name(),
                                    inputs().size(),
                                    inputs().stream().map(ModelInput::name).toList(),
                                    given),
                    inputs().size() == 1
                            ? "Give the signals alone."
                            : "Give each of them, or use a function of the signal alone.");
        }
    }
}
