package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Node;

/** Operators that repeat values, add them up along an axis or keep a triangle of them. */
final class Repetitions {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Expand", Operator.of(Repetitions::expand)),
            entry("Tile", Operator.of(Repetitions::tile)),
            entry("CumSum", Operator.of(Repetitions::cumulative)),
            entry("Trilu", Operator.of(Repetitions::triangle)));

    /** Sums along longer axes would take too large a matrix. */
    private static final long LONGEST_AXIS = 1 << 12;

    private Repetitions() {}

    private static Value expand(Call call) {
        Activation x = call.activation(0);
        long[] given = call.constant(1).longs();
        int rank = Math.max(x.rank(), given.length);
        long[] wanted = Shapes.extended(given, rank);
        long @Nullable [] shape = Shapes.broadcast(Shapes.extended(x.shape(), rank), wanted);
        if (shape == null) {
            throw call.refused(
                    "cannot repeat %s to %s".formatted(x, Arrays.toString(given)),
                    "Give signals of the size that the model was exported for.");
        }
        call.requireSize(shape);
        Activation whole = x.reshape(Shapes.extended(x.shape(), rank));
        long[] held = Arrays.stream(whole.layout().axes(rank))
                .mapToLong(i -> shape[i])
                .toArray();
        return whole.keeping(call.graph().broadcastTo(whole.node(), held));
    }

    /** Each axis gets one of size 1 before it, which is repeated. */
    private static Value tile(Call call) {
        Activation x = call.activation(0);
        long[] times = call.constant(1).longs();
        if (times.length != x.rank() || Arrays.stream(times).anyMatch(t -> t < 1)) {
            throw call.refused("repeats %s by %s".formatted(x, Arrays.toString(times)), OnnxGraph.EXPORT_AGAIN);
        }
        long[] shape = IntStream.range(0, x.rank())
                .mapToLong(i -> saturated(times[i], x.shape()[i]))
                .toArray();
        call.requireSize(shape);
        long[] apart = new long[2 * x.rank()];
        long[] repeated = new long[2 * x.rank()];
        for (int i = 0; i < x.rank(); i++) {
            apart[2 * i] = 1;
            apart[2 * i + 1] = x.shape()[i];
            repeated[2 * i] = times[i];
            repeated[2 * i + 1] = x.shape()[i];
        }
        Node wide = call.graph().broadcastTo(call.graph().reshape(x.plain(), apart), repeated);
        return Activation.plain(call.graph(), call.graph().reshape(wide, shape));
    }

    private static long saturated(long a, long b) {
        return b == 0 || a <= Long.MAX_VALUE / b ? a * b : Long.MAX_VALUE;
    }

    private static Value cumulative(Call call) {
        Activation x = call.activation(0);
        int axis = call.axis((long) call.number(1, "axis", 0), x.rank());
        int size = Math.toIntExact(x.shape()[axis]);
        if (size > LONGEST_AXIS) {
            throw call.refused(
                    "adds up %s values, but at most %s are supported".formatted(size, LONGEST_AXIS),
                    "Give smaller signals.");
        }
        INDArray sums = triangle(call.node().flag("exclusive", false) ? 1 : 0, size);
        INDArray matrix = call.node().flag("reverse", false) ? sums.transpose().dup('c') : sums;
        return x.keeping(call.graph().selection().mix(x.node(), x.layout().axis(axis, x.rank()), matrix));
    }

    /** Ones at least so far below the diagonal. */
    static INDArray triangle(int below, int size) {
        INDArray matrix = Nd4j.zeros(DataType.FLOAT, size, size);
        for (int row = 0; row < size; row++) {
            for (int column = 0; column <= row - below; column++) {
                matrix.putScalar(row, column, 1);
            }
        }
        return matrix;
    }

    private static Value triangle(Call call) {
        Activation x = call.activation(0);
        if (x.rank() < 2) {
            throw call.refused("gets %s, but wants matrices".formatted(x), OnnxGraph.EXPORT_AGAIN);
        }
        boolean upper = call.node().flag("upper", true);
        long diagonal = (long) call.number(1, "k", 0);
        int rows = Math.toIntExact(x.shape()[x.rank() - 2]);
        int columns = Math.toIntExact(x.shape()[x.rank() - 1]);
        INDArray mask = Nd4j.zeros(DataType.FLOAT, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                long above = (long) j - i;
                mask.putScalar(i, j, (upper ? above >= diagonal : above <= diagonal) ? 1 : 0);
            }
        }
        Node zero = call.graph().zero(2);
        return Activation.plain(call.graph(), call.graph().choose(call.graph().constant(mask), x.plain(), zero));
    }
}
