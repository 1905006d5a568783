package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.autodiff.samediff.api.OutAndGrad;

/** SameDiff's own session and its own gradients. */
record StockEngine(SameDiff graph) implements Engine {

    @Override
    public Map<String, INDArray> run(Map<String, INDArray> placeholders, List<String> outputs) {
        return graph.output(placeholders, outputs);
    }

    @Override
    public Result differentiate(
            Map<String, INDArray> placeholders, List<String> outputs, List<String> variables) {
        OutAndGrad result = graph.calculateGradientsAndOutputs(placeholders, outputs, variables);
        return new Result(result.getOutputs(), result.getGradients());
    }
}
