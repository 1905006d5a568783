package org.rde4j.nd4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The functions that a recurrent operator names in its attributes, each after the operator's clipping. */
final class RecurrentFunctions {
    private final Call call;
    private final Graph graph;
    private final double clip;
    private final List<String> names;
    /** The numbers of those functions that have some, in the order of the functions. */
    private final List<Double> alphas;

    private final List<Double> betas;

    /**
     * The functions of an operator.
     *
     * @param directions how often the default names count
     * @param defaults the names where the operator says nothing
     */
    RecurrentFunctions(Call call, int directions, String... defaults) {
        this.call = call;
        this.graph = call.graph();
        this.clip = call.node().number("clip", Double.POSITIVE_INFINITY);
        List<String> given = call.node().texts("activations");
        List<String> usual = new ArrayList<>();
        for (int direction = 0; direction < directions; direction++) {
            usual.addAll(List.of(defaults));
        }
        this.names = given.isEmpty() ? usual : given;
        if (names.size() != usual.size()) {
            throw call.refused(
                    "has the activations %s, but needs %s".formatted(names, usual.size()), OnnxGraph.EXPORT_AGAIN);
        }
        this.alphas = list(call.node().numbers("activation_alpha"));
        this.betas = list(call.node().numbers("activation_beta"));
    }

    private static List<Double> list(double @org.jspecify.annotations.Nullable [] numbers) {
        List<Double> list = new ArrayList<>();
        for (double number : numbers == null ? new double[0] : numbers) {
            list.add(number);
        }
        return list;
    }

    /** One function for each name, direction by direction. */
    List<UnaryOperator<Node>> all() {
        List<UnaryOperator<Node>> functions = names.stream().map(this::clipped).toList();
        if (!alphas.isEmpty() || !betas.isEmpty()) {
            throw call.refused(
                    "has more activation_alpha or activation_beta than the activations %s take".formatted(names),
                    "Export the model with one number for each that takes one.");
        }
        return functions;
    }

    private UnaryOperator<Node> clipped(String name) {
        UnaryOperator<Node> function = function(name);
        return x -> function.apply(graph.clip(x, -clip, clip));
    }

    private UnaryOperator<Node> function(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sigmoid" -> graph::sigmoid;
            case "tanh" -> graph::tanh;
            case "relu" -> graph::relu;
            case "softsign" -> x -> graph.div(x, graph.add(graph.abs(x), 1));
            case "leakyrelu" -> {
                double slope = next(alphas, 0.01);
                yield x -> graph.leakyRelu(x, slope);
            }
            case "elu" -> {
                double alpha = next(alphas, 1);
                yield x -> graph.elu(x, alpha);
            }
            case "hardsigmoid" -> {
                double slope = next(alphas, 0.2);
                double offset = next(betas, 0.5);
                yield x -> graph.clip(graph.add(graph.mul(x, slope), offset), 0, 1);
            }
            default -> throw call.refused(
                    "uses the activation '%s', which is not supported".formatted(name),
                    "Supported are Sigmoid, Tanh, Relu, Softsign, LeakyRelu, Elu and HardSigmoid.");
        };
    }

    private static double next(List<Double> numbers, double otherwise) {
        return numbers.isEmpty() ? otherwise : numbers.remove(0);
    }
}
