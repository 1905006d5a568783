package org.rde4j.nd4j.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.rde4j.RdeException;

/**
 * Everything in a graph that some of its variables are computed from.
 *
 * @param operations the operations, each after those that it needs
 * @param leaves the names of the placeholders, constants and variables
 */
public record Ancestry(List<SameDiffOp> operations, Set<String> leaves) {

    /**
     * Finds what some variables need.
     *
     * @param graph where they are
     * @param outputs their names
     * @return their ancestry
     * @throws RdeException if there is a loop
     */
    public static Ancestry of(SameDiff graph, Collection<String> outputs) {
        Set<SameDiffOp> needed = new HashSet<>();
        Set<String> leaves = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(outputs);
        while (!open.isEmpty()) {
            String name = open.pop();
            SameDiffOp producer = producer(graph, name);
            if (producer == null) {
                leaves.add(name);
            } else if (needed.add(producer)) {
                open.addAll(inputs(producer));
            }
        }
        List<SameDiffOp> waiting =
                graph.getOps().values().stream().filter(needed::contains).collect(Collectors.toList());
        return new Ancestry(ordered(waiting, leaves), leaves);
    }

    /** Graphs list their operations in order of creation, so that one pass is usually enough. */
    private static List<SameDiffOp> ordered(List<SameDiffOp> waiting, Set<String> leaves) {
        Set<String> known = new HashSet<>(leaves);
        List<SameDiffOp> ordered = new ArrayList<>();
        int before = -1;
        while (ordered.size() > before) {
            before = ordered.size();
            for (Iterator<SameDiffOp> rest = waiting.iterator(); rest.hasNext(); ) {
                SameDiffOp operation = rest.next();
                if (known.containsAll(inputs(operation))) {
                    ordered.add(operation);
                    known.addAll(operation.getOutputsOfOp());
                    rest.remove();
                }
            }
        }
        if (!waiting.isEmpty()) {
            throw new RdeException(
                    "The operation '%s' is part of a loop."
                            .formatted(waiting.get(0).getName()),
                    "Build the graph without while.");
        }
        return ordered;
    }

    /**
     * The operations whose results change with one of the given variables.
     *
     * @param changing names of variables
     * @return the operations, in order
     */
    public List<SameDiffOp> dependents(Set<String> changing) {
        Set<String> changed = new HashSet<>(changing);
        List<SameDiffOp> dependents = new ArrayList<>();
        for (SameDiffOp operation : operations) {
            if (inputs(operation).stream().anyMatch(changed::contains)) {
                dependents.add(operation);
                changed.addAll(operation.getOutputsOfOp());
            }
        }
        return dependents;
    }

    /**
     * What an operation reads.
     *
     * @param operation any operation
     * @return the names of its inputs, never null
     */
    public static List<String> inputs(SameDiffOp operation) {
        return operation.getInputsToOp() == null ? List.of() : operation.getInputsToOp();
    }

    /**
     * What computes a variable.
     *
     * @param graph where it is
     * @param variable its name
     * @return the operation, or null for placeholders, constants and variables
     */
    public static @Nullable SameDiffOp producer(SameDiff graph, String variable) {
        String operation = graph.getVariables().get(variable).getOutputOfOp();
        return operation == null ? null : graph.getOps().get(operation);
    }
}
