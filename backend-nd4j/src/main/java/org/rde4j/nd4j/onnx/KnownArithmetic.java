package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Functions of single values where nothing depends on the signal: exact for integers, rounded to its type for floats. */
final class KnownArithmetic {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Add", binary((type, a, b) -> a + b, Double::sum)),
            entry("Sub", binary((type, a, b) -> a - b, (a, b) -> a - b)),
            entry("Mul", binary((type, a, b) -> a * b, (a, b) -> a * b)),
            // Dividing by zero is caught where the operator is refused.
            entry("Div", binary(ElementType::quotient, (a, b) -> a / b)),
            entry("Mod", Operator.of(KnownArithmetic::modulo)),
            entry("Pow", Operator.of(KnownArithmetic::power)),
            entry("Min", Operator.of(call -> folded(call, ElementType::min, Math::min))),
            entry("Max", Operator.of(call -> folded(call, ElementType::max, Math::max))),
            entry("Sum", Operator.of(call -> folded(call, (type, a, b) -> a + b, Double::sum))),
            entry("Mean", Operator.of(KnownArithmetic::mean)),
            entry("And", logical((type, a, b) -> a & b)),
            entry("Or", logical((type, a, b) -> a | b)),
            entry("Xor", logical((type, a, b) -> a ^ b)),
            entry("BitwiseAnd", binary((type, a, b) -> a & b, null)),
            entry("BitwiseOr", binary((type, a, b) -> a | b, null)),
            entry("BitwiseXor", binary((type, a, b) -> a ^ b, null)),
            entry("BitShift", Operator.of(KnownArithmetic::shift)),
            entry("Equal", comparison(order -> order == 0, (a, b) -> a == b)),
            entry("Less", comparison(order -> order < 0, (a, b) -> a < b)),
            entry("LessOrEqual", comparison(order -> order <= 0, (a, b) -> a <= b)),
            entry("Greater", comparison(order -> order > 0, (a, b) -> a > b)),
            entry("GreaterOrEqual", comparison(order -> order >= 0, (a, b) -> a >= b)),
            entry("Not", unary((type, a) -> a == 0 ? 1 : 0, null)),
            entry("BitwiseNot", unary((type, a) -> ~a, null)),
            entry("Neg", unary((type, a) -> -a, a -> -a)),
            entry("Abs", unary(ElementType::abs, Math::abs)),
            entry("Sign", unary(ElementType::sign, Math::signum)),
            entry("Floor", unary(null, Math::floor)),
            entry("Ceil", unary(null, Math::ceil)),
            // To the even one of two neighbours, as ONNX wants it.
            entry("Round", unary(null, Math::rint)),
            entry("Sqrt", unary(null, Math::sqrt)),
            entry("Reciprocal", unary(null, a -> 1 / a)),
            entry("Exp", unary(null, StrictMath::exp)),
            entry("Log", unary(null, StrictMath::log)),
            entry("Sin", unary(null, StrictMath::sin)),
            entry("Cos", unary(null, StrictMath::cos)),
            entry("Tan", unary(null, StrictMath::tan)),
            entry("Asin", unary(null, StrictMath::asin)),
            entry("Acos", unary(null, StrictMath::acos)),
            entry("Atan", unary(null, StrictMath::atan)),
            entry("Sinh", unary(null, StrictMath::sinh)),
            entry("Cosh", unary(null, StrictMath::cosh)),
            entry("Tanh", unary(null, StrictMath::tanh)),
            entry("Sigmoid", unary(null, a -> 1 / (1 + StrictMath.exp(-a)))),
            entry("Relu", unary((type, a) -> type.max(a, 0), a -> Math.max(a, 0))),
            entry("IsNaN", test(a -> Double.isNaN(a) ? 1 : 0)),
            entry("IsInf", Operator.of(KnownArithmetic::infinite)),
            entry("Clip", Operator.of(KnownArithmetic::clip)),
            entry("Where", Operator.of(KnownArithmetic::where)));

    /** Whole numbers of all floating types up to here are exact. */
    private static final double LARGEST_EXPONENT = 1 << 24;

    private KnownArithmetic() {}

    /** A function of integers of one type. */
    private interface OfInteger {
        long of(ElementType type, long a);
    }

    private interface OfIntegers {
        long of(ElementType type, long a, long b);
    }

    private interface DoubleTest {
        boolean of(double a, double b);
    }

    private static Operator unary(@Nullable OfInteger integers, @Nullable DoubleUnaryOperator numbers) {
        return Operator.of(call -> {
            Constant x = call.constant(0);
            if (x.integer() ? integers == null : numbers == null) {
                throw wrongType(call, x);
            }
            return x.integer()
                    ? Constant.integers(x.type(), x.shape(), i -> integers.of(x.type(), x.integer(i)))
                    : Constant.numbers(x.type(), x.shape(), i -> numbers.applyAsDouble(x.number(i)));
        });
    }

    private static Operator test(DoubleUnaryOperator function) {
        return Operator.of(call -> {
            Constant x = call.constant(0);
            return Constant.numbers(ElementType.BOOL, x.shape(), i -> function.applyAsDouble(x.number(i)));
        });
    }

    private static Operator binary(OfIntegers integers, @Nullable DoubleBinaryOperator numbers) {
        return Operator.of(call -> combined(call, call.constant(0), call.constant(1), integers, numbers));
    }

    private static Constant combined(
            Call call, Constant first, Constant second, OfIntegers integers, @Nullable DoubleBinaryOperator numbers) {
        long[] shape = Aligned.common(call, List.of(first, second));
        Constant a = first.broadcast(shape);
        Constant b = second.broadcast(shape);
        if (a.integer() && b.integer()) {
            return Constant.integers(a.type(), shape, i -> integers.of(a.type(), a.integer(i), b.integer(i)));
        }
        if (numbers == null) {
            throw wrongType(call, a);
        }
        ElementType type = a.integer() ? b.type() : a.type();
        return Constant.numbers(type, shape, i -> numbers.applyAsDouble(a.number(i), b.number(i)));
    }

    private static org.rde4j.RdeException wrongType(Call call, Constant x) {
        return call.refused("does not take values of the type %s".formatted(x.type()), OnnxGraph.EXPORT_AGAIN);
    }

    private static Operator logical(OfIntegers function) {
        return Operator.of(call -> {
            Constant a = call.constant(0).cast(ElementType.BOOL);
            Constant b = call.constant(1).cast(ElementType.BOOL);
            return combined(call, a, b, function, null);
        });
    }

    private static Operator comparison(IntPredicate order, DoubleTest numbers) {
        return Operator.of(call -> {
            long[] shape = Aligned.common(call, List.of(call.constant(0), call.constant(1)));
            Constant a = call.constant(0).broadcast(shape);
            Constant b = call.constant(1).broadcast(shape);
            return a.integer() && b.integer()
                    ? Constant.integers(
                            ElementType.BOOL,
                            shape,
                            i -> order.test(a.type().compare(a.integer(i), b.integer(i))) ? 1 : 0)
                    : Constant.integers(ElementType.BOOL, shape, i -> numbers.of(a.number(i), b.number(i)) ? 1 : 0);
        });
    }

    private static Constant folded(Call call, OfIntegers integers, DoubleBinaryOperator numbers) {
        Constant result = call.constant(0);
        for (int input = 1; input < call.node().inputs().size(); input++) {
            result = combined(call, result, call.constant(input), integers, numbers);
        }
        return result;
    }

    private static Constant mean(Call call) {
        Constant sum = folded(call, (type, a, b) -> a + b, Double::sum);
        int count = call.node().inputs().size();
        return Constant.numbers(sum.type(), sum.shape(), i -> sum.number(i) / count);
    }

    /** The sign is that of the divisor, or with fmod that of the dividend. */
    private static Constant modulo(Call call) {
        boolean fmod = call.node().flag("fmod", false);
        return combined(
                call,
                call.constant(0),
                call.constant(1),
                fmod ? ElementType::remainder : ElementType::modulus,
                fmod ? (a, b) -> a % b : null);
    }

    /** In the type of the base; powers of integers are exact where they are integers. */
    private static Constant power(Call call) {
        long[] shape = Aligned.common(call, List.of(call.constant(0), call.constant(1)));
        Constant second = call.constant(1);
        Constant a = call.constant(0).broadcast(shape);
        Constant b = second.broadcast(shape);
        boolean whole = IntStream.range(0, (int) second.length())
                .mapToDouble(second::number)
                .allMatch(e -> e >= 0 && e <= LARGEST_EXPONENT && e == Math.rint(e));
        return a.integer() && whole
                ? Constant.integers(a.type(), shape, i -> power(a.integer(i), b.integer(i)))
                : Constant.numbers(a.type(), shape, i -> StrictMath.pow(a.number(i), b.number(i)));
    }

    private static long power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            result = (rest & 1) == 1 ? result * square : result;
            square *= square;
        }
        return result;
    }

    private static Constant shift(Call call) {
        boolean left = call.node().text("direction", "").equals("LEFT");
        return combined(
                call,
                call.constant(0),
                call.constant(1),
                (type, a, by) -> by < 0 || by > 63 ? 0 : left ? a << by : a >>> by,
                null);
    }

    private static Constant infinite(Call call) {
        boolean negative = call.node().flag("detect_negative", true);
        boolean positive = call.node().flag("detect_positive", true);
        Constant x = call.constant(0);
        return Constant.integers(
                ElementType.BOOL,
                x.shape(),
                i -> Double.isInfinite(x.number(i)) && (x.number(i) > 0 ? positive : negative) ? 1 : 0);
    }

    private static Constant clip(Call call) {
        Constant x = call.constant(0);
        if (x.integer()) {
            ElementType type = x.type();
            long low = call.has(1) ? call.integer(1) : type.least();
            long high = call.has(2) ? call.integer(2) : type.greatest();
            return Constant.integers(type, x.shape(), i -> type.min(type.max(x.integer(i), low), high));
        }
        double low = call.number(1, "min", Double.NEGATIVE_INFINITY);
        double high = call.number(2, "max", Double.POSITIVE_INFINITY);
        return Constant.numbers(x.type(), x.shape(), i -> Math.min(Math.max(x.number(i), low), high));
    }

    private static Constant where(Call call) {
        List<Constant> parts = List.of(call.constant(0), call.constant(1), call.constant(2));
        if (parts.get(1).type() != parts.get(2).type()) {
            throw call.refused(
                    "chooses between the types %s and %s"
                            .formatted(parts.get(1).type(), parts.get(2).type()),
                    OnnxGraph.EXPORT_AGAIN);
        }
        long[] shape = Aligned.common(call, parts);
        Constant condition = parts.get(0).broadcast(shape);
        Constant yes = parts.get(1).broadcast(shape);
        Constant no = parts.get(2).broadcast(shape);
        return yes.integer()
                ? Constant.integers(yes.type(), shape, i -> condition.integer(i) != 0 ? yes.integer(i) : no.integer(i))
                : Constant.numbers(yes.type(), shape, i -> condition.integer(i) != 0 ? yes.number(i) : no.number(i));
    }
}
