package org.rde4j.nd4j.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.FModOp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Rint;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes primitive operations into a SameDiff graph and keeps track of every shape.
 *
 * <p>Everything that rde4j lowers goes through these few operations, so each has one place for its shape
 * rule, its fast form in ND4J and its tests. Images are channels-last, [N, H, W, C]; one-dimensional signals
 * [N, T, C]. Spatial operations are in {@link Spatial}.
 */
public final class Graph {
    private final SameDiff sd = SameDiff.create();
    private final Map<INDArray, Node> constants = new IdentityHashMap<>();
    private final Map<String, long[]> shapes = new HashMap<>();
    private int names;

    /** An empty graph. */
    public Graph() {}

    /**
     * A graph to look at, which is never run: it shares the arrays of its constants instead of copying them.
     *
     * @return an empty graph
     */
    public static Graph sketch() {
        Graph graph = new Graph();
        graph.sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
        return graph;
    }

    /**
     * The graph that is written to.
     *
     * @return the SameDiff instance
     */
    public SameDiff sameDiff() {
        return sd;
    }

    /**
     * The spatial operations over this graph.
     *
     * @return convolutions, pooling and resizing
     */
    public Spatial spatial() {
        return new Spatial(this);
    }

    /**
     * The operations over this graph that choose or mix positions of an axis.
     *
     * @return selections and interpolations
     */
    public Selection selection() {
        return new Selection(this);
    }

    /** An input that is given at every run. */
    public Node placeholder(String name, long... shape) {
        return node(sd.placeHolder(name, DataType.FLOAT, shape), shape);
    }

    /** An array that gradients are computed for. */
    public Node variable(String name, INDArray value) {
        return node(sd.var(name, value), value.shape());
    }

    /** A fixed array; the same array twice is the same node. */
    public Node constant(INDArray value) {
        return constants.computeIfAbsent(value, array -> {
            INDArray floats = array.castTo(DataType.FLOAT);
            // Kernels are fast, and some of them right, only for plain row-major arrays.
            INDArray plain = floats.ordering() == 'c' && !floats.isView() ? floats : floats.dup('c');
            return node(sd.constant("constant" + names++, plain), array.shape().clone());
        });
    }

    /** Ones of some shape. */
    public Node ones(long... shape) {
        return constant(Nd4j.ones(DataType.FLOAT, shape));
    }

    /** A zero that broadcasts to any shape of a rank. */
    public Node zero(int rank) {
        return constant(Nd4j.zeros(
                DataType.FLOAT, LongStream.generate(() -> 1).limit(rank).toArray()));
    }

    /** A fixed array of 32-bit integers, as some ND4J operations want for axes and sizes. */
    SDVariable integers(int[]... rows) {
        return sd.constant("constant" + names++, Nd4j.createFromArray(rows));
    }

    /** A fixed row of 32-bit integers. */
    SDVariable integers(int[] row) {
        return sd.constant("constant" + names++, Nd4j.createFromArray(row));
    }

    /** A variable whose shape is known to the caller. */
    public Node node(SDVariable variable, long... shape) {
        shapes.put(variable.name(), shape);
        return new Node(variable, shape);
    }

    /**
     * The shape of a variable that was written here.
     *
     * @param variable its name
     * @return the size of each axis, or null if the variable is no {@link Node} of this graph
     */
    public long @Nullable [] shape(String variable) {
        return shapes.get(variable);
    }

    // ---- element by element ----------------------------------------------------------------------------

    public Node add(Node a, Node b) {
        return broadcast(a, b, SDVariable::add);
    }

    public Node sub(Node a, Node b) {
        return broadcast(a, b, SDVariable::sub);
    }

    public Node mul(Node a, Node b) {
        return broadcast(a, b, SDVariable::mul);
    }

    public Node div(Node a, Node b) {
        return broadcast(a, b, SDVariable::div);
    }

    public Node pow(Node a, Node b) {
        return broadcast(a, b, (x, y) -> sd.math().pow(x, y));
    }

    /** The larger of two values; where they are equal, each has half of the gradient. */
    public Node max(Node a, Node b) {
        return paired(a, b, sd.math()::max);
    }

    /** The smaller of two values; where they are equal, each has half of the gradient. */
    public Node min(Node a, Node b) {
        return paired(a, b, sd.math()::min);
    }

    /** What is left of a after as many whole b as fit, with the sign of a. */
    public Node remainder(Node a, Node b) {
        return paired(a, b, (x, y) -> new FModOp(sd, x, y).outputVariable());
    }

