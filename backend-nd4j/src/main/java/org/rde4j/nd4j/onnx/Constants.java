package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Sizes of signals, and operators that do nothing once a network is trained. */
final class Constants {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Shape", Operator.of(Constants::shape)),
            entry("Size", Operator.of(call -> Constant.integers(call.value(0).length())
                    .reshape())),
            entry("Cast", Operator.of(Constants::cast)),
            entry("CastLike", Operator.of(call -> cast(call, type(call.value(1))))),
            entry("Identity", Operator.of(call -> call.value(0))),
            entry("Dropout", Constants::dropout));

    private Constants() {}

    private static Value shape(Call call) {
        Value x = call.value(0);
        int from = bound(call.node().integer("start", 0), x.rank());
        int to = bound(call.node().integer("end", x.rank()), x.rank());
        return Constant.integers(Arrays.copyOfRange(x.shape(), Math.min(from, to), to));
    }

    private static int bound(long axis, int rank) {
        return (int) Math.min(Math.max(axis < 0 ? axis + rank : axis, 0), rank);
    }

    private static Value cast(Call call) {
        return cast(call, KnownShapes.type(call, call.node().integer("to", 1)));
    }

    /** What depends on the signal is a float. */
    private static ElementType type(Value value) {
        return value instanceof Constant constant ? constant.type() : ElementType.FLOAT;
    }

    private static Value cast(Call call, ElementType type) {
        if (type.isInteger()) {
            throw call.refused(
                    "makes %s of the signal, which has no gradient".formatted(type),
                    "Export the model without rounding.");
        }
        return call.value(0);
    }

    /** The second output, the mask, is all true. */
    private static List<Value> dropout(Call call) {
        if (call.has(2) && call.constant(2).integer(0) != 0 && call.number(1, "ratio", 0.5) != 0) {
            throw call.refused(
                    "has the training_mode, which draws random numbers",
                    "Export the model for inference: model.eval() in PyTorch.");
        }
        return List.of(
                call.value(0),
                Constant.integers(ElementType.BOOL, new long[0], i -> 1)
                        .broadcast(call.value(0).shape()));
    }
}
