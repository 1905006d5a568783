package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;

/** Constants, sizes, and operators that do nothing once a network is trained. */
final class Constants {
    static final Map<String, Operator> TABLE = Map.ofEntries(
            entry("Constant", Operator.of(Constants::constant)),
            entry("ConstantOfShape", Operator.of(Constants::filled)),
            entry("Shape", Operator.of(Constants::shape)),
            entry("Cast", Operator.of(Constants::cast)),
            entry("Identity", Operator.of(call -> call.value(0))),
            entry("Dropout", Constants::dropout));

    /** Networks fill small shapes only; the size comes from the file, and memory must not. */
    private static final long LARGEST_FILL = 1 << 24;

    private Constants() {}

    /** The second output, the mask, is all true. */
    private static List<Value> dropout(Call call) {
        if (call.has(2) && call.constant(2).values()[0] != 0 && call.number(1, "ratio", 0.5) != 0) {
            throw call.refused(
                    "has the training_mode, which draws random numbers",
                    "Export the model for inference: model.eval() in PyTorch.");
        }
        return List.of(call.value(0), Constant.scalar(1).broadcast(call.value(0).shape()));
    }

    private static Value constant(Call call) {
        OnnxNode node = call.node();
        TensorProto tensor = node.tensor("value");
        if (tensor != null) {
            return TensorData.decode(tensor);
        }
        double[] numbers = node.numbers("value_floats");
        if (numbers != null) {
            return new Constant(numbers, false, numbers.length);
        }
        long[] integers = node.integers("value_ints");
        if (integers != null) {
            return Constant.integers(integers);
        }
        if (node.has("value_int")) {
            return Constant.integers(node.integer("value_int", 0)).reshape();
        }
        if (node.has("value_float")) {
            return Constant.scalar(node.number("value_float", 0));
        }
        throw call.refused("has no numeric value", "Export the model without strings.");
    }

    private static Value filled(Call call) {
        long[] shape = call.constant(0).longs();
        if (Arrays.stream(shape).anyMatch(size -> size < 0) || Shapes.length(shape) > LARGEST_FILL) {
            throw call.refused(
                    "fills the shape %s, but at most %s values are allowed"
                            .formatted(Arrays.toString(shape), LARGEST_FILL),
                    OnnxGraph.EXPORT_AGAIN);
        }
        TensorProto tensor = call.node().tensor("value");
        Constant value = tensor == null ? Constant.scalar(0) : TensorData.decode(tensor);
        double[] values = new double[(int) Shapes.length(shape)];
        Arrays.fill(values, value.values()[0]);
        return new Constant(values, value.integer(), shape);
    }

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
        DataType type = DataType.forNumber((int) call.node().integer("to", 1));
        boolean integers = type != null && TensorData.isInteger(type);
        if (call.value(0) instanceof Constant constant) {
            double[] values = constant.values().clone();
            if (integers) {
                Arrays.setAll(values, i -> type == DataType.BOOL ? (values[i] == 0 ? 0 : 1) : (long) values[i]);
            }
            return new Constant(values, integers, constant.shape());
        }
        if (integers) {
            throw call.refused(
                    "makes %s of the signal, which has no gradient".formatted(type),
                    "Export the model without rounding.");
        }
        return call.value(0);
    }
}