    /** a where the condition is not 0, b where it is; what is not chosen may be infinite or no number. */
    public Node choose(Node condition, Node a, Node b) {
        long[] shape = Broadcast.shape(condition.shape(), Broadcast.shape(a.shape(), b.shape()));
        Node mask = node(broadcastTo(condition, shape).variable().castTo(DataType.BOOL), shape);
        SDVariable chosen =
                sd.where(broadcastTo(a, shape).variable(), broadcastTo(b, shape).variable(), mask.variable());
        return node(chosen, shape);
    }

    public Node add(Node a, double b) {
        return b == 0 ? a : map(a, x -> x.add(b));
    }

    public Node mul(Node a, double b) {
        return b == 1 ? a : map(a, x -> x.mul(b));
    }

    public Node pow(Node a, double exponent) {
        return map(a, x -> sd.math().pow(x, exponent));
    }

    public Node square(Node a) {
        return map(a, x -> x.mul(x));
    }

    public Node sqrt(Node a) {
        return map(a, sd.math()::sqrt);
    }

    public Node exp(Node a) {
        return map(a, sd.math()::exp);
    }

    public Node log(Node a) {
        return map(a, sd.math()::log);
    }

    public Node sin(Node a) {
        return map(a, sd.math()::sin);
    }

    public Node cos(Node a) {
        return map(a, sd.math()::cos);
    }

    public Node tan(Node a) {
        return map(a, sd.math()::tan);
    }

    public Node asin(Node a) {
        return map(a, sd.math()::asin);
    }

    public Node acos(Node a) {
        return map(a, sd.math()::acos);
    }

    public Node atan(Node a) {
        return map(a, sd.math()::atan);
    }

    public Node sinh(Node a) {
        return map(a, sd.math()::sinh);
    }

    public Node cosh(Node a) {
        return map(a, sd.math()::cosh);
    }

    public Node asinh(Node a) {
        // ND4J's loses all digits of large negative numbers.
        Node negative = mul(map(mul(a, -1), sd.math()::asinh), -1);
        return choose(step(a, 0), map(a, sd.math()::asinh), negative);
    }

    public Node acosh(Node a) {
        return map(a, sd.math()::acosh);
    }

    public Node atanh(Node a) {
        return map(a, sd.math()::atanh);
    }

    /** log(1 + eˣ), also where eˣ is too large for a number. */
    public Node softplus(Node a) {
        // Shifted by max(x, 0), whose own slope cancels.
        Node shift = relu(a);
        return add(shift, log(add(exp(mul(shift, -1)), exp(sub(a, shift)))));
    }

    /** The next integer below; without gradient, as the other roundings. */
    public Node floor(Node a) {
        return map(a, sd.math()::floor);
    }

    public Node ceil(Node a) {
        return map(a, sd.math()::ceil);
    }

    /** The nearest integer, of two the even one. */
    public Node round(Node a) {
        return map(a, x -> new Rint(sd, x, false).outputVariable());
    }

    /** The sign, −1, 0 or 1. */
    public Node sign(Node a) {
        return sub(step(a, 0), step(mul(a, -1), 0));
    }

    /** The same values, taken as constants by gradients. */
    public Node detached(Node a) {
        return map(a, x -> new StopGradient(sd, x).outputVariable());
    }

    public Node abs(Node a) {
        return map(a, sd.math()::abs);
    }

    public Node erf(Node a) {
        return map(a, sd.math()::erf);
    }

    public Node sigmoid(Node a) {
        return map(a, sd.nn()::sigmoid);
    }

    public Node tanh(Node a) {
        return map(a, sd.math()::tanh);
    }

    public Node relu(Node a) {
        return map(a, x -> sd.nn().relu(x, 0));
    }

    /** min(max(a, low), high); the gradient is 1 inside and 0 outside. Either bound may be infinite. */
    public Node clip(Node a, double low, double high) {
        // Two operations are forty times faster than ND4J's ClipByValue.
        Node above = low == Double.NEGATIVE_INFINITY ? a : map(a, x -> new ScalarMax(sd, x, low).outputVariable());
        return high == Double.POSITIVE_INFINITY ? above : map(above, x -> new ScalarMin(sd, x, high).outputVariable());
    }

    /** 1 where a is larger than the threshold, 0 elsewhere; without gradient. */
    public Node step(Node a, double threshold) {
        return map(a, x -> new Step(sd, x, threshold).outputVariable());
    }

