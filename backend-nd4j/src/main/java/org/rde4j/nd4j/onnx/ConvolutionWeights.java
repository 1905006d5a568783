package org.rde4j.nd4j.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RdeException;

/**
 * The weights of one convolution in an ONNX file.
 *
 * @param name of the node
 * @param transposed whether it is a transposed convolution
 * @param kernel [out, in, rows, columns], or [in, out, rows, columns] of a transposed one
 * @param bias [out], or null if there is none
 */
public record ConvolutionWeights(String name, boolean transposed, INDArray kernel, @Nullable INDArray bias) {

    static List<ConvolutionWeights> of(OnnxGraph graph) {
        Map<String, OnnxNode> makers = new HashMap<>();
        graph.nodes().forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
        return graph.nodes().stream()
                .filter(node ->
                        node.operator().equals("Conv") || node.operator().equals("ConvTranspose"))
                .map(node -> new ConvolutionWeights(
                        node.name(),
                        node.operator().equals("ConvTranspose"),
                        stored(graph, makers, node.inputs().get(1)),
                        node.inputs().size() < 3 || node.inputs().get(2).isEmpty()
                                ? null
                                : stored(graph, makers, node.inputs().get(2))))
                .toList();
    }

    /** Exporters put casts and copies between weights and their use. */
    private static INDArray stored(OnnxGraph graph, Map<String, OnnxNode> makers, String value) {
        Constant weights = graph.weights().get(value);
        OnnxNode maker = makers.get(value);
        Constant constant = weights == null && maker != null ? maker.constant("value") : weights;
        if (constant != null) {
            // A copy: training goes on to change it.
            return constant.array().dup();
        }
        if (maker == null
                || !(maker.operator().equals("Cast") || maker.operator().equals("Identity"))) {
            throw new RdeException(
                    "The weights '%s' are not in the file but computed.".formatted(value),
                    "Export the model with constant folding.");
        }
        return stored(graph, makers, maker.inputs().get(0));
    }
}
