package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/** Functions along axes where nothing depends on the signal. */
final class KnownReductions {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("ReduceSum", reduction(row -> row.integers(0, Long::sum), row -> row.numbers(0, Double::sum))),
            entry(
                    "ReduceMean",
                    reduction(row -> row.type().quotient(row.integers(0, Long::sum), row.size()), Row::mean)),
            entry(
                    "ReduceProd",
                    reduction(row -> row.integers(1, (a, b) -> a * b), row -> row.numbers(1, (a, b) -> a * b))),
            entry(
                    "ReduceMax",
                    reduction(
                            row -> row.integers(row.type().least(), row.type()::max),
                            row -> row.numbers(Double.NEGATIVE_INFINITY, Math::max))),
            entry(
                    "ReduceMin",
                    reduction(
                            row -> row.integers(row.type().greatest(), row.type()::min),
                            row -> row.numbers(Double.POSITIVE_INFINITY, Math::min))),
            entry(
                    "ReduceL1",
                    reduction(
                            row -> row.integers(0, (a, b) -> a + row.type().abs(b)),
                            row -> row.numbers(0, (a, b) -> a + Math.abs(b)))),
            entry(
                    "ReduceSumSquare",
                    reduction(row -> row.integers(0, (a, b) -> a + b * b), row -> row.numbers(0, (a, b) -> a + b * b))),
            entry("ReduceL2", ofNumbers(row -> Math.sqrt(row.numbers(0, (a, b) -> a + b * b)))),
            entry("ReduceLogSum", ofNumbers(row -> StrictMath.log(row.numbers(0, Double::sum)))),
            entry("ReduceLogSumExp", ofNumbers(row -> row.logSumExp())),
            entry("ArgMax", Operator.of(call -> best(call, 1))),
            entry("ArgMin", Operator.of(call -> best(call, -1))),
            entry("CumSum", Operator.of(KnownReductions::cumulated)),
            entry("TopK", KnownReductions::top));

    private static final double LARGEST_EXACT = 0x1p53;

    private KnownReductions() {}

    /** Some neighbouring values of a constant. */
    private record Row(Constant x, int from, int size) {

        ElementType type() {
            return x.type();
        }

        long integers(long start, LongBinaryOperator step) {
            long result = start;
            for (int i = 0; i < size; i++) {
                result = step.applyAsLong(result, x.integer(from + i));
            }
            return result;
        }

        double numbers(double start, DoubleBinaryOperator step) {
            double result = start;
            for (int i = 0; i < size; i++) {
                result = step.applyAsDouble(result, x.number(from + i));
            }
            return result;
        }

        /** Sums of squares of its integers, and so smaller sums, are exact doubles. */
        Row requireExact() {
            if (numbers(0, (a, b) -> a + b * b) > LARGEST_EXACT) {
                throw new ArithmeticException("squares of integers add up to more than 2^53");
            }
            return this;
        }

        double mean() {
            return numbers(0, Double::sum) / size;
        }

        double logSumExp() {
            double greatest = numbers(Double.NEGATIVE_INFINITY, Math::max);
            DoubleUnaryOperator shifted = v -> StrictMath.exp(v - greatest);
            return greatest + StrictMath.log(numbers(0, (a, b) -> a + shifted.applyAsDouble(b)));
        }
    }

    private interface OfIntegers {
        long of(Row row);
    }

    private interface OfNumbers {
        double of(Row row);
    }

    private static Operator ofNumbers(OfNumbers numbers) {
        return reduction(row -> (long) numbers.of(row.requireExact()), numbers);
    }

    private static Operator reduction(OfIntegers integers, OfNumbers numbers) {
        return Operator.of(call -> {
            Constant x = call.constant(0);
            int[] given = call.integers(1, "axes");
            boolean none = given == null || given.length == 0;
            boolean noop = call.node().flag("noop_with_empty_axes", false);
            boolean keepAxes = call.node().flag("keepdims", true);
            if (none && noop) {
                Reductions.requireSame(call);
                return x;
            }
            int[] axes = none ? IntStream.range(0, x.rank()).toArray() : call.axes(given, x.rank());
            int[] kept = others(x.rank(), axes);
            Constant rows = x.transpose(
                    IntStream.concat(IntStream.of(kept), IntStream.of(axes)).toArray());
            int size =
                    (int) Arrays.stream(axes).mapToLong(axis -> x.shape()[axis]).reduce(1, (a, b) -> a * b);
            long[] shape =
                    Arrays.stream(kept).mapToLong(axis -> x.shape()[axis]).toArray();
            Constant reduced = x.integer()
                    ? Constant.integers(x.type(), shape, i -> integers.of(new Row(rows, i * size, size)))
                    : Constant.numbers(x.type(), shape, i -> numbers.of(new Row(rows, i * size, size)));
            return keepAxes ? reduced.reshape(ones(x.shape(), axes)) : reduced;
        });
    }

    private static int[] others(int rank, int[] axes) {
        return IntStream.range(0, rank)
                .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
                .toArray();
    }

    private static long[] ones(long[] shape, int[] axes) {
        long[] kept = shape.clone();
        Arrays.stream(axes).forEach(axis -> kept[axis] = 1);
        return kept;
    }

    /** The axis at the end, and how to bring it back. */
    private static Constant toEnd(Constant x, int axis) {
        return x.transpose(IntStream.concat(IntStream.range(0, x.rank()).filter(i -> i != axis), IntStream.of(axis))
                .toArray());
    }

    private static Constant fromEnd(Constant x, int axis) {
        int last = x.rank() - 1;
        return x.transpose(IntStream.range(0, x.rank())
                .map(i -> i < axis ? i : i == axis ? last : i - 1)
                .toArray());
    }

    private static Constant best(Call call, int sign) {
        Constant x = call.constant(0);
        int axis = call.axis(call.node().integer("axis", 0), x.rank());
        boolean last = call.node().flag("select_last_index", false);
        Constant rows = toEnd(x, axis);
        int size = (int) x.shape()[axis];
        long[] shape = Arrays.copyOf(rows.shape(), x.rank() - 1);
        Constant found = Constant.integers(ElementType.INT64, shape, i -> {
            int best = 0;
            for (int k = 1; k < size; k++) {
                int order = sign * compared(rows, i * size + k, i * size + best);
                best = order > 0 || order == 0 && last ? k : best;
            }
            return best;
        });
        return call.node().flag("keepdims", true) ? found.reshape(Shapes.with(x.shape(), axis, 1)) : found;
    }

    private static int compared(Constant x, int i, int j) {
        // Adding 0 makes both zeros equal.
        return x.integer()
                ? x.type().compare(x.integer(i), x.integer(j))
                : Double.compare(x.number(i) + 0.0, x.number(j) + 0.0);
    }

    private static Constant cumulated(Call call) {
        Constant x = call.constant(0);
        int axis = call.axis(call.integer(1), x.rank());
        boolean exclusive = call.node().flag("exclusive", false);
        boolean reverse = call.node().flag("reverse", false);
        Constant rows = toEnd(x, axis);
        int size = (int) x.shape()[axis];
        long[] integers = rows.longs();
        double[] numbers = rows.values();
        for (int from = 0; from < numbers.length; from += size) {
            long integer = 0;
            double number = 0;
            for (int k = 0; k < size; k++) {
                int at = reverse ? from + size - 1 - k : from + k;
                long nextInteger = integer + integers[at];
                double nextNumber = number + numbers[at];
                integers[at] = exclusive ? integer : nextInteger;
                numbers[at] = exclusive ? number : nextNumber;
                integer = nextInteger;
                number = nextNumber;
            }
        }
        Constant sums = x.integer()
                ? Constant.integers(x.type(), rows.shape(), i -> integers[i])
                : Constant.numbers(x.type(), rows.shape(), i -> numbers[i]);
        return fromEnd(sums, axis);
    }

    private static List<Value> top(Call call) {
        Constant x = call.constant(0);
        int axis = call.axis(call.node().integer("axis", -1), x.rank());
        int size = (int) x.shape()[axis];
        long k = call.has(1) ? call.integer(1) : call.node().integer("k", 0);
        if (k < 0 || k > size) {
            throw call.refused("takes %s of %s values".formatted(k, size), OnnxGraph.EXPORT_AGAIN);
        }
        int sign = call.node().flag("largest", true) ? -1 : 1;
        Constant rows = toEnd(x, axis);
        long[] shape = Shapes.with(rows.shape(), x.rank() - 1, k);
        int[] order = new int[(int) Shapes.length(shape)];
        for (int row = 0; row * k < order.length; row++) {
            int from = row * size;
            int[] sorted = IntStream.range(0, size)
                    .boxed()
                    .sorted(Comparator.comparing(i -> i, (i, j) -> sign * compared(rows, from + i, from + j)))
                    .mapToInt(i -> i)
                    .toArray();
            System.arraycopy(sorted, 0, order, (int) (row * k), (int) k);
        }
        int each = (int) Math.max(1, k);
        Constant values = rows.picked(shape, i -> i / each * size + order[i]);
        Constant indices = Constant.integers(ElementType.INT64, shape, i -> order[i]);
        return List.of(fromEnd(values, axis), fromEnd(indices, axis));
    }
}
