package org.rde4j.nd4j.representation;

import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A representation x = f(h₁, …, h_k) made concrete for one shape of signals.
 *
 * <p>The coefficients of a {@link Block} are stored cell after cell, the values of one cell together; usually
 * a cell is a component. A transform keeps nothing of the signals it sees, so one serves any number of threads.
 */
public interface Transform {

    /**
     * The blocks that the components come in.
     *
     * @return the blocks in public order: coarse before fine
     */
    List<Block> blocks();

    /**
     * The coefficients h of a signal, so that synthesising them gives the signal again.
     *
     * @param signal the values of one signal in row-major order, channels first
     * @return for each block its coefficients, {@code cells · dimension} values
     * @throws RdeException if the representation cannot express the signal
     */
    float[][] analyse(float[] signal);

    /**
     * Writes f, which puts signals together from coefficients.
     *
     * @param graph where to write
     * @param coefficients for each block a batch [N, cells, dimension]
     * @return the signals, channels last: [N, H, W, C], [N, T, C] or [N, n]
     */
    Node synthesise(Graph graph, List<Node> coefficients);

    /**
     * Makes a representation concrete.
     *
     * @param representation what the components are
     * @param signalShape the shape of every signal: [C, H, W], [C, T] or [n]
     * @return its transform
     * @throws RdeException if the representation does not fit signals of this shape
     */
    static Transform of(Representation representation, int... signalShape) {
        return Transforms.of(representation, SignalShape.of(signalShape));
    }
}
