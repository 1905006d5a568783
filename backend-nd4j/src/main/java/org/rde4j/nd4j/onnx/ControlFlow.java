package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rde4j.RdeException;

/** Operators that hold graphs, which are written as often as they run. */
final class ControlFlow {
    static final Map<String, Operator> TABLE =
            Map.ofEntries(entry("If", ControlFlow::branch), entry("Loop", ControlFlow::loop));

    /** Loops over sizes and layers run a few times; each run is written into the graph. */
    private static final int MOST_RUNS = 1024;

    private ControlFlow() {}

    private static List<Value> branch(Call call) {
        Constant condition = call.constant(0);
        if (condition.length() != 1) {
            throw call.refused("gets %s where one condition is wanted".formatted(condition), OnnxGraph.EXPORT_AGAIN);
        }
        OnnxGraph taken = graph(call, condition.integer(0) != 0 ? "then_branch" : "else_branch");
        return call.lowering().inner(call, taken, Map.of());
    }

    private static OnnxGraph graph(Call call, String attribute) {
        OnnxGraph graph = call.node().graph(attribute);
        if (graph == null) {
            throw call.refused("has no %s".formatted(attribute), OnnxGraph.EXPORT_AGAIN);
        }
        return graph;
    }

    private static List<Value> loop(Call call) {
        OnnxGraph body = graph(call, "body");
        long most = call.has(0) ? call.constant(0).integer(0) : Long.MAX_VALUE;
        boolean goesOn = !call.has(1) || call.constant(1).integer(0) != 0;
        List<Value> state = new ArrayList<>();
        for (int i = 2; i < call.node().inputs().size(); i++) {
            state.add(call.value(i));
        }
        int carried = state.size();
        if (body.inputs().size() != carried + 2 || body.outputs().size() < carried + 1) {
            throw call.refused("has a body with other values than the loop", OnnxGraph.EXPORT_AGAIN);
        }
        List<List<Value>> rows = new ArrayList<>();
        for (int i = carried + 1; i < body.outputs().size(); i++) {
            rows.add(new ArrayList<>());
        }
        for (long run = 0; run < most && goesOn; run++) {
            if (run == MOST_RUNS) {
                throw call.refused(
                        "runs more than %s times".formatted(MOST_RUNS), "Export the model without so long a loop.");
            }
            Map<String, Value> given = new HashMap<>();
            given.put(body.inputs().get(0).name(), Constant.integers(run).reshape());
            given.put(body.inputs().get(1).name(), Constant.integers(ElementType.BOOL, new long[0], i -> 1));
            for (int i = 0; i < carried; i++) {
                given.put(body.inputs().get(i + 2).name(), state.get(i));
            }
            List<Value> results = call.lowering().inner(call, body, given);
            if (!(results.get(0) instanceof Constant condition) || condition.length() != 1) {
                throw call.refused("goes on depending on the signal", "Export the model with loops of fixed length.");
            }
            goesOn = condition.integer(0) != 0;
            state = new ArrayList<>(results.subList(1, carried + 1));
            for (int i = 0; i < rows.size(); i++) {
                rows.get(i).add(results.get(carried + 1 + i));
            }
        }
        List<Value> all = new ArrayList<>(state);
        rows.forEach(row -> all.add(stacked(call, row)));
        return all;
    }

    /** Values of all runs along a new first axis. */
    private static Value stacked(Call call, List<Value> row) {
        if (row.isEmpty()) {
            throw noRuns(call);
        }
        List<Value> parts = row.stream()
                .map(value -> value.reshape(Shapes.extended(value.shape(), value.rank() + 1)))
                .toList();
        return Selections.joined(call, parts, 0);
    }

    private static RdeException noRuns(Call call) {
        return call.refused("collects values but never runs", OnnxGraph.EXPORT_AGAIN);
    }
}
