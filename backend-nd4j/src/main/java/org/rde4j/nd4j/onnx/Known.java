package org.rde4j.nd4j.onnx;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every operator that has values of its own where nothing depends on the signal: in the types and with the rounding of
 * ONNX. Those that only choose, move and join are in {@link Operators}, for constants and signals alike; any other
 * operator of constants is written into a graph like one of signals and evaluated once.
 */
final class Known {
    static final Map<String, Operator> TABLE;

    static {
        Map<String, Operator> table = new TreeMap<>();
        table.putAll(KnownArithmetic.TABLE);
        table.putAll(KnownReductions.TABLE);
        table.putAll(KnownSelections.TABLE);
        table.putAll(KnownShapes.TABLE);
        TABLE = Collections.unmodifiableMap(table);
    }

    private Known() {}
}
