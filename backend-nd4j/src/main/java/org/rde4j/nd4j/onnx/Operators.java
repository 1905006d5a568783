package org.rde4j.nd4j.onnx;

import static java.util.Map.entry;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
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
        table.putAll(Rotary.TABLE);
        table.putAll(Losses.TABLE);
        table.putAll(Quantization.TABLE);
        table.putAll(Constants.TABLE);
        table.putAll(ControlFlow.TABLE);
        table.putAll(Refusals.TABLE);
        TABLE = Collections.unmodifiableMap(table);
    }

    /** What nodes may say without changing a result that an explanation sees, by operator. */
    private static final Map<String, Set<String>> WITHOUT_EFFECT = Map.ofEntries(
            // How sums are rounded.
            entry("Attention", Set.of("qk_matmul_output_mode", "softmax_precision")),
            entry("GroupNormalization", Set.of("stash_type")),
            entry("LayerNormalization", Set.of("stash_type")),
            entry("RMSNormalization", Set.of("stash_type")),
            // What only training needs.
            entry("BatchNormalization", Set.of("momentum")),
            entry("Dropout", Set.of("ratio", "seed")),
            // Floats of eight bits, which are refused.
            entry("Cast", Set.of("saturate", "round_mode")),
            entry("CastLike", Set.of("saturate", "round_mode")),
            entry("QuantizeLinear", Set.of("saturate")),
            // The order of indices, an output that is not supported, and of values that may have any.
            entry("MaxPool", Set.of("storage_order")),
            entry("TopK", Set.of("sorted")),
            // Modes that do not use them.
            entry("Pad", Set.of("value")),
            entry("Resize", Set.of("extrapolation_value")),
            // The branch that is not taken.
            entry("If", Set.of("then_branch", "else_branch")));

    /** Up to opset 5 any operator may say which inputs it overwrites. */
    private static final String OVERWRITTEN = "consumed_inputs";

    private Operators() {}

    /**
     * Refuses a node that has been written if it has an attribute that nobody looked at: newer or older versions of
     * ONNX, or its exporter, mean something by it.
     */
    static void requireRead(OnnxNode node) {
        Set<String> unread = node.unread();
        unread.removeAll(WITHOUT_EFFECT.getOrDefault(node.operator(), Set.of()));
        unread.remove(OVERWRITTEN);
        if (!unread.isEmpty()) {
            throw new RdeException(
                    "The operator %s has the attribute '%s', which is not supported."
                            .formatted(node, unread.iterator().next()),
                    "Export the model without it, or with another opset.");
        }
    }

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
