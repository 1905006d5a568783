package org.rde4j.nd4j.adjoint;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.functions.DifferentialFunction;

/** The rule of every operation, by ND4J's name of the operation. */
final class Rules {
    private static final Map<String, Rule> TABLE = table();

    private Rules() {}

    private static Map<String, Rule> table() {
        Map<String, Rule> table = new HashMap<>();
        table.putAll(ElementwiseRules.TABLE);
        table.putAll(ShapeRules.TABLE);
        table.putAll(ReductionRules.TABLE);
        table.putAll(SpatialRules.TABLE);
        return Map.copyOf(table);
    }

    /** The rule of an operation; where we have none, ND4J's own gradient. */
    static Rule of(DifferentialFunction function) {
        return TABLE.getOrDefault(function.opName(), Reverse::giveOwn);
    }
}
