package org.rde4j.nd4j.explain;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** What outputs come from, behind operations that shift, scale, clip, choose or average values. */
enum Origin {
    /** A layer's sums of products, which may become as large as they like, as scores do. */
    SUMS,
    /** A softmax or a sigmoid. */
    ACTIVATION,
    /** Anything else, or sums that were cut off. */
    OTHER;

    private static final Set<String> PRODUCTS = Set.of(
            "matmul",
            "mmul",
            "tensordot",
            "xw_plus_b",
            "conv1d",
            "conv2d",
            "conv3dnew",
            "deconv2d",
            "depthwise_conv2d",
            "sconv2d");

    /** Leave the order of values, or turn it around. */
    private static final Set<String> THROUGH = Set.of(
            "transpose",
            "add",
            "subtract",
            "add_scalar",
            "sub_scalar",
            "rsub_scalar",
            "mul_scalar",
            "div_scalar",
            "neg",
            "biasadd",
            "reduce_mean",
            "reduce_sum",
            "reduce_max",
            "reduce_min",
            "avgpool2d",
            "maxpool2d",
            "mergeavg",
            "maximum",
            "max_scalar",
            "relu",
            "concat",
            "stack",
            "slice",
            "strided_slice",
            "gather",
            "tile");

    /** The same with an upper bound. */
    private static final Set<String> BOUNDED =
            Set.of("scalar_min", "min_scalar", "minimum", "ClipByValue", "clipbyvalue", "relu6");

    private static final Set<String> SCALED = Set.of("multiply", "divide");

    /** What the values of a node come from; several origins if it joins several. */
    static Set<Origin> of(Graph graph, Node output) {
        Walk walk = Walk.of(graph.sameDiff(), output.variable().name());
        walk.at(output.variable().name(), false);
        return walk.found;
    }

    /** From the output backwards, along what changes with the signal. */
    private record Walk(SameDiff sd, Set<String> changing, Set<String> seen, Set<Origin> found) {

        static Walk of(SameDiff sd, String output) {
            Ancestry part = Ancestry.of(sd, List.of(output));
            Set<String> changing = part.leaves().stream()
                    .filter(leaf -> sd.getVariable(leaf).isPlaceHolder())
                    .collect(Collectors.toCollection(HashSet::new));
            part.dependents(Set.copyOf(changing)).forEach(operation -> changing.addAll(operation.getOutputsOfOp()));
            return new Walk(sd, changing, new HashSet<>(), EnumSet.noneOf(Origin.class));
        }

        void at(String variable, boolean bounded) {
            if (!seen.add(variable)) {
                return;
            }
            SameDiffOp operation = Ancestry.producer(sd, variable);
            if (operation == null) {
                // The signal itself, or sums of it.
                found.add(bounded ? OTHER : SUMS);
                return;
            }
            String kind = operation.getOp().opName();
            List<String> inputs = Ancestry.inputs(operation).stream()
                    .filter(changing::contains)
                    .toList();
            boolean through = LastActivation.moves(operation)
                    || THROUGH.contains(kind)
                    || BOUNDED.contains(kind)
                    || SCALED.contains(kind) && inputs.size() == 1
                    || PRODUCTS.contains(kind) && isMean(operation)
                    || kind.equals("log") && isSigmoid(inputs.get(0));
            if (through) {
                inputs.forEach(input -> at(input, bounded || BOUNDED.contains(kind)));
            } else if (isActivation(kind)) {
                found.add(ACTIVATION);
            } else {
                found.add(PRODUCTS.contains(kind) && !bounded ? SUMS : OTHER);
            }
        }

        private static boolean isActivation(String kind) {
            return kind.equals(LastActivation.SOFTMAX)
                    || kind.equals(LastActivation.SIGMOID)
                    || kind.equals("logsigmoid")
                    || kind.equals("hard_sigmoid");
        }

        /** The logarithm of a softmax is a score, that of a sigmoid is none. */
        private boolean isSigmoid(String variable) {
            SameDiffOp operation = Ancestry.producer(sd, variable);
            return operation != null
                    && (operation.getOp().opName().equals(LastActivation.SIGMOID)
                            || LastActivation.moves(operation)
                                    && isSigmoid(Ancestry.inputs(operation).get(0)));
        }

        /** Sums are written as products with equal weights. */
        private boolean isMean(SameDiffOp product) {
            return Ancestry.inputs(product).stream()
                    .filter(input -> sd.getVariable(input).isConstant())
                    .map(input -> sd.getVariable(input).getArr())
                    .anyMatch(Walk::allEqual);
        }

        private static boolean allEqual(INDArray weights) {
            return weights.length() > 0
                    && weights.minNumber().doubleValue() == weights.maxNumber().doubleValue();
        }
    }
}
