package org.rde4j.nd4j.explain;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
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
 * The softmax or sigmoid that a graph ends in, behind which values are only moved.
 *
 * @param kind what the activation makes: a softmax probabilities if it goes over the last axis, values otherwise
 * @param before what it is applied to, moved in the same way
 */
record LastActivation(OutputKind kind, Node before) {
    private static final String SOFTMAX = "softmax";
    private static final String SIGMOID = "sigmoid";
    private static final String PERMUTE = "permute";
    private static final Set<String> RESHAPES = Set.of("reshape", "expand_dims", "squeeze");
    private static final Set<String> NOTHING = Set.of("identity", "cast");

    private static final Set<String> SHIFTS =
            Set.of("add", "sub", "mul", "add_scalar", "sub_scalar", "mul_scalar", "biasadd");
    private static final Set<String> LINEAR = Set.of(
            "matmul",
            "mmul",
            "tensormmul",
            "dot",
            "conv1d",
            "conv2d",
            "depthwise_conv2d",
            "reduce_mean",
            "reduce_sum",
            "avgpool2d");

    /** Finds the activation, if there is one. */
    static Optional<LastActivation> of(Graph graph, Node output) {
        SameDiff sd = graph.sameDiff();
        Deque<SameDiffOp> moves = new ArrayDeque<>();
        SameDiffOp operation = producer(sd, output.variable().name());
        while (operation != null && moves(operation)) {
            moves.push(operation);
            operation = producer(sd, Ancestry.inputs(operation).get(0));
        }
        if (operation == null
                || !Set.of(SOFTMAX, SIGMOID).contains(operation.getOp().opName())) {
            return Optional.empty();
        }
        Ancestry part = Ancestry.of(sd, List.of(output.variable().name()));
        try (Inference inference = Inference.of(sd, part)) {
            return Optional.of(found(graph, output, operation, moves, inference));
        }
    }

    /** Whether a graph ends in sums of products, means or sums, maybe shifted and scaled: scores come from these. */
    static boolean isLinear(Graph graph, Node output) {
        SameDiff sd = graph.sameDiff();
        SameDiffOp operation = producer(sd, output.variable().name());
        while (operation != null
                && (moves(operation) || SHIFTS.contains(operation.getOp().opName()))) {
            operation = producer(sd, changing(sd, operation));
        }
        return operation == null || LINEAR.contains(operation.getOp().opName());
    }

    /** The first input that is no constant. */
    private static String changing(SameDiff sd, SameDiffOp operation) {
        List<String> inputs = Ancestry.inputs(operation);
        return inputs.stream()
                .filter(name -> !sd.getVariable(name).isConstant())
                .findFirst()
                .orElse(inputs.get(0));
    }

    private static LastActivation found(
            Graph graph, Node output, SameDiffOp activation, Deque<SameDiffOp> moves, Inference inference) {
        String name = Ancestry.inputs(activation).get(0);
        SDVariable variable = graph.sameDiff().getVariable(name);
        SDVariable floats = variable.dataType() == DataType.FLOAT ? variable : variable.castTo(DataType.FLOAT);
        Node before = graph.node(floats, inference.shape(name));
        int axis = axis(activation, before.rank());
        for (SameDiffOp move : moves) {
            String kind = move.getOp().opName();
            if (kind.equals(PERMUTE)) {
                int[] axes = axes(move);
                int from = axis;
                axis = IntStream.range(0, axes.length)
                        .filter(i -> axes[i] == from)
                        .findFirst()
                        .orElse(-1);
                before = graph.permute(before, axes);
            } else if (RESHAPES.contains(kind)) {
                long[] shape = inference.shape(move.getOutputsOfOp().get(0));
                axis = reshaped(axis, before.shape(), shape);
                before = graph.reshape(before, shape);
            }
        }
        boolean softmax = activation.getOp().opName().equals(SOFTMAX);
        OutputKind kind = !softmax
                ? OutputKind.LABEL_PROBABILITIES
                : axis == output.rank() - 1 ? OutputKind.PROBABILITIES : OutputKind.VALUES;
        return new LastActivation(kind, before);
    }

    private static @Nullable SameDiffOp producer(SameDiff sd, String variable) {
        String operation = sd.getVariables().get(variable).getOutputOfOp();
        return operation == null ? null : sd.getOps().get(operation);
    }

    private static boolean moves(SameDiffOp operation) {
        String kind = operation.getOp().opName();
        return RESHAPES.contains(kind) || NOTHING.contains(kind) || kind.equals(PERMUTE) && axes(operation).length > 0;
    }

    private static int[] axes(SameDiffOp operation) {
        return Arrays.stream(((DynamicCustomOp) operation.getOp()).iArgs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** The axis that a softmax goes over; −1 for a sigmoid, which has none. */
    private static int axis(SameDiffOp activation, int rank) {
        if (!activation.getOp().opName().equals(SOFTMAX)) {
            return -1;
        }
        int[] given = axes(activation);
        int axis = given.length == 0 ? rank - 1 : given[0];
        return axis < 0 ? axis + rank : axis;
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
