package org.rde4j.nd4j.adjoint;

import static java.util.Map.entry;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
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
            entry("tan", derivative((g, x, y) -> g.add(g.square(y), 1))),
            entry("asin", derivative((g, x, y) -> g.pow(g.from(1, g.square(x)), -0.5))),
            entry("acos", derivative((g, x, y) -> g.mul(g.pow(g.from(1, g.square(x)), -0.5), -1))),
            entry("atan", derivative((g, x, y) -> g.pow(g.add(g.square(x), 1), -1))),
            entry("sinh", derivative((g, x, y) -> g.cosh(x))),
            entry("cosh", derivative((g, x, y) -> g.sinh(x))),
            entry("asinh", derivative((g, x, y) -> g.pow(g.add(g.square(x), 1), -0.5))),
            entry("acosh", derivative((g, x, y) -> g.pow(g.add(g.square(x), -1), -0.5))),
            entry("atanh", derivative((g, x, y) -> g.pow(g.from(1, g.square(x)), -1))),
            entry("step", ElementwiseRules::nothing),
            entry("floor", ElementwiseRules::nothing),
            entry("ceil", ElementwiseRules::nothing),
            entry("rint", ElementwiseRules::nothing),
            entry("stop_gradient", ElementwiseRules::nothing),
            entry("maximum", call -> larger(call, 0, 1)),
            entry("minimum", call -> larger(call, 1, 0)),
            entry("fmod", ElementwiseRules::remainder),
            entry("Where", ElementwiseRules::choice),
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

    /** For what is flat between its jumps. */
    private static void nothing(Reverse call) {}

    /** The slope goes to the greater input, half of it to each where they are equal. */
    private static void larger(Reverse call, int greater, int smaller) {
        Graph graph = call.graph();
        Node difference = graph.sub(call.input(0), call.input(1));
        Node firstIsGreater = graph.mul(graph.add(graph.sign(difference), 1), 0.5);
        Node slope = call.slope();
        if (call.wants(greater)) {
            call.give(greater, graph.mul(slope, firstIsGreater));
        }
        if (call.wants(smaller)) {
            call.give(smaller, graph.mul(slope, graph.from(1, firstIsGreater)));
        }
    }

    /** a − b·k with a whole k that stays as it is. */
    private static void remainder(Reverse call) {
        Graph graph = call.graph();
        if (call.wants(0)) {
            call.give(0, call.slope());
        }
        if (call.wants(1)) {
            Node whole = graph.round(graph.div(graph.sub(call.input(0), call.output()), call.input(1)));
            call.give(1, graph.mul(graph.mul(call.slope(), whole), -1));
        }
    }

    /** Inputs: the condition, what is chosen where it holds, what is chosen elsewhere. */
    private static void choice(Reverse call) {
        Graph graph = call.graph();
        Node condition = call.input(0);
        Node mask = graph.node(condition.variable().castTo(DataType.FLOAT), condition.shape());
        Node zero = graph.zero(condition.rank());
        if (call.wants(1)) {
            call.give(1, graph.choose(mask, call.slope(), zero));
        }
        if (call.wants(2)) {
            call.give(2, graph.choose(mask, zero, call.slope()));
        }
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
