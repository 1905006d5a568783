package org.rde4j.nd4j.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Ancestry;

/** Runs plans, one for each list of outputs, all in the same memory. */
final class PlannedEngine implements Engine {
    private final SameDiff graph;
    private final Map<String, INDArray> inputs;
    private final Map<List<String>, Plan> plans = new HashMap<>();
    private final Memory memory = new Memory();

    PlannedEngine(SameDiff graph, Map<String, INDArray> inputs) {
        this.graph = graph;
        this.inputs = inputs;
    }

    @Override
    public Map<String, INDArray> run(List<String> outputs) {
        return plans.computeIfAbsent(outputs, this::plan).run();
    }

    @Override
    public void free() {
        plans.clear();
        memory.free();
    }

    private Plan plan(List<String> outputs) {
        Ancestry part = Ancestry.of(graph, outputs);
        Map<String, INDArray> given = new HashMap<>(inputs);
        for (String leaf : part.leaves()) {
            if (graph.getVariable(leaf).getVariableType() == VariableType.VARIABLE) {
                given.put(leaf, graph.getVariable(leaf).getArr());
            }
        }
        try (Inference inference = Inference.of(graph, part)) {
            return Plan.of(part, inference, given, outputs, memory);
        }
    }
}
