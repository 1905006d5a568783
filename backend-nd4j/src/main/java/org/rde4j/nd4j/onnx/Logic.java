package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Comparisons of the signal and what is decided by them. True is 1 and false is 0; neither has a gradient, but what is
 * chosen by them has.
 */
final class Logic {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Greater", binary(graph -> (a, b) -> greater(graph, a, b))),
            entry("Less", binary(graph -> (a, b) -> greater(graph, b, a))),
            entry("GreaterOrEqual", binary(graph -> (a, b) -> not(graph, greater(graph, b, a)))),
            entry("LessOrEqual", binary(graph -> (a, b) -> not(graph, greater(graph, a, b)))),
            entry("Equal", binary(graph -> (a, b) -> equal(graph, a, b))),
            entry("And", binary(graph -> graph::mul)),
            entry("Or", binary(graph -> graph::max)),
            entry("Xor", binary(graph -> (a, b) -> graph.abs(graph.sub(a, b)))),
            entry("Not", unary(graph -> x -> not(graph, x))),
            entry("IsNaN", unary(graph -> x -> isNan(graph, x))),
            entry("IsInf", Operator.of(Logic::isInfinite)),
            entry("Where", Operator.of(Logic::where)));

    private Logic() {}

    /** Something that is written into a graph. */
    private interface In<T> {
        T to(Graph graph);
    }

    private static Operator unary(In<UnaryOperator<Node>> function) {
        return Operator.of(call -> call.map(x -> function.to(call.graph()).apply(x)));
    }

    private static Operator binary(In<BinaryOperator<Node>> function) {
        return Operator.of(call -> {
            Aligned sides = Aligned.of(call, List.of(call.value(0), call.value(1)));
            Node result = function.to(call.graph())
                    .apply(sides.nodes().get(0), sides.nodes().get(1));
            return new Activation(call.graph(), call.graph().detached(result), sides.layout());
        });
    }

    /** Differences of unequal numbers are never rounded to 0. */
    private static Node greater(Graph graph, Node a, Node b) {
        return graph.step(graph.sub(a, b), 0);
    }

    private static Node equal(Graph graph, Node a, Node b) {
        return not(graph, graph.step(graph.abs(graph.sub(a, b)), 0));
    }

    private static Node not(Graph graph, Node x) {
        return graph.from(1, x);
    }

    /** Every number is above −1 or below 1. */
    private static Node isNan(Graph graph, Node x) {
        return not(graph, graph.max(graph.step(x, -1), graph.step(graph.mul(x, -1), -1)));
    }

    private static Value isInfinite(Call call) {
        Graph graph = call.graph();
        double positive = call.node().flag("detect_positive", true) ? 1 : 0;
        double negative = call.node().flag("detect_negative", true) ? 1 : 0;
        return call.map(x -> graph.add(
                graph.mul(graph.step(x, Float.MAX_VALUE), positive),
                graph.mul(graph.step(graph.mul(x, -1), Float.MAX_VALUE), negative)));
    }

    private static Value where(Call call) {
        Aligned parts = Aligned.of(call, List.of(call.value(0), call.value(1), call.value(2)));
        List<Node> nodes = parts.nodes();
        Node chosen = call.graph().choose(nodes.get(0), nodes.get(1), nodes.get(2));
        return new Activation(call.graph(), chosen, parts.layout());
    }
}
