package org.rde4j.nd4j.dl4j;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The vertices of Deeplearning4j's computation graphs that hold no layer. */
final class Vertices {
    private static final List<Class<? extends GraphVertex>> SUPPORTED = List.of(
            ElementWiseVertex.class,
            L2NormalizeVertex.class,
            MergeVertex.class,
            PreprocessorVertex.class,
            ReshapeVertex.class,
            ScaleVertex.class,
            ShiftVertex.class,
            SubsetVertex.class);

    private Vertices() {}

    static void requireSupported(GraphVertex vertex, String name) {
        if (!SUPPORTED.contains(vertex.getClass())) {
            throw new RdeException(
                    "The vertex '%s' is a %s, which is not supported."
                            .formatted(name, vertex.getClass().getSimpleName()),
                    "Supported are layers and "
                            + SUPPORTED.stream().map(Class::getSimpleName).toList() + ".");
        }
        if (vertex instanceof PreprocessorVertex preprocessor) {
            Preprocessors.requireSupported(preprocessor.getPreProcessor(), "the vertex '" + name + "'");
        }
    }

    static Node apply(Graph graph, Layout layout, GraphVertex vertex, List<Node> inputs) {
        Node x = inputs.get(0);
        if (vertex instanceof ElementWiseVertex v) {
            return elementWise(graph, v, inputs);
        } else if (vertex instanceof L2NormalizeVertex v) {
            return l2Normalize(graph, layout, v, x);
        } else if (vertex instanceof MergeVertex v) {
            return graph.concat(layout.axis(v.getMergeAxis(), x.rank()), inputs);
        } else if (vertex instanceof PreprocessorVertex v) {
            return Preprocessors.apply(graph, layout, x, v.getPreProcessor());
        } else if (vertex instanceof ReshapeVertex v) {
            return reshape(graph, layout, v, x);
        } else if (vertex instanceof ScaleVertex v) {
            return graph.mul(x, v.getScaleFactor());
        } else if (vertex instanceof ShiftVertex v) {
            return graph.add(x, v.getShiftFactor());
        } else if (vertex instanceof SubsetVertex v) {
            return graph.slice(x, layout.axis(1, x.rank()), v.getFrom(), v.getTo() + 1L);
        }
        throw new IllegalArgumentException(vertex.getClass().getName());
    }

    private static Node elementWise(Graph graph, ElementWiseVertex vertex, List<Node> inputs) {
        return switch (vertex.getOp()) {
            case Add -> fold(inputs, graph::add);
            case Subtract -> fold(inputs, graph::sub);
            case Product -> fold(inputs, graph::mul);
            case Average -> graph.mul(fold(inputs, graph::add), 1.0 / inputs.size());
                // ND4J's maximum has no gradient that is right for ties; this one is.
            case Max -> fold(inputs, (a, b) -> graph.add(a, graph.relu(graph.sub(b, a))));
        };
    }

    private static Node fold(List<Node> inputs, BinaryOperator<Node> operation) {
        return inputs.stream().reduce(operation).orElseThrow();
    }

    private static Node l2Normalize(Graph graph, Layout layout, L2NormalizeVertex vertex, Node x) {
        int[] axes = vertex.getDimension() == null || vertex.getDimension().length == 0
                ? IntStream.range(1, x.rank()).toArray()
                : Arrays.stream(vertex.getDimension())
                        .map(axis -> layout.axis(axis, x.rank()))
                        .toArray();
        Node squares = graph.sum(graph.square(x), true, axes);
        Node bounded = graph.clip(squares, vertex.getEps() * vertex.getEps(), Double.POSITIVE_INFINITY);
        return graph.mul(x, graph.pow(bounded, -0.5));
    }

    private static Node reshape(Graph graph, Layout layout, ReshapeVertex vertex, Node x) {
        long[] shape = Arrays.stream(vertex.getNewShape()).asLongStream().toArray();
        return layout.ours(graph, graph.reshape(layout.theirs(graph, x), shape));
    }
}
