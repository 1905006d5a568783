package org.rde4j.nd4j.onnx;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Operators that cannot be explained through, with what to do instead. */
final class Refusals {
    static final Map<String, Operator> TABLE = table();

    private Refusals() {}

    private static Map<String, Operator> table() {
        Map<String, Operator> table = new TreeMap<>();
        refuse(
                table,
                "makes integers of the signal, which have no gradient",
                "Choose an output before it.",
                "ArgMax",
                "ArgMin",
                "NonZero",
                "Unique");
        refuse(
                table,
                "computes with integers made of the signal",
                "Export the network before it was quantised, or with QuantizeLinear and DequantizeLinear.",
                "ConvInteger",
                "MatMulInteger",
                "QLinearConv",
                "QLinearMatMul",
                "DynamicQuantizeLinear");
        refuse(
                table,
                "chooses places by the signal, which is not supported",
                "Choose an output before it.",
                "NonMaxSuppression",
                "RoiAlign",
                "MaxRoiPool",
                "MaxUnpool",
                "GridSample",
                "AffineGrid",
                "Col2Im");
        refuse(
                table,
                "draws random numbers, which an explanation cannot repeat",
                "Export the model for inference.",
                "RandomNormal",
                "RandomNormalLike",
                "RandomUniform",
                "RandomUniformLike",
                "Multinomial",
                "Bernoulli");
        return table;
    }

    private static void refuse(Map<String, Operator> table, String problem, String remedy, String... operators) {
        Arrays.stream(operators)
                .forEach(operator -> table.put(operator, call -> {
                    throw call.refused(problem, remedy);
                }));
    }
}
