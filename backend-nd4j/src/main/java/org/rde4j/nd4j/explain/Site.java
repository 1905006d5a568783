package org.rde4j.nd4j.explain;

import java.util.List;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Where replacements are written: one graph for B rows and M samples.
 *
 * @param coefficients h for each block, [B, 1, k, d]
 * @param kept how much of each component is kept, for each block, [B, 1 or M, k, 1]; in the deletion game that is
 *     one minus the mask
 * @param inputs makes random inputs
 * @param prefix what names of inputs begin with
 */
record Site(Graph graph, List<Node> coefficients, List<Node> kept, Inputs inputs, String prefix) {

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
        Node h = coefficients.get(block);
        Node s = kept.get(block);
        Node wide = graph.broadcastTo(s, s.size(0), s.size(1), s.size(2), h.size(3));
        return graph.mul(wide, h);
    }
}
