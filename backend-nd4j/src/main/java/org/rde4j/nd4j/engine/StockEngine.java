package org.rde4j.nd4j.engine;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** SameDiff's own session: slow, but somebody else's work, and so the tests' second opinion. */
public record StockEngine(SameDiff graph, Map<String, INDArray> inputs) implements Engine {

    @Override
    public Map<String, INDArray> run(List<String> outputs) {
        return graph.output(inputs, outputs);
    }

    @Override
    public void free() {
        // The session frees its memory itself.
    }
}
