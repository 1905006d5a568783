package org.rde4j.nd4j.training;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A loss over a batch, or over a share of it: batches may be too large for the memory, while gradients add up.
 *
 * @param graph where the gradients are added to
 * @param loss a single number, the mean over the examples of the share
 * @param variables the weights, variables of the graph
 * @param terms more numbers to evaluate in every step, such as the terms of the loss, by any name
 * @param inputs the array of every placeholder
 */
public record Share(
        Graph graph, Node loss, List<Node> variables, Map<String, Node> terms, Map<String, INDArray> inputs) {

    /**
     * Into how many equal shares a batch is cut.
     *
     * @param batch the number of examples, at least 1
     * @param most how many examples a share may have, at least 1
     * @return the least number of equal shares of at most so many examples
     */
    public static int count(int batch, int most) {
        int count = (batch + most - 1) / most;
        while (batch % count != 0) {
            count++;
        }
        return count;
    }
}
