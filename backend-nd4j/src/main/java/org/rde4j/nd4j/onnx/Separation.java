package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Follows a batch of signals through a graph and proves that they stay apart: what each operation makes of a signal
 * depends on that signal alone.
 *
 * <p>The numbers of a value, in row-major order, are taken as [before, signals, after]: {@code before} is all that has
 * to be known of a value to say which of its numbers belong to which signal, and reshaping does not change it. Each
 * operation has a rule that says where the signals are in its result, or that they are mixed. Operations without a rule
 * may mix them.
 */
final class Separation {
    private static final Set<String> ELEMENTWISE = Set.of(
            "add",
            "subtract",
            "multiply",
            "divide",
            "add_scalar",
            "sub_scalar",
            "mul_scalar",
            "div_scalar",
            "rsub_scalar",
            "max_scalar",
            "scalar_min",
            "maximum",
            "minimum",
            "fmod",
            "step",
            "floor",
            "ceil",
            "rint",
            "stop_gradient",
            "cast",
            "Where",
            "pow",
            "Pow",
            "relu",
            "sqrt",
            "exp",
            "log",
            "sin",
            "cos",
            "abs",
            "erf",
            "sigmoid",
            "tanh",
            "square",
            "neg",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "asinh",
            "acosh",
            "atanh");

    private static final Map<String, ToLongFunction<Step>> RULES = Map.ofEntries(
            entry("reshape", step -> step.before(0)),
            entry("permute", Step::permute),
            entry("concat", Step::concat),
            entry("slice", Step::slice),
            entry("gather", Step::gather),
            entry("pad", Step::pad),
            entry("biasadd", step -> step.outside(step.rank(0) - 1)),
            entry("softmax", step -> step.outside(step.integer(0))),
            entry("reduce_sum", Step::reduce),
            entry("reduce_max", Step::reduce),
            entry("matmul", Step::product),
            entry("conv2d", Step::image),
            entry("depthwise_conv2d", Step::image),
            entry("maxpool2d", Step::image),
            entry("avgpool2d", Step::image));

    private final Graph graph;
    /** How many signals there are. */
    private final long signals;
    /** What is before the signals, for every value that depends on them. */
    private final Map<String, Long> before = new HashMap<>();

    private Separation(Graph graph, long signals) {
        this.graph = graph;
        this.signals = signals;
    }

