package org.rde4j.nd4j.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rde4j.RdeException;

/** Which node of a graph needs which other. */
final class DataFlow {
    private final Map<String, OnnxNode> producers = new HashMap<>();
    private final Set<String> given;
    private final boolean inner;

    /**
     * The flow of a graph.
     *
     * @param nodes of the graph
     * @param given the names that need no node: weights and inputs
     * @param inner whether a graph around this one may define more names
     * @throws RdeException if two nodes define the same name
     */
    DataFlow(List<OnnxNode> nodes, Set<String> given, boolean inner) {
        this.given = given;
        this.inner = inner;
        nodes.forEach(this::add);
    }

    private void add(OnnxNode node) {
        for (String name : node.outputs()) {
            if (!name.isEmpty() && (given.contains(name) || producers.put(name, node) != null)) {
                throw new RdeException("The model defines '%s' twice.".formatted(name), OnnxGraph.EXPORT_AGAIN);
            }
        }
    }

    /**
     * The nodes that some names need, each after those that it needs itself.
     *
     * @throws RdeException if a name is not defined, or nodes need each other in a circle
     */
    List<OnnxNode> upTo(Collection<String> outputs) {
        Set<OnnxNode> needed = needed(outputs);
        Map<OnnxNode, Integer> missing = new HashMap<>();
        Map<OnnxNode, List<OnnxNode>> users = new HashMap<>();
        Deque<OnnxNode> ready = new ArrayDeque<>();
        for (OnnxNode node : needed) {
            Set<OnnxNode> before = before(node);
            missing.put(node, before.size());
            before.forEach(
                    b -> users.computeIfAbsent(b, key -> new ArrayList<>()).add(node));
            if (before.isEmpty()) {
                ready.add(node);
            }
        }
        List<OnnxNode> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            OnnxNode node = ready.remove();
            ordered.add(node);
            for (OnnxNode user : users.getOrDefault(node, List.of())) {
                if (missing.merge(user, -1, Integer::sum) == 0) {
                    ready.add(user);
                }
            }
        }
        needed.removeAll(Set.copyOf(ordered));
        if (!needed.isEmpty()) {
            throw new RdeException(
                    "The model runs in a circle through %s."
                            .formatted(needed.iterator().next()),
                    OnnxGraph.EXPORT_AGAIN);
        }
        return List.copyOf(ordered);
    }

    private Set<OnnxNode> needed(Collection<String> outputs) {
        Set<OnnxNode> needed = new LinkedHashSet<>();
        Deque<String> names = new ArrayDeque<>(outputs);
        while (!names.isEmpty()) {
            String name = names.remove();
            OnnxNode producer = producers.get(name);
            if (producer == null && !given.contains(name) && !inner) {
                throw new RdeException(
                        "Nothing in the model defines the value '%s', which its output needs.".formatted(name),
                        OnnxGraph.EXPORT_AGAIN);
            }
            if (producer != null && needed.add(producer)) {
                names.addAll(producer.needs());
            }
        }
        return needed;
    }

    private Set<OnnxNode> before(OnnxNode node) {
        Set<OnnxNode> before = new LinkedHashSet<>();
        node.needs().stream()
                .map(producers::get)
                .filter(producer -> producer != null)
                .forEach(before::add);
        return before;
    }
}
