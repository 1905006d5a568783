package org.rde4j.nd4j.onnx;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Every operator that a network may use, by its ONNX name. */
final class Operators {
    static final Map<String, Operator> TABLE;

    static {
        Map<String, Operator> table = new TreeMap<>();
        table.putAll(Activations.TABLE);
        table.putAll(Arithmetic.TABLE);
        table.putAll(Convolutions.TABLE);
        table.putAll(Pools.TABLE);
        table.putAll(Reductions.TABLE);
        table.putAll(Normalizations.TABLE);
        table.putAll(Products.TABLE);
        table.putAll(Reshapes.TABLE);
        table.putAll(Selections.TABLE);
        table.putAll(Pads.TABLE);
        table.putAll(Resizes.TABLE);
        table.putAll(Recurrent.TABLE);
        table.putAll(Einsum.TABLE);
        table.putAll(Attention.TABLE);
        table.putAll(Constants.TABLE);
        TABLE = Collections.unmodifiableMap(table);
    }

    private Operators() {}
}
