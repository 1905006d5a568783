package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Functions of two values at a time, which broadcast. */
final class Arithmetic {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Add", binary(Graph::add, Graph::add)),
            entry("Sub", binary((graph, a, b) -> graph.add(a, -b), Graph::sub)),
            entry("Mul", binary(Graph::mul, Graph::mul)),
            entry("Div", binary((graph, a, b) -> graph.mul(a, 1 / b), Graph::div)),
            entry("Pow", binary(Arithmetic::power, Graph::pow)),
            entry("Sum", variadic(Graph::add, false)),
            entry("Mean", variadic(Graph::add, true)),
            entry("Max", variadic(Graph::max, false)),
            entry("Min", variadic(Graph::min, false)),
            entry("Mod", Operator.of(Arithmetic::remainder)),
            entry("PRelu", Operator.of(Arithmetic::prelu)));

    private Arithmetic() {}

    private interface WithNumber {
        Node write(Graph graph, Node a, double b);
    }

    private interface WithNode {
        Node write(Graph graph, Node a, Node b);
    }

    private static Operator binary(WithNumber withNumber, WithNode withNode) {
        return Operator.of(call -> {
            Value a = call.value(0);
            Value b = call.value(1);
            if (b instanceof Constant y && y.length() == 1 && y.rank() <= a.rank()) {
                return call.map(node -> withNumber.write(call.graph(), node, y.number(0)));
            }
            return aligned(call, a, b, withNode);
        });
    }

    private static Value aligned(Call call, Value a, Value b, WithNode operation) {
        Aligned sides = Aligned.of(call, List.of(a, b));
        Node result = operation.write(
                call.graph(), sides.nodes().get(0), sides.nodes().get(1));
        return new Activation(call.graph(), result, sides.layout());
    }

    /** An operation on any number of values, one after the other; the mean divides by their number. */
    private static Operator variadic(WithNode operation, boolean mean) {
        return Operator.of(call -> {
            Graph graph = call.graph();
            Aligned parts = Aligned.of(call, call.inputs());
            Node all = parts.nodes().stream()
                    .reduce((a, b) -> operation.write(graph, a, b))
                    .orElseThrow();
            Node result = mean ? graph.mul(all, 1.0 / parts.nodes().size()) : all;
            return new Activation(graph, result, parts.layout());
        });
    }

    private static Value remainder(Call call) {
        if (!call.node().flag("fmod", false)) {
            throw call.refused("is the remainder of integers, but gets the signal", "Export the model with fmod=1.");
        }
        return aligned(call, call.value(0), call.value(1), Graph::remainder);
    }

    private static Node power(Graph graph, Node base, double exponent) {
        return exponent == 2 ? graph.square(base) : exponent == 0.5 ? graph.sqrt(base) : graph.pow(base, exponent);
    }

    /** x above zero, slope·x below. */
    private static Value prelu(Call call) {
        call.requireRepeats(1, call.value(0).shape());
        return aligned(
                call,
                call.value(0),
                call.value(1),
                (graph, x, slope) -> graph.sub(graph.relu(x), graph.mul(graph.relu(graph.mul(x, -1)), slope)));
    }
}
