package org.rde4j.nd4j.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs plans: the order of operations, their arrays and their native contexts are settled once, so that a run
 * is nothing but the operations. Gradients are SameDiff's own, written by {@code createGradFunction}.
 */
final class PlannedEngine implements Engine {
    private final SameDiff graph;
    private final Map<String, INDArray> inputs;
    private final Map<List<String>, Plan> forward = new HashMap<>();
    private final Map<List<String>, Plan> backward = new HashMap<>();

    PlannedEngine(SameDiff graph, Map<String, INDArray> inputs) {
        this.graph = graph;
        this.inputs = inputs;
    }

    @Override
    public Map<String, INDArray> run(List<String> outputs) {
        return forward.computeIfAbsent(outputs, names -> Plan.of(graph, arrays(graph), names))
                .run();
    }

    @Override
    public Result differentiate(List<String> outputs, List<String> variables) {
        List<String> key = new ArrayList<>(outputs);
        key.addAll(variables);
        if (!backward.containsKey(key)) {
            graph.createGradFunction(variables.toArray(String[]::new));
            SameDiff gradients = graph.getFunction("grad");
            List<String> wanted = new ArrayList<>(outputs);
            variables.forEach(v -> wanted.add(graph.grad(v).name()));
            backward.put(key, Plan.of(gradients, arrays(gradients), wanted));
        }
        Map<String, INDArray> values = backward.get(key).run();
        Map<String, INDArray> slopes = new LinkedHashMap<>();
        variables.forEach(v -> slopes.put(v, values.get(graph.grad(v).name())));
        return new Result(values, slopes);
    }

    /** Inputs, variables and constants; the gradient function has copies of the latter, the graph the originals. */
    private Map<String, INDArray> arrays(SameDiff function) {
        Map<String, INDArray> arrays = new HashMap<>();
        function.variables().forEach(v -> {
            switch (v.getVariableType()) {
                case CONSTANT, VARIABLE -> arrays.put(
                        v.name(), (graph.hasVariable(v.name()) ? graph.getVariable(v.name()) : v).getArr());
                default -> {}
            }
        });
        arrays.putAll(inputs);
        return arrays;
    }
}
