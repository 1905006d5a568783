package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Functions of two values at a time, which broadcast. */
final class Arithmetic {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Add", binary(Double::sum, Graph::add, Graph::add)),
            entry("Sub", binary((a, b) -> a - b, (graph, a, b) -> graph.add(a, -b), Graph::sub)),
            entry("Mul", binary((a, b) -> a * b, Graph::mul, Graph::mul)),
            entry("Div", binary((a, b) -> a / b, (graph, a, b) -> graph.mul(a, 1 / b), Graph::div)),
            entry("Pow", binary(StrictMath::pow, Arithmetic::power, Graph::pow)),
            entry("PRelu", Operator.of(Arithmetic::prelu)));

    private Arithmetic() {}

    private interface WithNumber {
        Node write(Graph graph, Node a, double b);
    }

    private interface WithNode {
        Node write(Graph graph, Node a, Node b);
    }

    private static Operator binary(DoubleBinaryOperator known, WithNumber withNumber, WithNode withNode) {
        return Operator.of(call -> {
            Value a = call.value(0);
            Value b = call.value(1);
            if (a instanceof Constant x && b instanceof Constant y) {
                long[] shape = common(call, a, b);
                return x.broadcast(shape).combine(y.broadcast(shape), known);
            }
            if (b instanceof Constant y && y.length() == 1 && y.rank() <= a.rank()) {
                return call.map(node -> withNumber.write(call.graph(), node, y.values()[0]));
            }
            return aligned(call, a, b, withNode);
        });
    }

    /** Brings both sides to one rank and one layout, that of the side with channels last if there is one. */
    private static Value aligned(Call call, Value a, Value b, WithNode operation) {
        int rank = common(call, a, b).length;
        List<Value> sides = List.of(a, b);
        boolean channelsLast = sides.stream()
                .anyMatch(v -> v.rank() == rank && v instanceof Activation x && x.layout() == Layout.CHANNELS_LAST);
        Layout layout = channelsLast ? Layout.CHANNELS_LAST : Layout.ONNX;
        List<Node> nodes = sides.stream()
                .map(v -> v.reshape(Shapes.extended(v.shape(), rank)))
                .map(v -> call.activation(v).in(layout).node())
                .toList();
        Node result = operation.write(call.graph(), nodes.get(0), nodes.get(1));
        return new Activation(call.graph(), result, layout);
    }

    private static long[] common(Call call, Value a, Value b) {
        int rank = Math.max(a.rank(), b.rank());
        long @Nullable [] shape = Shapes.broadcast(Shapes.extended(a.shape(), rank), Shapes.extended(b.shape(), rank));
        if (shape == null) {
            throw call.refused(
                    "gets the shapes %s and %s, which do not broadcast"
                            .formatted(Arrays.toString(a.shape()), Arrays.toString(b.shape())),
                    "Give signals of the size that the model was exported for.");
        }
        return shape;
    }

    private static Node power(Graph graph, Node base, double exponent) {
        return exponent == 2 ? graph.square(base) : exponent == 0.5 ? graph.sqrt(base) : graph.pow(base, exponent);
    }

    /** x above zero, slope·x below. */
    private static Value prelu(Call call) {
        return aligned(
                call,
                call.value(0),
                call.value(1),
                (graph, x, slope) -> graph.sub(graph.relu(x), graph.mul(graph.relu(graph.mul(x, -1)), slope)));
    }
}
