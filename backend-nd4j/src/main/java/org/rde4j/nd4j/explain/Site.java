package org.rde4j.nd4j.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Where replacements are written: one graph for B rows and M samples.
 *
 * @param coefficients h for each block, [B, 1, k, d]
 * @param kept how much of each component is kept, for each block; in the deletion game that is one minus the mask
 * @param inputs makes random inputs
 * @param prefix what names of inputs begin with
 */
record Site(Graph graph, List<Node> coefficients, List<Share> kept, Inputs inputs, String prefix) {

    /**
     * How much of each component of a block is kept.
     *
     * @param values [B, 1 or M, k, 1]
     * @param everywhere 0 or 1 if that is known of all, else null
     */
    record Share(Node values, @Nullable Integer everywhere) {
        /** Nothing is known before the graph runs. */
        static Share any(Node values) {
            return new Share(values, null);
        }
    }

    /** Makes random inputs. */
    @FunctionalInterface
    interface Inputs {
        /**
         * An input that is drawn for each sample.
         *
         * @param name unique in the graph
         * @param shape of one sample
         * @return the input [B, M, … shape]
         */
        Node of(String name, long... shape);
    }

    /** The replacement of each block. */
    @FunctionalInterface
    interface Replacement {
        /**
         * Writes it.
         *
         * @param block the index of the block
         * @return v, of a shape that broadcasts to [B, M, k, d]
         */
        Node of(int block);
    }

    /** An input that is drawn for each sample, [B, M, … shape]. */
    Node input(String name, long... shape) {
        return inputs.of(prefix + name, shape);
    }

    /** The same place for a strategy inside of another. */
    Site within(String part) {
        return new Site(graph, coefficients, kept, inputs, prefix + part + "/");
    }

    /** s⊙h of one block, [B, 1 or M, k, d]. */
    Node keptCoefficients(int block) {
        return graph.mul(wide(block), coefficients.get(block));
    }

    /**
     * s⊙h + (1−s)⊙v of one block, written as v + s(h − v): one product with the mask, one reduction on the way back.
     *
     * @return [B·M, k, d]
     */
    Node mixed(int block, Replacement replacement, long samples) {
        Integer everywhere = kept.get(block).everywhere();
        if (everywhere != null && everywhere == 1) {
            return ofSamples(block, coefficients.get(block), samples);
        }
        Node v = replacement.of(block);
        return ofSamples(
                block,
                everywhere == null ? graph.add(graph.mul(graph.sub(coefficients.get(block), v), wide(block)), v) : v,
                samples);
    }

    /**
     * One batch of all samples.
     *
     * @param values for one block, of a shape that broadcasts to [B, M, k, d]
     * @return [B·M, k, d]
     */
    private Node ofSamples(int block, Node values, long samples) {
        Node h = coefficients.get(block);
        long rows = h.size(0);
        Node all = graph.broadcastTo(values, rows, samples, h.size(2), h.size(3));
        return graph.reshape(all, rows * samples, h.size(2), h.size(3));
    }

    /** The mask for all values of a component, [B, 1 or M, k, d]: ND4J is slow to broadcast along the last axis. */
    private Node wide(int block) {
        Node s = kept.get(block).values();
        return graph.broadcastTo(
                s, s.size(0), s.size(1), s.size(2), coefficients.get(block).size(3));
    }
}