    /** b − a. */
    public Node from(double b, Node a) {
        return map(a, x -> x.rsub(b));
    }

    /** slope·x below zero, x above. */
    public Node leakyRelu(Node a, double slope) {
        return sub(relu(a), mul(relu(mul(a, -1)), slope));
    }

    /** α(eˣ − 1) below zero, x above. */
    public Node elu(Node a, double alpha) {
        Node negative = mul(relu(mul(a, -1)), -1);
        return add(relu(a), mul(add(exp(negative), -1), alpha));
    }

    // ---- shapes ----------------------------------------------------------------------------------------

    public Node reshape(Node a, long... shape) {
        long known = Arrays.stream(shape).filter(s -> s >= 0).reduce(1, (x, y) -> x * y);
        long[] full =
                Arrays.stream(shape).map(s -> s < 0 ? a.length() / known : s).toArray();
        if (Arrays.stream(full).reduce(1, (x, y) -> x * y) != a.length()) {
            throw new IllegalArgumentException(a + " cannot become " + Arrays.toString(shape));
        }
        return Arrays.equals(full, a.shape()) ? a : node(sd.reshape(a.variable(), full), full);
    }

    /** Repeats a along axes where it has size 1, until it has the given shape. */
    public Node broadcastTo(Node a, long... shape) {
        return Arrays.equals(a.shape(), shape) ? a : mul(ones(shape), a);
    }

    public Node permute(Node a, int... axes) {
        if (IntStream.range(0, axes.length).allMatch(i -> axes[i] == i)) {
            return a;
        }
        return Permutation.of(a.shape(), axes).write(this, a);
    }

    public Node concat(int axis, List<Node> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        int at = axis < 0 ? axis + parts.get(0).rank() : axis;
        long[] shape = parts.get(0).shape().clone();
        shape[at] = parts.stream().mapToLong(p -> p.size(at)).sum();
        SDVariable[] variables = parts.stream().map(Node::variable).toArray(SDVariable[]::new);
        return node(sd.concat(at, variables), shape);
    }

    /** The part that starts at {@code begin} and has the given size. */
    public Node slice(Node a, long[] begin, long[] size) {
        if (Arrays.equals(size, a.shape())) {
            return a;
        }
        int[] from = Arrays.stream(begin).mapToInt(Math::toIntExact).toArray();
        int[] extent = Arrays.stream(size).mapToInt(Math::toIntExact).toArray();
        return node(sd.slice(a.variable(), from, extent), size);
    }

    /** Positions [from, to) of one axis. */
    public Node slice(Node a, int axis, long from, long to) {
        int at = axis < 0 ? axis + a.rank() : axis;
        long[] begin = new long[a.rank()];
        long[] size = a.shape().clone();
        begin[at] = from;
        size[at] = to - from;
        return slice(a, begin, size);
    }

    /** Adds {@code before[i]} and {@code after[i]} entries of a value to axis i. */
    public Node pad(Node a, long[] before, long[] after, double value) {
        if (Arrays.stream(before).allMatch(p -> p == 0) && Arrays.stream(after).allMatch(p -> p == 0)) {
            return a;
        }
        long[] shape = IntStream.range(0, a.rank())
                .mapToLong(i -> before[i] + a.size(i) + after[i])
                .toArray();
        AxisGroups groups = AxisGroups.starting(shape, (axis, previous) -> before[axis] + after[axis] > 0);
        long[] sizes = groups.merged(a.shape());
        int[][] rows = new int[sizes.length][2];
        for (int axis = 0; axis < shape.length; axis++) {
            if (before[axis] + after[axis] > 0) {
                int group = groups.of()[axis];
                rows[group][0] = Math.toIntExact(before[axis] * sizes[group] / a.size(axis));
                rows[group][1] = Math.toIntExact(after[axis] * sizes[group] / a.size(axis));
            }
        }
        Node padded = node(sd.nn().pad(reshape(a, sizes).variable(), integers(rows), value), groups.merged(shape));
        return reshape(padded, shape);
    }

    /** [N, C, …] to [N, …, C]; vectors [N, n] stay. */
    public Node channelsLast(Node a) {
        int rank = a.rank();
        return permute(
                a,
                IntStream.range(0, rank)
                        .map(i -> i == 0 ? 0 : i == rank - 1 ? Math.min(1, rank - 1) : i + 1)
                        .toArray());
    }

