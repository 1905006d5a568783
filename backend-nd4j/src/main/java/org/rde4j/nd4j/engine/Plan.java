package org.rde4j.nd4j.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.api.ops.impl.transforms.gradient.GradientBackwardsMarker;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The operations that some outputs need, in order, each bound to its arrays. Arrays are shared between values
 * that are never alive together.
 */
final class Plan {
    private final List<PlannedOperation> operations;
    private final Map<String, INDArray> outputs;

    private Plan(List<PlannedOperation> operations, Map<String, INDArray> outputs) {
        this.operations = operations;
        this.outputs = outputs;
    }

    /**
     * Plans a graph. Runs it once, because ND4J knows shapes only then.
     *
     * @param graph the operations
     * @param arrays inputs, variables and constants by name
     * @param wanted the names of the outputs
     */
    static Plan of(SameDiff graph, Map<String, INDArray> arrays, List<String> wanted) {
        return new Planner(graph, arrays, wanted).plan();
    }

    /** Runs all operations. */
    Map<String, INDArray> run() {
        operations.forEach(PlannedOperation::run);
        return outputs;
    }

    /** Walks the operations once and decides where each result lives. */
    private static final class Planner {
        private final Map<String, SameDiffOp> operations;
        private final Map<String, Variable> variables;
        private final Map<String, INDArray> arrays;
        private final List<String> wanted;
        private final List<SameDiffOp> order = new ArrayList<>();
        /** Which value's memory a reshaped value looks at. */
        private final Map<String, String> owners = new HashMap<>();

        private final Map<String, Integer> lastUse = new HashMap<>();
        private final Set<String> pooled = new HashSet<>();
        private final ArrayPool pool = new ArrayPool();

        Planner(SameDiff graph, Map<String, INDArray> arrays, List<String> wanted) {
            this.operations = graph.getOps();
            this.variables = graph.getVariables();
            this.arrays = new HashMap<>(arrays);
            this.wanted = wanted;
        }

        Plan plan() {
            Set<String> seen = new HashSet<>();
            wanted.forEach(name -> visit(name, seen));
            findLastUses();
            List<PlannedOperation> planned = new ArrayList<>();
            for (int i = 0; i < order.size(); i++) {
                place(order.get(i), planned);
                release(order.get(i), i);
            }
            Map<String, INDArray> outputs = new LinkedHashMap<>();
            wanted.forEach(name -> outputs.put(name, arrays.get(name)));
            return new Plan(planned, outputs);
        }

        /** Puts the operation behind a value after the operations behind its inputs; no recursion, graphs are deep. */
        private void visit(String value, Set<String> seen) {
            java.util.ArrayDeque<String> todo = new java.util.ArrayDeque<>();
            todo.push(value);
            while (!todo.isEmpty()) {
                String name = variables.get(todo.peek()).getOutputOfOp();
                if (name == null || seen.contains(name)) {
                    todo.pop();
                    continue;
                }
                List<String> missing = inputs(operations.get(name)).stream()
                        .filter(v -> variables.get(v).getOutputOfOp() != null
                                && !seen.contains(variables.get(v).getOutputOfOp()))
                        .toList();
                if (missing.isEmpty()) {
                    todo.pop();
                    seen.add(name);
                    order.add(operations.get(name));
                } else {
                    missing.forEach(todo::push);
                }
            }
        }

        private void findLastUses() {
            for (int i = 0; i < order.size(); i++) {
                SameDiffOp operation = order.get(i);
                if (operation.getOp() instanceof Reshape) {
                    owners.put(
                            operation.getOutputsOfOp().get(0),
                            owner(inputs(operation).get(0)));
                }
                for (String input : inputs(operation)) {
                    lastUse.put(owner(input), i);
                }
            }
            wanted.forEach(name -> lastUse.put(owner(name), Integer.MAX_VALUE));
        }

        private String owner(String value) {
            return owners.getOrDefault(value, value);
        }

        private void place(SameDiffOp operation, List<PlannedOperation> planned) {
            DifferentialFunction function = operation.getOp();
            List<String> results = operation.getOutputsOfOp();
            if (function instanceof GradientBackwardsMarker) {
                arrays.put(results.get(0), Nd4j.scalar(1f));
                return;
            }
            INDArray[] inputs = inputs(operation).stream().map(this::array).toArray(INDArray[]::new);
            if (function instanceof Reshape && isPlain(inputs[0])) {
                long[] shape = PlannedOperation.shapes(function, inputs).get(0).getShape();
                arrays.put(results.get(0), inputs[0].reshape('c', shape));
                return;
            }
            PlannedOperation step = PlannedOperation.of(function, inputs, pool);
            step.run();
            planned.add(step);
            for (int i = 0; i < results.size(); i++) {
                arrays.put(results.get(i), step.outputs()[i]);
                owners.remove(results.get(i));
                pooled.add(results.get(i));
            }
        }

        private static boolean isPlain(INDArray array) {
            return array.ordering() == 'c' && array.elementWiseStride() == 1;
        }

        private INDArray array(String name) {
            INDArray array = arrays.get(name);
            if (array == null) {
                throw new IllegalStateException("no array for '" + name + "'");
            }
            return array;
        }

        /** Gives back the arrays that no later operation reads. */
        private void release(SameDiffOp operation, int position) {
            Set<String> candidates = new HashSet<>(operation.getOutputsOfOp());
            inputs(operation).forEach(v -> candidates.add(owner(v)));
            for (String value : candidates) {
                if (pooled.contains(value) && lastUse.getOrDefault(value, position) == position) {
                    pooled.remove(value);
                    pool.giveBack(arrays.get(value));
                }
            }
        }

        private static List<String> inputs(SameDiffOp operation) {
            return operation.getInputsToOp() == null ? List.of() : operation.getInputsToOp();
        }
    }
}
