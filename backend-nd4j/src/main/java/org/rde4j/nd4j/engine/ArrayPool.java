package org.rde4j.nd4j.engine;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays that wait for their next use. */
final class ArrayPool {
    private final Map<String, Deque<INDArray>> waiting = new HashMap<>();

    /** An array of a shape, used before or new. */
    INDArray take(LongShapeDescriptor shape) {
        Deque<INDArray> same = waiting.get(shape.dataType() + Arrays.toString(shape.getShape()));
        return same == null || same.isEmpty() ? Nd4j.create(shape.dataType(), shape.getShape(), 'c') : same.pop();
    }

    /** Says that an array is no longer needed. */
    void giveBack(INDArray array) {
        waiting.computeIfAbsent(array.dataType() + Arrays.toString(array.shape()), key -> new ArrayDeque<>())
                .push(array);
    }
}
