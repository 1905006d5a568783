package org.rde4j.nd4j.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.graph.Ancestry;

/**
 * What is known of every variable before anything runs: its type and shape and, where it follows from
 * constants and shapes alone, its value.
 *
 * <p>ND4J's shape functions want arrays. Unknown values are stood in for by arrays that are never written or
 * read, one for each shape; {@link #close} frees them.
 */
public final class Inference implements AutoCloseable {
    /** Operations that only look at the shape of their input. */
    private static final Set<String> OF_SHAPE =
            Set.of("shape_of", "shapes_of", "rank", "size", "size_at", "zeros_as", "ones_as");

    private final Map<String, INDArray> arrays = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    private final Map<LongShapeDescriptor, INDArray> phantoms = new HashMap<>();

    private Inference() {}

    /**
     * Looks at a part of a graph.
     *
     * @param graph placeholders have known shapes, variables and constants have arrays
     * @param part what to look at
     * @return types, shapes and values
     */
    public static Inference of(SameDiff graph, Ancestry part) {
        Inference inference = new Inference();
        part.leaves().forEach(name -> inference.leaf(graph.getVariable(name)));
        part.operations().forEach(inference::operation);
        return inference;
    }

    /** The size of each axis. */
    public long[] shape(String variable) {
        return array(variable).shape().clone();
    }

    /** Whether the value is the same in every run. */
    public boolean isKnown(String variable) {
        return known.contains(variable);
    }

    /** An array of the right type and shape; it holds the value only if that is known. */
    public INDArray array(String variable) {
        INDArray array = arrays.get(variable);
        if (array == null) {
            throw new IllegalStateException("nothing is known of '" + variable + "'");
        }
        return array;
    }

    private void leaf(SDVariable leaf) {
        switch (leaf.getVariableType()) {
            case CONSTANT -> {
                arrays.put(leaf.name(), leaf.getArr());
                known.add(leaf.name());
            }
            case VARIABLE -> arrays.put(leaf.name(), leaf.getArr());
            default -> arrays.put(
                    leaf.name(), phantom(LongShapeDescriptor.fromShape(leaf.placeholderShape(), leaf.dataType())));
        }
    }

    private void operation(SameDiffOp operation) {
        DifferentialFunction function = operation.getOp();
        List<String> names = Ancestry.inputs(operation);
        INDArray[] inputs = names.stream().map(this::array).toArray(INDArray[]::new);
        List<LongShapeDescriptor> shapes = PlannedOperation.shapes(function, inputs);
        List<String> outputs = operation.getOutputsOfOp();
        List<INDArray> results = new ArrayList<>();
        boolean fixed = known.containsAll(names) || OF_SHAPE.contains(function.opName());
        for (LongShapeDescriptor shape : shapes) {
            results.add(fixed ? Nd4j.create(shape, false) : phantom(shape));
        }
        if (fixed) {
            PlannedOperation.of(function, inputs, results.toArray(INDArray[]::new))
                    .run();
            known.addAll(outputs);
        }
        for (int i = 0; i < outputs.size(); i++) {
            arrays.put(outputs.get(i), results.get(i));
        }
    }

    private INDArray phantom(LongShapeDescriptor shape) {
        return phantoms.computeIfAbsent(
                shape,
                s -> s.getShape().length == 0
                        ? Nd4j.scalar(s.dataType(), 0)
                        : Nd4j.createUninitialized(s.dataType(), s.getShape(), 'c'));
    }

    /** Frees the arrays that only stood in; shapes and values can no longer be asked for. */
    @Override
    public void close() {
        phantoms.values().forEach(INDArray::close);
        phantoms.clear();
        arrays.clear();
        known.clear();
    }
}
