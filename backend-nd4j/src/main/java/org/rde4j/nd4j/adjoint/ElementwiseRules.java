package org.rde4j.nd4j.adjoint;

import static java.util.Map.entry;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Operations that treat every element alike. */
final class ElementwiseRules {
    static final Map<String, Rule> TABLE = Map.ofEntries(
            entry("add", call -> both(call, call.slope(), call.slope())),
            entry("subtract", call -> both(call, call.slope(), null)),
            entry("multiply", ElementwiseRules::multiply),
            entry("divide", ElementwiseRules::divide),
            entry("biasadd", ElementwiseRules::addBias),
            entry("add_scalar", call -> call.give(0, call.slope())),
            entry("sub_scalar", call -> call.give(0, call.slope())),
            entry("rsub_scalar", call -> call.give(0, call.graph().mul(call.slope(), -1))),
            entry("mul_scalar", call -> call.give(0, call.graph().mul(call.slope(), scalar(call)))),
            entry("div_scalar", call -> call.give(0, call.graph().mul(call.slope(), 1 / scalar(call)))),
            entry("neg", call -> call.give(0, call.graph().mul(call.slope(), -1))),
            entry("max_scalar", call -> above(call, scalar(call))),
            entry("scalar_min", call -> below(call, scalar(call))),
            entry("relu", ElementwiseRules::relu),
            entry("square", derivative((g, x, y) -> g.mul(x, 2))),
            entry("sqrt", derivative((g, x, y) -> g.mul(g.pow(y, -1), 0.5))),
            entry("exp", derivative((g, x, y) -> y)),
            entry("log", derivative((g, x, y) -> g.pow(x, -1))),
            entry("sin", derivative((g, x, y) -> g.cos(x))),
            entry("cos", derivative((g, x, y) -> g.mul(g.sin(x), -1))),
            entry("abs", derivative((g, x, y) -> g.sub(g.step(x, 0), g.step(g.mul(x, -1), 0)))),
            entry("sigmoid", derivative((g, x, y) -> g.mul(y, g.from(1, y)))),
            entry("tanh", derivative((g, x, y) -> g.from(1, g.square(y)))),
            entry("erf", derivative((g, x, y) -> g.mul(g.exp(g.mul(g.square(x), -1)), 2 / Math.sqrt(Math.PI)))));

    private ElementwiseRules() {}

    /** dy/dx, written with the input and the output. */
    @FunctionalInterface
    private interface Derivative {
        Node write(Graph graph, Node x, Node y);
    }

    private static Rule derivative(Derivative derivative) {
        return call -> call.give(
                0, call.graph().mul(call.slope(), derivative.write(call.graph(), call.input(0), call.output())));
    }

    /** The number that a scalar operation works with; ND4J keeps it as an array of 32-bit floats. */
    private static double scalar(Reverse call) {
        return ((ScalarOp) call.function()).scalar().getDouble(0);
    }

    private static void both(Reverse call, Node first, @Nullable Node second) {
        if (call.wants(0)) {
            call.giveBroadcast(0, first);
        }
        if (call.wants(1)) {
            call.giveBroadcast(1, second == null ? call.graph().mul(call.slope(), -1) : second);
        }
    }

    private static void multiply(Reverse call) {
        for (int i = 0; i < 2; i++) {
            if (call.wants(i)) {
                call.giveBroadcast(i, call.graph().mul(call.slope(), call.input(1 - i)));
            }
        }
    }

    private static void divide(Reverse call) {
        Graph graph = call.graph();
        Node scaled = graph.div(call.slope(), call.input(1));
        if (call.wants(0)) {
            call.giveBroadcast(0, scaled);
        }
        if (call.wants(1)) {
            call.giveBroadcast(1, graph.mul(graph.mul(scaled, call.output()), -1));
        }
    }

    private static void addBias(Reverse call) {
        if (call.wants(0)) {
            call.give(0, call.slope());
        }
        if (call.wants(1)) {
            call.giveBroadcast(1, call.slope());
        }
    }

    private static void relu(Reverse call) {
        if (scalar(call) == 0) {
            above(call, 0);
        } else {
            call.giveOwn();
        }
    }

    /** Slopes pass where the output is above a bound; reading the output lets the input's memory go. */
    private static void above(Reverse call, double bound) {
        Graph graph = call.graph();
        call.give(0, graph.mul(graph.step(call.output(), (float) bound), call.slope()));
    }

    /** Slopes pass where the output is below a bound: everywhere but where it is above the next lower number. */
    private static void below(Reverse call, double bound) {
        Graph graph = call.graph();
        Node blocked = graph.step(call.output(), Math.nextDown((float) bound));
        call.give(0, graph.mul(graph.from(1, blocked), call.slope()));
    }
}
