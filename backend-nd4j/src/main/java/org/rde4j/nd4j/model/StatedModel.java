package org.rde4j.nd4j.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.rde4j.OutputKind;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A model of whose outputs the user says what they mean.
 *
 * @param model what gives them
 * @param kind what they mean
 */
record StatedModel(Nd4jModel model, OutputKind kind) implements WrappedModel {

    StatedModel {
        Objects.requireNonNull(kind, "The kind of outputs is null.");
    }

    @Override
    public Optional<OutputKind> gives() {
        return Optional.of(kind);
    }

    @Override
    public Node append(Graph graph, Node signals) {
        return model.append(graph, signals);
    }

    @Override
    public Node append(Graph graph, List<Node> inputs) {
        return model.append(graph, inputs);
    }
}