    /** [N, …, C] to [N, C, …]; vectors [N, n] stay. */
    public Node channelsFirst(Node a) {
        int rank = a.rank();
        return permute(
                a,
                IntStream.range(0, rank)
                        .map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1)
                        .toArray());
    }

    // ---- products and reductions -----------------------------------------------------------------------

    /** Matrix product over the last two axes; leading axes must agree, or one side has none. */
    public Node matmul(Node a, Node b) {
        if (a.rank() > 2 && b.rank() == 2) {
            long[] shape = a.shape().clone();
            shape[a.rank() - 1] = b.size(1);
            return reshape(matmul(reshape(a, -1, a.size(-1)), b), shape);
        }
        if (b.rank() > 2 && a.rank() == 2) {
            long[] batch = b.shape().clone();
            batch[b.rank() - 2] = a.size(0);
            batch[b.rank() - 1] = a.size(1);
            a = add(constant(Nd4j.zeros(DataType.FLOAT, batch)), a);
        }
        return matmul(a, b, false, false);
    }

    /** Matrix product over the last two axes, with either side transposed; both have the same leading axes. */
    public Node matmul(Node a, Node b, boolean transposeA, boolean transposeB) {
        return new MatrixProduct(this).of(a, b, transposeA, transposeB);
    }

    /** Adds one number per channel to the last axis. */
    public Node addBias(Node a, Node bias) {
        return map(a, x -> sd.nn().biasAdd(x, bias.variable(), false));
    }

    /** The sum over the given axes, or over all without any. */
    public Node sum(Node a, boolean keepAxes, int... axes) {
        int[] at = normalised(a, axes);
        return reshape(new Summation(this).over(a, at), reduced(a, keepAxes, at));
    }

    /** The mean over the given axes, or over all without any. */
    public Node mean(Node a, boolean keepAxes, int... axes) {
        int[] at = normalised(a, axes);
        if (a.rank() == 4 && Arrays.equals(at, new int[] {1, 2})) {
            Node mean = spatial().averagePool(a, Window.of((int) a.size(1), (int) a.size(2)), true);
            return reshape(mean, reduced(a, keepAxes, at));
        }
        double count = Arrays.stream(at).mapToDouble(a::size).reduce(1, (x, y) -> x * y);
        return mul(sum(a, keepAxes, axes), 1 / count);
    }

    /** The largest value over the given axes, or over all without any. */
    public Node max(Node a, boolean keepAxes, int... axes) {
        int[] at = normalised(a, axes);
        if (Arrays.stream(at).allMatch(axis -> a.size(axis) == 1)) {
            // Nothing to reduce, which ND4J's kernel does not take.
            return reshape(a, reduced(a, keepAxes, at));
        }
        return node(a.variable().max(keepAxes, at), reduced(a, keepAxes, at));
    }

    /** Softmax over the last axis. */
    public Node softmax(Node a) {
        return map(a, x -> sd.nn().softmax(x, a.rank() - 1));
    }

    /** Logarithm of the softmax over the last axis. */
    public Node logSoftmax(Node a) {
        // Written out, since SameDiff cannot differentiate its own.
        Node shifted = sub(a, max(a, true, -1));
        return sub(shifted, log(sum(exp(shifted), true, -1)));
    }

    // ---- helpers ---------------------------------------------------------------------------------------

    private Node map(Node a, UnaryOperator<SDVariable> operation) {
        return node(operation.apply(a.variable()), a.shape());
    }

    private Node broadcast(Node a, Node b, BinaryOperator<SDVariable> operation) {
        return Broadcast.of(this, a, b).write(this, operation);
    }

    /** An operation on elements for which ND4J has no fast form that repeats values. */
    private Node paired(Node a, Node b, BinaryOperator<SDVariable> operation) {
        long[] shape = Broadcast.shape(a.shape(), b.shape());
        return node(
                operation.apply(
                        broadcastTo(a, shape).variable(), broadcastTo(b, shape).variable()),
                shape);
    }

    private static int[] normalised(Node a, int[] axes) {
        if (axes.length == 0) {
            return IntStream.range(0, a.rank()).toArray();
        }
        return Arrays.stream(axes).map(i -> i < 0 ? i + a.rank() : i).sorted().toArray();
    }

    private static long[] reduced(Node a, boolean keepAxes, int[] axes) {
        List<Integer> gone = Arrays.stream(axes).boxed().toList();
        return IntStream.range(0, a.rank())
                .filter(i -> keepAxes || !gone.contains(i))
                .mapToLong(i -> gone.contains(i) ? 1 : a.size(i))
                .toArray();
    }
}
