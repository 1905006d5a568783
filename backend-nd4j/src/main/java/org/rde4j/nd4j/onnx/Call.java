package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * One node while it is written: its inputs as values, and its settings, which older versions of ONNX keep in
 * attributes and newer ones in inputs.
 *
 * @param lowering what is written
 * @param node the node
 * @param graph where it is written
 */
record Call(Lowering lowering, OnnxNode node, Graph graph) {

    /** The most numbers in a result that operators make longer than what they get. */
    private static final long LARGEST_RESULT = 1 << 27;

    long opset() {
        return lowering.opset();
    }

    boolean has(int input) {
        return input < node.inputs().size() && !node.inputs().get(input).isEmpty();
    }

    /** An input, whatever it is. */
    Value value(int input) {
        if (!has(input)) {
            throw refused("has no input %s".formatted(input), OnnxGraph.EXPORT_AGAIN);
        }
        return lowering.value(node.inputs().get(input));
    }

    /** All inputs that are there. */
    List<Value> inputs() {
        return IntStream.range(0, node.inputs().size())
                .filter(this::has)
                .mapToObj(this::value)
                .toList();
    }

    /** An input that must not depend on the signal. */
    Constant constant(int input) {
        if (value(input) instanceof Constant constant) {
            return constant;
        }
        throw refused(
                "computes its input '%s' from the signal, but it must be a constant"
                        .formatted(node.inputs().get(input)),
                "Export the model with constant folding.");
    }

    /** An input as something to compute with; constants become nodes. */
    Activation activation(int input) {
        return activation(value(input));
    }

    Activation activation(Value value) {
        if (value instanceof Activation activation) {
            return activation;
        }
        return Activation.plain(graph(), graph().constant(((Constant) value).array()));
    }

    /** An input whose axes are in ONNX's order. */
    Node plain(int input) {
        return activation(input).plain();
    }

    /** A parameter that is repeated to a shape. */
    Node repeated(int input, long... shape) {
        requireRepeats(input, shape);
        return plain(input);
    }

    /** Refuses a parameter to whose shape that of the signal would have to be repeated. */
    void requireRepeats(int input, long... shape) {
        Value parameter = value(input);
        long[] own = parameter.shape();
        int added = shape.length - own.length;
        boolean fits =
                added >= 0 && IntStream.range(0, own.length).allMatch(i -> own[i] == 1 || own[i] == shape[added + i]);
        if (!fits) {
            throw refused(
                    "cannot repeat %s to %s".formatted(parameter, Arrays.toString(shape)),
                    "Give signals of the size that the model was exported for.");
        }
    }

    /** An input of rank 3 or 4 as an image [N, H, W, C]; a one-dimensional signal has H = 1. */
    Node image(int input) {
        Activation x = activation(input);
        if (x.rank() != 3 && x.rank() != 4) {
            throw refused(
                    "gets %s, but must get one of rank 3 or 4".formatted(x), "Use one- or two-dimensional signals.");
        }
        Node node = x.channelsLast();
        return x.rank() == 4 ? node : graph().reshape(node, node.size(0), 1, node.size(1), node.size(2));
    }

    /** An image as the value of the rank that the input of the image had. */
    Activation fromImage(Node image, int rank) {
        Node node = rank == 4 ? image : graph().reshape(image, image.size(0), image.size(2), image.size(3));
        return new Activation(graph(), node, Layout.CHANNELS_LAST);
    }

    /** Integers from an input of newer versions or an attribute of older ones; null if neither is there. */
    int @Nullable [] integers(int input, String attribute) {
        if (has(input)) {
            return constant(input).ints();
        }
        long[] found = node.integers(attribute);
        return found == null ? null : Constant.integers(found).ints();
    }

    /** One number from an input of newer versions or an attribute of older ones. */
    double number(int input, String attribute, double otherwise) {
        return has(input) ? single(constant(input)).number(0) : node.number(attribute, otherwise);
    }

    /** One integer from an input. */
    long integer(int input) {
        return single(constant(input)).integer(0);
    }

    private Constant single(Constant constant) {
        if (constant.length() != 1) {
            throw refused("gets %s where one number is wanted".formatted(constant), OnnxGraph.EXPORT_AGAIN);
        }
        return constant;
    }

    /** An axis counted from 0. */
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw refused("has the axis %s for a value of rank %s".formatted(axis, rank), OnnxGraph.EXPORT_AGAIN);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Different axes, counted from 0. */
    int[] axes(int[] axes, int rank) {
        int[] counted = IntStream.of(axes).map(axis -> axis(axis, rank)).toArray();
        if (IntStream.of(counted).distinct().count() < axes.length) {
            throw refused(
                    "has the axes %s, one of them twice".formatted(Arrays.toString(axes)), OnnxGraph.EXPORT_AGAIN);
        }
        return counted;
    }

    /** Positions of an axis, counted from 0. */
    int[] positions(int[] positions, long size) {
        for (int position : positions) {
            if (position < -size || position >= size) {
                throw refused(
                        "has the index %s for an axis of size %s".formatted(position, size), OnnxGraph.EXPORT_AGAIN);
            }
        }
        return IntStream.of(positions)
                .map(position -> (int) (position < 0 ? position + size : position))
                .toArray();
    }

    /** Applies a function to every value of the first input. */
    Value map(Function<Node, Node> function) {
        Activation x = activation(0);
        return x.keeping(function.apply(x.node()));
    }

    /**
     * Asks for so much memory before it is taken: sizes come from the file.
     *
     * @throws RdeException if no honest network makes a value of that shape
     */
    void requireSize(long... shape) {
        long length = 1;
        for (long size : shape) {
            boolean fits = size >= 0 && (size == 0 || length <= LARGEST_RESULT / size);
            length = fits ? length * size : Long.MAX_VALUE;
            if (!fits) {
                throw refused(
                        "would make a value of shape %s, but at most %s numbers are allowed"
                                .formatted(Arrays.toString(shape), LARGEST_RESULT),
                        "Check the sizes, or give fewer or smaller signals at once.");
            }
        }
    }

    RdeException refused(String problem, String remedy) {
        return new RdeException("The operator %s %s.".formatted(node, problem), remedy);
    }

    RdeException refused(String problem, String remedy, Throwable cause) {
        return new RdeException("The operator %s %s.".formatted(node, problem), remedy, cause);
    }
}
