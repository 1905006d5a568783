package org.rde4j.nd4j.dl4j;

import static java.util.Map.entry;

import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The activation functions of Deeplearning4j. */
final class Activations {
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    /** Applied to an array in the network's own order, which matters to the softmax alone. */
    @FunctionalInterface
    private interface Activation {
        Node apply(Graph graph, Node x, IActivation settings);
    }

    private static final Map<Class<? extends IActivation>, Activation> SUPPORTED = Map.ofEntries(
            entry(ActivationIdentity.class, (g, x, a) -> x),
            entry(ActivationReLU.class, (g, x, a) -> relu(g, x, (ActivationReLU) a)),
            entry(ActivationLReLU.class, (g, x, a) -> g.leakyRelu(x, ((ActivationLReLU) a).getAlpha())),
            entry(ActivationReLU6.class, (g, x, a) -> g.clip(x, 0, 6)),
            entry(ActivationELU.class, (g, x, a) -> g.elu(x, ((ActivationELU) a).getAlpha())),
            entry(ActivationSELU.class, (g, x, a) -> g.mul(g.elu(x, SELU_ALPHA), SELU_SCALE)),
            entry(ActivationGELU.class, (g, x, a) -> gelu(g, x, ((ActivationGELU) a).isPrecise())),
            entry(ActivationSwish.class, (g, x, a) -> g.mul(x, g.sigmoid(x))),
            entry(ActivationMish.class, (g, x, a) -> g.mul(x, g.tanh(softPlus(g, x)))),
            entry(ActivationSoftPlus.class, (g, x, a) -> softPlus(g, x)),
            entry(ActivationSoftSign.class, (g, x, a) -> g.div(x, g.add(g.abs(x), 1))),
            entry(ActivationSigmoid.class, (g, x, a) -> g.sigmoid(x)),
            entry(ActivationHardSigmoid.class, (g, x, a) -> g.clip(g.add(g.mul(x, 0.2), 0.5), 0, 1)),
            entry(ActivationTanH.class, (g, x, a) -> g.tanh(x)),
            entry(ActivationHardTanH.class, (g, x, a) -> g.clip(x, -1, 1)),
            entry(ActivationRectifiedTanh.class, (g, x, a) -> g.relu(g.tanh(x))),
            entry(ActivationCube.class, (g, x, a) -> g.mul(x, g.square(x))),
            entry(ActivationSoftmax.class, (g, x, a) -> g.softmax(x)));

    private Activations() {}

    /** Fails for an activation that {@link #apply} does not know. */
    static void requireSupported(IActivation activation, String layer) {
        if (!SUPPORTED.containsKey(activation.getClass())
                || activation instanceof ActivationReLU relu && !zero(relu.getThreshold())) {
            throw new RdeException(
                    "The activation %s of %s is not supported."
                            .formatted(activation.getClass().getSimpleName() + " '" + activation + "'", layer),
                    "Supported are " + names() + ".");
        }
    }

    /** Applies an activation to an array in the graph's order. */
    static Node apply(Graph graph, Layout layout, Node x, IActivation activation) {
        Activation function = SUPPORTED.get(activation.getClass());
        if (activation instanceof ActivationSoftmax) {
            return layout.ours(graph, function.apply(graph, layout.theirs(graph, x), activation));
        }
        return function.apply(graph, x, activation);
    }

    private static String names() {
        return SUPPORTED.keySet().stream()
                .map(c -> c.getSimpleName().substring("Activation".length()))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(", "));
    }

    private static boolean zero(Double value) {
        return value == null || value == 0;
    }

    private static Node relu(Graph graph, Node x, ActivationReLU settings) {
        Double slope = settings.getNegativeSlope();
        Node y = zero(slope) ? graph.relu(x) : graph.leakyRelu(x, slope);
        return settings.getMax() == null ? y : graph.clip(y, Double.NEGATIVE_INFINITY, settings.getMax());
    }

    private static Node gelu(Graph graph, Node x, boolean precise) {
        if (!precise) {
            return graph.mul(x, graph.sigmoid(graph.mul(x, 1.702)));
        }
        // ND4J cubes the small factor as well, and networks were trained with that.
        Node small = graph.mul(x, 0.044715);
        Node inner = graph.add(x, graph.mul(small, graph.square(small)));
        Node gate = graph.add(graph.tanh(graph.mul(inner, Math.sqrt(2 / Math.PI))), 1);
        return graph.mul(graph.mul(x, gate), 0.5);
    }

    /** log(1 + eˣ), written so that eˣ cannot overflow. */
    private static Node softPlus(Graph graph, Node x) {
        Node tail = graph.log(graph.add(graph.exp(graph.mul(graph.abs(x), -1)), 1));
        return graph.add(graph.relu(x), tail);
    }
}