    /** Signals are mixed, or nothing is known. */
    private static final class Mixed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Mixed(String where) {
            super(where, null, false, false);
        }
    }

    /**
     * Whether each row of a result is made of the same row of each input.
     *
     * @param graph where everything is
     * @param inputs whose first axis counts the signals
     * @param output whose first axis should
     * @return false also where it cannot be told
     */
    static boolean keepsRows(Graph graph, List<Node> inputs, Node output) {
        Separation separation = new Separation(graph, output.size(0));
        inputs.forEach(input -> separation.before.put(input.variable().name(), 1L));
        String result = output.variable().name();
        try {
            Ancestry.of(graph.sameDiff(), List.of(result)).operations().forEach(separation::follow);
            return Long.valueOf(1).equals(separation.before.get(result));
        } catch (Mixed e) {
            return false;
        }
    }

    private void follow(SameDiffOp operation) {
        if (Ancestry.inputs(operation).stream().noneMatch(before::containsKey)) {
            return;
        }
        Step step = new Step(operation);
        String name = operation.getOp().opName();
        ToLongFunction<Step> rule = ELEMENTWISE.contains(name) ? Step::elementwise : RULES.get(name);
        if (rule == null || operation.getOutputsOfOp().size() != 1) {
            throw new Mixed(operation.getName());
        }
        before.put(step.output(), rule.applyAsLong(step));
    }

    private long[] shape(String variable) {
        long[] shape = graph.shape(variable);
        if (shape == null) {
            throw new Mixed(variable);
        }
        return shape;
    }

    /** Whether a constant is the same for all signals if these are there. */
    private boolean repeats(String variable, long outer) {
        SDVariable found = graph.sameDiff().getVariable(variable);
        if (found.getVariableType() == VariableType.CONSTANT) {
            return repeats(found.getArr(), outer);
        }
        SameDiffOp operation = graph.sameDiff()
                .getOps()
                .get(graph.sameDiff().getVariables().get(variable).getOutputOfOp());
        if (operation == null) {
            return false;
        }
        if (operation.getOp().opName().equals("reshape")) {
            return repeats(Ancestry.inputs(operation).get(0), outer);
        }
        Place place = Place.of(shape(variable), outer, signals);
        return place != null
                && ELEMENTWISE.contains(operation.getOp().opName())
                && new Step(operation).isRepeated(place, shape(variable).length);
    }

    private boolean repeats(INDArray array, long outer) {
        float[] values = array.dup('c').data().asFloat();
        int after = (int) (values.length / outer / signals);
        if (after * outer * signals != values.length) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            int signal = (int) (i / after % signals);
            if (Float.compare(values[i], values[i - signal * after]) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Where signals are in a value of some shape.
     *
     * @param axis the one axis that counts them, maybe together with something else
     * @param outer how much of that axis is before them
     */
    private record Place(int axis, long outer) {

        static @Nullable Place of(long[] shape, long before, long signals) {
            long passed = 1;
            for (int axis = 0; axis < shape.length; axis++) {
                long behind = passed * shape[axis];
                if (before * signals <= behind) {
                    boolean whole = before % passed == 0 && behind % (before * signals) == 0;
                    return whole ? new Place(axis, before / passed) : null;
                }
                passed = behind;
            }
            return null;
        }

        long before(long[] shape) {
            return Shapes.length(Arrays.copyOf(shape, axis)) * outer;
        }

        Place at(int other) {
            return new Place(other, outer);
        }
    }

    /** One operation on values of which some depend on the signals. */
    private final class Step {
        private final SameDiffOp operation;
        private final List<String> inputs;

        Step(SameDiffOp operation) {
            this.operation = operation;
            this.inputs = Ancestry.inputs(operation);
        }

        String output() {
            return operation.getOutputsOfOp().get(0);
        }

        int rank(int input) {
            return shape(inputs.get(input)).length;
        }

        boolean depends(int input) {
            return before.containsKey(inputs.get(input));
        }

        long before(int input) {
            return Objects.requireNonNull(before.get(inputs.get(input)));
        }

        /** Where the signals are in an input that depends on them. */
        Place place(int input) {
            Long outer = before.get(inputs.get(input));
            Place place = outer == null ? null : Place.of(shape(inputs.get(input)), outer, signals);
            if (place == null) {
                throw mixed();
            }
            return place;
        }

        Mixed mixed() {
            return new Mixed(operation.getName());
        }

        long in(Place place) {
            return place.before(shape(output()));
        }

        int integer(int argument) {
            return Math.toIntExact(((DynamicCustomOp) operation.getOp()).getIArgument(argument));
        }

        INDArray constant(int input) {
            INDArray array = graph.sameDiff().getVariable(inputs.get(input)).getArr();
            if (depends(input) || array == null) {
                throw mixed();
            }
            return array;
        }

        private void require(boolean holds) {
            if (!holds) {
                throw mixed();
            }
        }

        /** Inputs of equal axes, of which size-1 axes are repeated and missing ones are at the front. */
        long elementwise() {
            int rank = shape(output()).length;
            Place common = null;
            for (int i = 0; i < inputs.size(); i++) {
                if (depends(i)) {
                    Place place = place(i);
                    Place aligned = place.at(place.axis() + rank - rank(i));
                    require(common == null || common.equals(aligned));
                    common = aligned;
                }
            }
            Place place = Objects.requireNonNull(common);
            require(isRepeated(place, rank));
            return in(place);
        }

        /** Whether every constant is the same for all signals that are at some place of the result. */
        boolean isRepeated(Place place, int rank) {
            return IntStream.range(0, inputs.size()).filter(i -> !depends(i)).allMatch(i -> {
                long[] shape = shape(inputs.get(i));
                int axis = place.axis() - rank + shape.length;
                return axis < 0
                        || shape[axis] == 1
                        || repeats(inputs.get(i), place.at(axis).before(shape));
            });
        }

        long permute() {
            Place place = place(0);
            int rank = rank(0);
            return IntStream.range(0, rank)
                    .filter(axis -> integer(axis) == place.axis())
                    .mapToLong(axis -> in(place.at(axis)))
                    .findFirst()
                    .orElseThrow(this::mixed);
        }

        long concat() {
            int along = Math.floorMod(integer(0), rank(0));
            long joined = elementwise();
            Place place = Place.of(shape(output()), joined, signals);
            require(place != null && place.axis() != along);
            return joined;
        }

        /** All of the axis that counts the signals. */
        long slice() {
            Place place = place(0);
            long size = shape(inputs.get(0))[place.axis()];
            require(inputs.size() == 1 && integer(place.axis()) == 0 && shape(output())[place.axis()] == size);
            return in(place);
        }

        long gather() {
            require(!depends(1));
            return outside(integer(0));
        }

        long pad() {
            Place place = place(0);
            long[] pads = constant(1).toLongMatrix()[place.axis()];
            require(pads[0] == 0 && pads[1] == 0);
            return in(place);
        }

        /** For an operation along an axis of its first input that must not count the signals. */
        long outside(int axis) {
            Place place = place(0);
            require(place.axis() != Math.floorMod(axis, rank(0)));
            require(IntStream.range(1, inputs.size()).noneMatch(this::depends));
            return in(place);
        }

        long reduce() {
            Place place = place(0);
            INDArray axes = ((BaseOp) operation.getOp()).dimensions();
            require(inputs.size() == 1 && axes != null && !axes.isEmpty());
            List<Integer> gone = Arrays.stream(axes.toIntVector())
                    .map(axis -> Math.floorMod(axis, rank(0)))
                    .boxed()
                    .toList();
            require(!gone.contains(place.axis()));
            boolean kept = shape(output()).length == rank(0);
            long left = gone.stream().filter(axis -> axis < place.axis()).count();
            return in(kept ? place : place.at(place.axis() - (int) left));
        }

        /** Signals are in the rows of the left, or in the columns of the right, or in a leading axis. */
        long product() {
            int rank = rank(0);
            require(rank(1) == rank && shape(output()).length == rank && integer(2) == 0);
            Place left = depends(0) ? turned(place(0), rank, integer(0)) : null;
            Place right = depends(1) ? turned(place(1), rank, integer(1)) : null;
            Place place = left == null ? Objects.requireNonNull(right) : left;
            if (place.axis() < rank - 2) {
                require(left == null || right == null || left.equals(right));
                require(isRepeated(place, rank));
            } else {
                require(right == null ? place.axis() == rank - 2 : left == null && place.axis() == rank - 1);
            }
            return in(place);
        }

        private Place turned(Place place, int rank, int transposes) {
            boolean swaps = transposes != 0 && place.axis() >= rank - 2;
            return swaps ? place.at(2 * rank - 3 - place.axis()) : place;
        }

        long image() {
            Place place = place(0);
            require(place.axis() == 0);
            require(IntStream.range(1, inputs.size()).noneMatch(this::depends));
            return in(place);
        }
    }
}
