package org.rde4j.nd4j.engine;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs one graph again and again. Inputs and variables are arrays that the caller keeps and writes to; every
 * run reads what they hold at that moment.
 */
public interface Engine {

    /**
     * Evaluates outputs.
     *
     * @param outputs the names of the wanted outputs
     * @return outputs by name; valid until the next call
     */
    Map<String, INDArray> run(List<String> outputs);

    /** Frees the memory of results at once: what was returned is no longer valid, and nothing can run any more. */
    void free();

    /**
     * The engine that rde4j uses.
     *
     * @param graph what to run
     * @param inputs the array of every placeholder
     * @return an engine over these arrays
     */
    static Engine of(SameDiff graph, Map<String, INDArray> inputs) {
        return new PlannedEngine(graph, inputs);
    }
}
