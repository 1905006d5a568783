package org.rde4j.nd4j.onnx;

import java.util.List;
import java.util.function.Function;

/** How one ONNX operator is written into a graph. */
@FunctionalInterface
interface Operator {

    /** The values of the node's outputs, in their order; outputs that only training needs may be missing. */
    List<Value> lower(Call call);

    /** An operator with one output. */
    static Operator of(Function<Call, Value> lowering) {
        return call -> List.of(lowering.apply(call));
    }
}
