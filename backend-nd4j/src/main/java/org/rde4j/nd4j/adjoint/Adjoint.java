package org.rde4j.nd4j.adjoint;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.engine.Inference;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Reverse-mode differentiation of a graph into the same graph. What it writes is made of the same plain
 * operations as the rest, in the forms that ND4J runs fast, and only where a wanted variable is behind:
 * frozen weights cost nothing.
 *
 * <p>The word slope stands for the derivative of the loss with respect to a value. A slope may have size 1
 * along an axis where all its entries are equal.
 */
public final class Adjoint {
    private final Graph graph;
    private final Inference inference;
    private final Set<String> active;
    private final Map<String, Node> slopes = new HashMap<>();

    private Adjoint(Graph graph, Inference inference, Set<String> active) {
        this.graph = graph;
        this.inference = inference;
        this.active = active;
    }

    /**
     * Writes the gradient of a loss. All placeholders must have known shapes.
     *
     * @param graph where everything is
     * @param loss a single number
     * @param variables any nodes that the loss is computed from
     * @return for each variable its gradient, of the same shape; zeros where the loss does not depend on it
     */
    public static List<Node> of(Graph graph, Node loss, List<Node> variables) {
        Ancestry ancestry =
                Ancestry.of(graph.sameDiff(), List.of(loss.variable().name()));
        Set<String> wanted = variables.stream().map(v -> v.variable().name()).collect(Collectors.toSet());
        Set<String> active = new HashSet<>(wanted);
        ancestry.dependents(wanted).forEach(operation -> active.addAll(operation.getOutputsOfOp()));
        try (Inference inference = Inference.of(graph.sameDiff(), ancestry)) {
            Adjoint adjoint = new Adjoint(graph, inference, active);
            adjoint.walkBack(ancestry.operations(), loss);
            return variables.stream().map(adjoint::gradient).toList();
        }
    }

    private void walkBack(List<SameDiffOp> operations, Node loss) {
        long[] single = loss.shape().clone();
        slopes.put(loss.variable().name(), graph.ones(single));
        for (int i = operations.size() - 1; i >= 0; i--) {
            SameDiffOp operation = operations.get(i);
            List<String> outputs = operation.getOutputsOfOp();
            boolean reached = outputs.stream().anyMatch(slopes::containsKey);
            if (reached && outputs.stream().anyMatch(active::contains)) {
                Rules.of(operation.getOp()).apply(new Reverse(this, operation));
            }
        }
    }

    private Node gradient(Node variable) {
        Node slope = slopes.get(variable.variable().name());
        return slope == null ? graph.mul(graph.ones(variable.shape()), 0) : graph.broadcastTo(slope, variable.shape());
    }

    Graph graph() {
        return graph;
    }

    boolean isActive(String variable) {
        return active.contains(variable);
    }

    Node node(String variable) {
        return graph.node(graph.sameDiff().getVariable(variable), inference.shape(variable));
    }

    @Nullable
    INDArray known(String variable) {
        return inference.isKnown(variable) ? inference.array(variable) : null;
    }

    @Nullable
    Node slope(String variable) {
        return slopes.get(variable);
    }

    /** Nothing passes through integers and truth values. */
    void add(String variable, Node slope) {
        if (!graph.sameDiff().getVariable(variable).dataType().isFPType()) {
            return;
        }
        slopes.merge(variable, slope, graph::add);
    }
}
