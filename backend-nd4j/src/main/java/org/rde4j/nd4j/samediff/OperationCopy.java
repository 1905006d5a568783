package org.rde4j.nd4j.samediff;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.impl.layers.convolution.AvgPooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.MaxPooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Pooling2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.BaseConvolutionConfig;
import org.rde4j.RdeException;

/**
 * Copies one operation object for another graph.
 *
 * <p>The copy is made field by field. ND4J's own ways write an operation to FlatBuffers and read it back,
 * which forgets what the format has no place for: the cutoff of {@code Step}, the {@code keepDims} of a
 * standard deviation, every class that is not registered with ND4J. A copy of the fields forgets nothing and
 * keeps the class, and with it the gradient rule.
 */
final class OperationCopy {
    private final SameDiff target;
    private final Map<String, SDVariable> copies;

    /**
     * Copies for one graph.
     *
     * @param target the graph that the copies belong to
     * @param copies the variables of {@code target} by the names of the variables that they stand for
     */
    OperationCopy(SameDiff target, Map<String, SDVariable> copies) {
        this.target = target;
        this.copies = copies;
    }

    /** The same operation, not yet registered with its graph. */
    DifferentialFunction of(DifferentialFunction operation, String name) {
        try {
            DifferentialFunction copy = (DifferentialFunction) duplicate(operation);
            rewire(copy, name);
            return copy;
        } catch (ReflectiveOperationException e) {
            throw new RdeException(
                    "The operation '%s' (%s) cannot be copied into another graph: %s"
                            .formatted(
                                    operation.getOwnName(), operation.getClass().getName(), e),
                    "Give its class a constructor without parameters.",
                    e);
        }
    }

    private Object duplicate(Object original) throws ReflectiveOperationException {
        Constructor<?> constructor = original.getClass().getDeclaredConstructor();
        constructor.setAccessible(true);
        Object copy = constructor.newInstance();
        for (Class<?> type = original.getClass(); type != Object.class; type = type.getSuperclass()) {
            copyFields(type, original, copy);
        }
        return copy;
    }

    private void copyFields(Class<?> type, Object from, Object to) throws ReflectiveOperationException {
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                field.set(to, copied(field.get(from)));
            }
        }
    }

    /** Variables become those of the target; containers are copied, since operations add to them. */
    private @Nullable Object copied(@Nullable Object value) throws ReflectiveOperationException {
        if (value instanceof BaseConvolutionConfig) {
            // Users hand one configuration to several operations, which write to it.
            return duplicate(value);
        }
        if (value instanceof SDVariable variable) {
            return copies.getOrDefault(variable.name(), variable);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            for (Object element : list) {
                copy.add(copied(element));
            }
            return copy;
        }
        if (value != null && value.getClass().isArray()) {
            int length = Array.getLength(value);
            Object copy = Array.newInstance(value.getClass().getComponentType(), length);
            for (int i = 0; i < length; i++) {
                Array.set(copy, i, copied(Array.get(value, i)));
            }
            return copy;
        }
        return value;
    }

    private void rewire(DifferentialFunction copy, String name) {
        // ND4J notes the kind of pooling in the configuration, where the operation that was made last wins.
        if (copy instanceof MaxPooling2D pooling) {
            pooling.getConfig().setType(Pooling2D.Pooling2DType.MAX);
        } else if (copy instanceof AvgPooling2D pooling) {
            pooling.getConfig().setType(Pooling2D.Pooling2DType.AVG);
        }
        copy.setSameDiff(target);
        copy.setOwnName(name);
        // What the operation last ran on belongs to the source.
        copy.clearArrays();
        if (copy instanceof BaseOp legacy) {
            legacy.setXVertexId(renamed(legacy.getXVertexId()));
            legacy.setYVertexId(renamed(legacy.getYVertexId()));
            legacy.setZVertexId(renamed(legacy.getZVertexId()));
        }
    }

    private @Nullable String renamed(@Nullable String name) {
        SDVariable copy = name == null ? null : copies.get(name);
        return copy == null ? null : copy.name();
    }
}
