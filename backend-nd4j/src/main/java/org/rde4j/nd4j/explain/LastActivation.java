package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.rde4j.OutputKind;
import org.rde4j.nd4j.engine.Inference;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * The softmax or sigmoid that a graph ends in, behind which values are only moved. Rows of a batch that were computed
 * one by one and joined have one together.
 *
 * @param kind what the activation makes: a softmax probabilities if it goes over the last axis, values otherwise
 * @param before what it is applied to, moved in the same way
 */
record LastActivation(OutputKind kind, Node before) {
    static final String SOFTMAX = "softmax";
    static final String SIGMOID = "sigmoid";
    private static final String PERMUTE = "permute";
    private static final String CONCAT = "concat";
    private static final String SLICE = "slice";
    private static final Set<String> RESHAPES = Set.of("reshape", "expand_dims", "squeeze");
    private static final Set<String> NOTHING = Set.of("identity", "cast");

    /** Finds the activation, if there is one. */
    static Optional<LastActivation> of(Graph graph, Node output) {
        SameDiff sd = graph.sameDiff();
        String name = output.variable().name();
        if (!new Walk(graph, null).leads(name)) {
            return Optional.empty();
        }
        try (Inference inference = Inference.of(sd, Ancestry.of(sd, List.of(name)))) {
            return new Walk(graph, inference).found(name).map(found -> found.over(output.rank() - 1));
        }
    }

    /** Whether an operation leaves every value as it is. */
    static boolean moves(SameDiffOp operation) {
        String kind = operation.getOp().opName();
        return RESHAPES.contains(kind) || NOTHING.contains(kind) || kind.equals(PERMUTE) && axes(operation).length > 0;
    }

    private static int[] axes(SameDiffOp operation) {
        return Arrays.stream(((DynamicCustomOp) operation.getOp()).iArgs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /**
     * An activation on the way to the output.
     *
     * @param softmax or else a sigmoid
     * @param axis that the softmax goes over; −1 for none, as in a sigmoid
     * @param before what it is applied to
     */
    private record Found(boolean softmax, int axis, Node before) {

        LastActivation over(int last) {
            OutputKind kind = !softmax
                    ? OutputKind.LABEL_PROBABILITIES
                    : axis == last ? OutputKind.PROBABILITIES : OutputKind.VALUES;
            return new LastActivation(kind, before);
        }

        boolean isLike(Found other) {
            return softmax == other.softmax && axis == other.axis;
        }
    }

    /** From the output backwards. */
    private record Walk(Graph graph, @Nullable Inference inference) {

        private @Nullable SameDiffOp producer(String variable) {
            return Ancestry.producer(graph.sameDiff(), variable);
        }

        /** Whether there is an activation, going by the names of operations. */
        boolean leads(String variable) {
            SameDiffOp operation = producer(variable);
            if (operation == null) {
                return false;
            }
            String kind = operation.getOp().opName();
            boolean on = moves(operation) || kind.equals(CONCAT) || kind.equals(SLICE);
            return kind.equals(SOFTMAX)
                    || kind.equals(SIGMOID)
                    || on && leads(Ancestry.inputs(operation).get(0));
        }

        Optional<Found> found(String variable) {
            SameDiffOp operation = producer(variable);
            if (operation == null) {
                return Optional.empty();
            }
            String kind = operation.getOp().opName();
            List<String> inputs = Ancestry.inputs(operation);
            if (kind.equals(SOFTMAX) || kind.equals(SIGMOID)) {
                return Optional.of(activation(operation, inputs.get(0)));
            }
            if (moves(operation)) {
                return found(beforeReshapes(operation)).map(found -> moved(found, operation, shape(variable)));
            }
            return kind.equals(CONCAT)
                    ? joined(inputs, shape(variable))
                    : kind.equals(SLICE) ? rows(operation, variable) : Optional.empty();
        }

        /** Of several reshapes the last one counts: those before may merge axes that it parts again. */
        private String beforeReshapes(SameDiffOp move) {
            String input = Ancestry.inputs(move).get(0);
            SameDiffOp earlier = producer(input);
            boolean both = RESHAPES.contains(move.getOp().opName())
                    && earlier != null
                    && RESHAPES.contains(earlier.getOp().opName());
            return both ? beforeReshapes(earlier) : input;
        }

        private long[] shape(String variable) {
            return inference.shape(variable);
        }

        private Found activation(SameDiffOp activation, String input) {
            SDVariable variable = graph.sameDiff().getVariable(input);
            SDVariable floats = variable.dataType() == DataType.FLOAT ? variable : variable.castTo(DataType.FLOAT);
            Node before = graph.node(floats, shape(input));
            if (!activation.getOp().opName().equals(SOFTMAX)) {
                return new Found(false, -1, before);
            }
            int[] given = axes(activation);
            int axis = given.length == 0 ? before.rank() - 1 : given[0];
            return new Found(true, axis < 0 ? axis + before.rank() : axis, before);
        }

        private Found moved(Found found, SameDiffOp move, long[] shape) {
            String kind = move.getOp().opName();
            if (kind.equals(PERMUTE)) {
                int[] axes = axes(move);
                int axis = IntStream.range(0, axes.length)
                        .filter(i -> axes[i] == found.axis)
                        .findFirst()
                        .orElse(-1);
                return new Found(found.softmax, axis, graph.permute(found.before, axes));
            }
            return RESHAPES.contains(kind)
                    ? new Found(
                            found.softmax,
                            reshaped(found.axis, found.before.shape(), shape),
                            graph.reshape(found.before, shape))
                    : found;
        }

        /** Rows that end alike. */
        private Optional<Found> joined(List<String> inputs, long[] shape) {
            List<Found> parts = new ArrayList<>();
            long rows = 0;
            for (String input : inputs) {
                Optional<Found> part = producer(input) == null ? Optional.empty() : found(input);
                if (part.isEmpty() || !parts.isEmpty() && !part.get().isLike(parts.get(0))) {
                    return Optional.empty();
                }
                parts.add(part.get());
                rows += part.get().before().size(0);
            }
            Found first = parts.get(0);
            boolean whole = Arrays.equals(first.before.shape(), 1, first.before.rank(), shape, 1, shape.length);
            return rows == shape[0] && whole
                    ? Optional.of(new Found(
                            first.softmax,
                            first.axis,
                            graph.concat(0, parts.stream().map(Found::before).toList())))
                    : Optional.empty();
        }

        /** Some rows of a batch. */
        private Optional<Found> rows(SameDiffOp slice, String variable) {
            String input = Ancestry.inputs(slice).get(0);
            long[] shape = shape(variable);
            long[] from = shape(input);
            if (shape.length != from.length || !Arrays.equals(shape, 1, shape.length, from, 1, from.length)) {
                return Optional.empty();
            }
            int first = axes(slice)[0];
            return found(input)
                    .map(found -> new Found(
                            found.softmax, found.axis, graph.slice(found.before, 0, first, first + shape[0])));
        }

        /** Where an axis is after a reshape: as long as before, with as many values in front of it; −1 if nowhere. */
        private static int reshaped(int axis, long[] from, long[] to) {
            if (axis < 0) {
                return -1;
            }
            long front = product(from, axis);
            return IntStream.range(0, to.length)
                    .filter(i -> to[i] == from[axis] && product(to, i) == front)
                    .findFirst()
                    .orElse(-1);
        }

        private static long product(long[] shape, int axes) {
            return Arrays.stream(shape, 0, axes).reduce(1, (a, b) -> a * b);
        }
    }
}
