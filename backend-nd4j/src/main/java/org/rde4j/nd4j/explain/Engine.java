package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a graph: outputs and, if wanted, gradients of the loss. Stateless apart from buffers. */
interface Engine {

    /**
     * Evaluates outputs.
     *
     * @param placeholders the value of every placeholder
     * @param outputs the names of the wanted outputs
     * @return outputs by name; valid until the next call
     */
    Map<String, INDArray> run(Map<String, INDArray> placeholders, List<String> outputs);

    /**
     * Evaluates outputs and gradients of the graph's loss.
     *
     * @param placeholders the value of every placeholder
     * @param outputs the names of the wanted outputs
     * @param variables the names of the variables whose gradients are wanted
     * @return outputs and gradients; valid until the next call
     */
    Result differentiate(Map<String, INDArray> placeholders, List<String> outputs, List<String> variables);

    /**
     * Values of one run.
     *
     * @param outputs outputs by name
     * @param gradients gradients by the variable's name
     */
    record Result(Map<String, INDArray> outputs, Map<String, INDArray> gradients) {}
}
