package org.rde4j.nd4j.onnx;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rde4j.RdeException;

/** Every operator that a network may use, by its ONNX name. */
final class Operators {
    static final Map<String, Operator> TABLE;

    static {
        Map<String, Operator> table = new TreeMap<>();
        table.putAll(Activations.TABLE);
        table.putAll(Arithmetic.TABLE);
        table.putAll(Logic.TABLE);
        table.putAll(Convolutions.TABLE);
        table.putAll(Pools.TABLE);
        table.putAll(Reductions.TABLE);
        table.putAll(Normalizations.TABLE);
        table.putAll(InstanceNormalizations.TABLE);
        table.putAll(Products.TABLE);
        table.putAll(Reshapes.TABLE);
        table.putAll(Selections.TABLE);
        table.putAll(Indexing.TABLE);
        table.putAll(Ranks.TABLE);
        table.putAll(Repetitions.TABLE);
        table.putAll(Blocks.TABLE);
        table.putAll(Pads.TABLE);
        table.putAll(Resizes.TABLE);
        table.putAll(Recurrent.TABLE);
        table.putAll(Einsum.TABLE);
        table.putAll(Attention.TABLE);
        table.putAll(Losses.TABLE);
        table.putAll(Quantization.TABLE);
        table.putAll(Constants.TABLE);
        table.putAll(ControlFlow.TABLE);
        table.putAll(Refusals.TABLE);
        TABLE = Collections.unmodifiableMap(table);
    }

    private Operators() {}

    /** The names of those that are written, in alphabetical order. */
    static SortedSet<String> supported() {
        SortedSet<String> names = new TreeSet<>(TABLE.keySet());
        names.removeAll(Refusals.TABLE.keySet());
        return names;
    }

    /** What to say of an operator that neither signals nor constants can pass. */
    static RdeException unknown(OnnxNode node) {
        return new RdeException(
                "The model uses the operator %s, which is not supported.".formatted(node),
                "Supported are " + String.join(", ", supported()) + ".");
    }

    /** Refuses a graph with an operator that is unknown. */
    static void requireKnown(OnnxGraph graph) {
        for (OnnxNode node : graph.nodes()) {
            if (!TABLE.containsKey(node.operator()) && !Known.TABLE.containsKey(node.operator())) {
                throw unknown(node);
            }
        }
    }
}
