package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.BiFunction;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Functions of one value at a time. */
final class Activations {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Relu", plain(Graph::relu)),
            entry("Sigmoid", plain(Graph::sigmoid)),
            entry("Tanh", plain(Graph::tanh)),
            entry("Erf", plain(Graph::erf)),
            entry("Exp", plain(Graph::exp)),
            entry("Log", plain(Graph::log)),
            entry("Sin", plain(Graph::sin)),
            entry("Cos", plain(Graph::cos)),
            entry("Tan", plain(Graph::tan)),
            entry("Asin", plain(Graph::asin)),
            entry("Acos", plain(Graph::acos)),
            entry("Atan", plain(Graph::atan)),
            entry("Sinh", plain(Graph::sinh)),
            entry("Cosh", plain(Graph::cosh)),
            entry("Asinh", plain(Graph::asinh)),
            entry("Acosh", plain(Graph::acosh)),
            entry("Atanh", plain(Graph::atanh)),
            entry("Floor", plain(Graph::floor)),
            entry("Ceil", plain(Graph::ceil)),
            entry("Round", plain(Graph::round)),
            entry("Sign", plain(Graph::sign)),
            entry("Reciprocal", plain((graph, x) -> graph.pow(x, -1))),
            entry("Softplus", plain(Graph::softplus)),
            entry("Softsign", plain((graph, x) -> graph.div(x, graph.add(graph.abs(x), 1)))),
            entry("Mish", plain((graph, x) -> graph.mul(x, graph.tanh(graph.softplus(x))))),
            entry("Swish", Operator.of(Activations::swish)),
            entry("Selu", Operator.of(Activations::selu)),
            entry("Celu", Operator.of(Activations::celu)),
            entry("ThresholdedRelu", Operator.of(Activations::thresholdedRelu)),
            entry("Shrink", Operator.of(Activations::shrink)),
            entry("Sqrt", plain(Graph::sqrt)),
            entry("Abs", plain(Graph::abs)),
            entry("Neg", plain((graph, x) -> graph.mul(x, -1))),
            entry("HardSwish", plain((graph, x) -> graph.mul(x, hardSigmoid(graph, x, 1.0 / 6, 0.5)))),
            entry("LeakyRelu", Operator.of(Activations::leakyRelu)),
            entry("Elu", Operator.of(Activations::elu)),
            entry("HardSigmoid", Operator.of(Activations::hardSigmoid)),
            entry("Gelu", Operator.of(Activations::gelu)),
            entry("Clip", Operator.of(Activations::clip)));

    private Activations() {}

    private static Operator plain(BiFunction<Graph, Node, Node> function) {
        return Operator.of(call -> call.map(x -> function.apply(call.graph(), x)));
    }

    private static Value leakyRelu(Call call) {
        double slope = call.node().number("alpha", 0.01);
        return call.map(x -> call.graph().leakyRelu(x, slope));
    }

    private static Value elu(Call call) {
        double alpha = call.node().number("alpha", 1);
        return call.map(x -> call.graph().elu(x, alpha));
    }

    private static Value hardSigmoid(Call call) {
        double slope = call.node().number("alpha", 0.2);
        double offset = call.node().number("beta", 0.5);
        return call.map(x -> hardSigmoid(call.graph(), x, slope, offset));
    }

    private static Node hardSigmoid(Graph graph, Node x, double slope, double offset) {
        return graph.clip(graph.add(graph.mul(x, slope), offset), 0, 1);
    }

    private static Value swish(Call call) {
        double alpha = call.node().number("alpha", 1);
        Graph graph = call.graph();
        return call.map(x -> graph.mul(x, graph.sigmoid(graph.mul(x, alpha))));
    }

    private static Value selu(Call call) {
        double alpha = call.node().number("alpha", 1.6732632);
        double gamma = call.node().number("gamma", 1.0507010);
        return call.map(x -> call.graph().mul(call.graph().elu(x, alpha), gamma));
    }

    /** α·elu(x / α). */
    private static Value celu(Call call) {
        double alpha = call.node().number("alpha", 1);
        Graph graph = call.graph();
        return call.map(x -> graph.mul(graph.elu(graph.mul(x, 1 / alpha), 1), alpha));
    }

    private static Value thresholdedRelu(Call call) {
        double threshold = call.node().number("alpha", 1);
        return call.map(x -> call.graph().mul(x, call.graph().step(x, threshold)));
    }

    /** Nothing between −λ and λ; outside both sides move inwards by the bias. */
    private static Value shrink(Call call) {
        double threshold = call.node().number("lambd", 0.5);
        double bias = call.node().number("bias", 0);
        Graph graph = call.graph();
        return call.map(x -> graph.add(
                graph.mul(graph.add(x, -bias), graph.step(x, threshold)),
                graph.mul(graph.add(x, bias), graph.step(graph.mul(x, -1), threshold))));
    }

    private static Value gelu(Call call) {
        Graph graph = call.graph();
        String approximation = call.node().text("approximate", "none");
        if (!approximation.equals("none") && !approximation.equals("tanh")) {
            throw call.refused("has the approximation '%s'".formatted(approximation), "Supported are none and tanh.");
        }
        boolean tanh = approximation.equals("tanh");
        return call.map(x -> {
            Node curve = tanh
                    ? graph.tanh(graph.mul(
                            graph.add(x, graph.mul(graph.mul(graph.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI)))
                    : graph.erf(graph.mul(x, Math.sqrt(0.5)));
            return graph.mul(graph.mul(x, 0.5), graph.add(curve, 1));
        });
    }

    private static Value clip(Call call) {
        double low = call.number(1, "min", Double.NEGATIVE_INFINITY);
        double high = call.number(2, "max", Double.POSITIVE_INFINITY);
        return call.map(x -> call.graph().clip(x, open(low), open(high)));
    }

    /** The largest floats stand for no bound: shifting by them would swallow the value. */
    private static double open(double bound) {
        return Math.abs(bound) >= Float.MAX_VALUE ? Math.copySign(Double.POSITIVE_INFINITY, bound) : bound;
    }
}
