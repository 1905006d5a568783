package org.rde4j.nd4j.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseScalarOp;
import org.nd4j.linalg.api.ops.BaseTransformSameOp;
import org.nd4j.linalg.api.ops.BaseTransformStrictOp;
import org.nd4j.linalg.api.ops.impl.shape.ExpandDims;
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.api.ops.impl.shape.Squeeze;
import org.rde4j.nd4j.graph.Ancestry;

/**
 * The operations that some outputs need, in order, each bound to its arrays once and for all, so that a run
 * is nothing but the operations. Values that are never alive together share memory, a reshaped value is a
 * second view of the first, and operations on single elements overwrite what nobody reads any more.
 */
final class Plan {
    private final List<PlannedOperation> operations;
    private final Map<String, INDArray> outputs;

    private Plan(List<PlannedOperation> operations, Map<String, INDArray> outputs) {
        this.operations = operations;
        this.outputs = outputs;
    }

    /**
     * Plans a part of a graph.
     *
     * @param part the operations
     * @param inference types and shapes, and the values of whatever never changes
     * @param given the arrays of placeholders and variables by name
     * @param wanted the names of the outputs
     * @param memory where results live
     */
    static Plan of(
            Ancestry part, Inference inference, Map<String, INDArray> given, List<String> wanted, Memory memory) {
        return new Planner(part, inference, given, wanted).plan(memory);
    }

    /** Runs all operations. */
    Map<String, INDArray> run() {
        operations.forEach(PlannedOperation::run);
        return outputs;
    }

    /** Decides where each result lives. */
    private static final class Planner {
        /** Operations on two arrays that may write over one of them. */
        private static final Set<String> PAIRWISE = Set.of("add", "subtract", "multiply", "divide", "biasadd");

        private final List<SameDiffOp> order;
        private final Inference inference;
        private final Map<String, INDArray> given;
        private final List<String> wanted;
        /** Which value's memory a reshaped value looks at. */
        private final Map<String, String> owners = new HashMap<>();

        private final Map<String, Integer> lastUse = new HashMap<>();
        private final Map<String, Memory.Slot> slots = new HashMap<>();

        Planner(Ancestry part, Inference inference, Map<String, INDArray> given, List<String> wanted) {
            this.order = part.operations().stream()
                    .filter(operation ->
                            !inference.isKnown(operation.getOutputsOfOp().get(0)))
                    .toList();
            this.inference = inference;
            this.given = given;
            this.wanted = wanted;
        }

        Plan plan(Memory memory) {
            findLastUses();
            List<Memory.Slot> distinct = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                place(order.get(i), i, distinct);
            }
            Memory.place(distinct);
            memory.hold(distinct);
            Map<String, INDArray> arrays = new HashMap<>();
            List<PlannedOperation> planned = new ArrayList<>();
            for (SameDiffOp operation : order) {
                if (!isAlias(operation)) {
                    planned.add(PlannedOperation.of(
                            operation.getOp(),
                            arrays(Ancestry.inputs(operation), arrays, memory),
                            arrays(operation.getOutputsOfOp(), arrays, memory)));
                }
            }
            Map<String, INDArray> outputs = new LinkedHashMap<>();
            wanted.forEach(name -> outputs.put(name, array(name, arrays, memory)));
            return new Plan(planned, outputs);
        }

        private void findLastUses() {
            for (int i = 0; i < order.size(); i++) {
                SameDiffOp operation = order.get(i);
                if (isAlias(operation)) {
                    owners.put(
                            operation.getOutputsOfOp().get(0),
                            owner(Ancestry.inputs(operation).get(0)));
                }
                for (String input : Ancestry.inputs(operation)) {
                    lastUse.put(owner(input), i);
                }
            }
            wanted.forEach(name -> lastUse.put(owner(name), Integer.MAX_VALUE));
        }

        /** Row-major reshapes of plain arrays need no copy. */
        private boolean isAlias(SameDiffOp operation) {
            DifferentialFunction function = operation.getOp();
            boolean rowMajor = function instanceof Reshape reshape
                    && reshape.numIArguments() > 0
                    && reshape.getIArgument(0) == -'c';
            if (!rowMajor && !(function instanceof ExpandDims) && !(function instanceof Squeeze)) {
                return false;
            }
            String source = owner(Ancestry.inputs(operation).get(0));
            INDArray outside = given.get(source);
            return outside == null || outside.ordering() == 'c' && outside.elementWiseStride() == 1;
        }

        private String owner(String value) {
            return owners.getOrDefault(value, value);
        }

        private void place(SameDiffOp operation, int position, List<Memory.Slot> distinct) {
            if (isAlias(operation)) {
                return;
            }
            for (String output : operation.getOutputsOfOp()) {
                INDArray shape = inference.array(output);
                int last = lastUse.getOrDefault(output, position);
                Memory.Slot slot = overwritten(operation, output, position);
                if (slot == null) {
                    slot = new Memory.Slot(shape.dataType(), shape.length(), position, last);
                    distinct.add(slot);
                }
                slot.extendTo(last);
                slots.put(output, slot);
            }
        }

        /** The slot of an input that this operation is the last to read, and may write its result over. */
        private Memory.@Nullable Slot overwritten(SameDiffOp operation, String output, int position) {
            DifferentialFunction function = operation.getOp();
            boolean pairwise = PAIRWISE.contains(function.opName());
            boolean single = function instanceof BaseScalarOp
                    || function instanceof BaseTransformSameOp
                    || function instanceof BaseTransformStrictOp;
            if (!pairwise && !single) {
                return null;
            }
            List<String> inputs = Ancestry.inputs(operation);
            INDArray result = inference.array(output);
            boolean alike = inputs.stream().allMatch(input -> sameShape(input, result));
            // While ND4J broadcasts, only the first array is safe to write over.
            int candidates = alike ? inputs.size() : 1;
            for (int i = 0; i < candidates; i++) {
                Memory.Slot slot = slots.get(owner(inputs.get(i)));
                if (slot != null && slot.last() == position && sameShape(inputs.get(i), result)) {
                    return slot;
                }
            }
            return null;
        }

        private boolean sameShape(String value, INDArray result) {
            INDArray array = inference.array(value);
            return array.dataType() == result.dataType() && Arrays.equals(array.shape(), result.shape());
        }

        private INDArray[] arrays(List<String> names, Map<String, INDArray> arrays, Memory memory) {
            return names.stream().map(name -> array(name, arrays, memory)).toArray(INDArray[]::new);
        }

        private INDArray array(String name, Map<String, INDArray> arrays, Memory memory) {
            INDArray array = arrays.get(name);
            if (array == null) {
                array = find(name, memory);
                arrays.put(name, array);
            }
            return array;
        }

        private INDArray find(String name, Memory memory) {
            long[] shape = inference.shape(name);
            String owner = owner(name);
            Memory.Slot slot = slots.get(owner);
            if (slot != null) {
                return memory.array(slot, shape);
            }
            if (inference.isKnown(name)) {
                return inference.array(name);
            }
            INDArray outside = given.get(owner);
            if (outside == null) {
                throw new IllegalStateException("no array for '" + owner + "'");
            }
            if (!name.equals(owner)) {
                return outside.reshape('c', shape);
            }
            if (!Arrays.equals(outside.shape(), shape)) {
                throw new IllegalStateException("the array %s of '%s' should be %s"
                        .formatted(Arrays.toString(outside.shape()), name, Arrays.toString(shape)));
            }
            return outside;
        }
    }
}
