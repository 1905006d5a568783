package org.rde4j.nd4j.adjoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** One operation on the way back: its inputs, its output, the slope of the output. */
final class Reverse {
    private final Adjoint adjoint;
    private final SameDiffOp operation;

    Reverse(Adjoint adjoint, SameDiffOp operation) {
        this.adjoint = adjoint;
        this.operation = operation;
    }

    Graph graph() {
        return adjoint.graph();
    }

    DifferentialFunction function() {
        return operation.getOp();
    }

    /** The integer arguments of a custom operation. */
    int[] integers() {
        return Arrays.stream(((DynamicCustomOp) operation.getOp()).iArgs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    int inputs() {
        return Ancestry.inputs(operation).size();
    }

    Node input(int i) {
        return adjoint.node(Ancestry.inputs(operation).get(i));
    }

    Node output() {
        return adjoint.node(operation.getOutputsOfOp().get(0));
    }

    /** The rows of a fixed matrix of integers, or null if the input is computed from placeholders. */
    long @Nullable [][] constantRows(int i) {
        INDArray value = adjoint.known(Ancestry.inputs(operation).get(i));
        return value == null || value.rank() != 2 ? null : value.toLongMatrix();
    }

    /** A fixed row of integers, or null if the input is computed from placeholders. */
    int @Nullable [] constantRow(int i) {
        INDArray value = adjoint.known(Ancestry.inputs(operation).get(i));
        return value == null || value.rank() != 1 ? null : value.toIntVector();
    }

    /** Whether a wanted variable is behind an input. */
    boolean wants(int i) {
        return adjoint.isActive(Ancestry.inputs(operation).get(i));
    }

    /** The slope of the first output; may have size 1 where all entries along an axis are equal. */
    Node slope() {
        return slopes().get(0);
    }

    /** The slope of the first output, of the output's shape. */
    Node fullSlope() {
        return graph().broadcastTo(slope(), output().shape());
    }

    /** Adds to the slope of an input. */
    void give(int i, Node slope) {
        adjoint.add(Ancestry.inputs(operation).get(i), slope);
    }

    /**
     * Adds to the slope of an input that the operation broadcast to its output's shape: entries that were
     * used several times get the sum.
     */
    void giveBroadcast(int i, Node slope) {
        long[] wide = output().shape();
        long[] narrow = input(i).shape();
        int added = wide.length - narrow.length;
        List<Integer> axes = new ArrayList<>();
        double repeated = 1;
        for (int axis = 0; axis < wide.length; axis++) {
            long size = axis < added ? 1 : narrow[axis - added];
            if (size < wide[axis] && slope.size(axis) == 1) {
                repeated *= wide[axis];
            } else if (size < wide[axis]) {
                axes.add(axis);
            }
        }
        Node sum = graph().mul(slope, repeated);
        if (!axes.isEmpty()) {
            sum = graph().sum(
                            sum, true, axes.stream().mapToInt(Integer::intValue).toArray());
        }
        give(i, graph().reshape(sum, Arrays.copyOfRange(sum.shape(), added, sum.rank())));
    }

    /** Lets ND4J write the gradient: for operations without a rule. */
    void giveOwn() {
        List<String> outputs = operation.getOutputsOfOp();
        List<SDVariable> given = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            Node output = adjoint.node(outputs.get(i));
            Node slope = slopes().get(i);
            given.add(graph().broadcastTo(slope, output.shape()).variable());
        }
        List<SDVariable> results = operation.getOp().doDiff(given);
        for (int i = 0; i < inputs(); i++) {
            if (wants(i)) {
                give(i, graph().node(results.get(i), input(i).shape()));
            }
        }
    }

    private List<Node> slopes() {
        return operation.getOutputsOfOp().stream()
                .map(name -> {
                    Node slope = adjoint.slope(name);
                    return slope == null ? graph().zero(adjoint.node(name).rank()) : slope;
                })
                .toList();
    }
}
