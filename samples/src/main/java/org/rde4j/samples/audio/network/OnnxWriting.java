package org.rde4j.samples.audio.network;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** Writes a trained network as ONNX nodes. Signals are [N, C, T]. */
final class OnnxWriting implements Writing<String> {

    private final OnnxWriter onnx;
    private final Iterator<INDArray> weights;
    private final Iterator<INDArray> statistics;
    private final boolean half;

    OnnxWriting(OnnxWriter onnx, List<INDArray> weights, List<INDArray> statistics, boolean half) {
        this.onnx = onnx;
        this.weights = weights.iterator();
        this.statistics = statistics.iterator();
        this.half = half;
    }

    @Override
    public String convolution(Layer layer, String x) {
        INDArray kernel = weights.next().reshape(layer.kernel(), layer.in(), layer.out());
        INDArray turned = layer.transposed() ? kernel.permute(1, 2, 0) : kernel.permute(2, 1, 0);
        long pad = layer.padding();
        return onnx.node(
                layer.transposed() ? "ConvTranspose" : "Conv",
                List.of(x, stored(turned), stored(weights.next())),
                Map.of(
                        "kernel_shape", List.of((long) layer.kernel()),
                        "strides", List.of((long) layer.stride()),
                        "pads", List.of(pad, pad)));
    }

    @Override
    public String normalised(String x) {
        return onnx.node(
                "BatchNormalization",
                List.of(
                        x,
                        onnx.weights(weights.next()),
                        onnx.weights(weights.next()),
                        onnx.weights(statistics.next()),
                        onnx.weights(statistics.next())));
    }

    @Override
    public String dense(String x, int outputs) {
        // The rows of the matrix count places first, as graphs store signals.
        String placesFirst = onnx.node("Transpose", List.of(x), Map.of("perm", List.of(0L, 2L, 1L)));
        String flat = onnx.node("Flatten", List.of(placesFirst));
        return onnx.node("Gemm", List.of(flat, stored(weights.next()), stored(weights.next())));
    }

    @Override
    public String each(Function function, String x) {
        return switch (function) {
            case RELU -> onnx.node("Relu", List.of(x));
            case LEAKY_RELU -> onnx.node("LeakyRelu", List.of(x), Map.of("alpha", (float) GraphWriting.LEAK));
            case COSINE -> onnx.node("Cos", List.of(x));
            case SINE -> onnx.node("Sin", List.of(x));
            case LOUDNESS -> onnx.node(
                    "Log", List.of(plusOne(onnx.node("Mul", List.of(x, number(GraphWriting.LOUD))))));
        };
    }

    private String plusOne(String x) {
        return onnx.node("Add", List.of(x, number(1)));
    }

    private String number(double value) {
        return onnx.weights(Nd4j.createFromArray((float) value));
    }

    @Override
    public String channels(String x, int from, int to) {
        return sliced(x, 1, from, to);
    }

    private String sliced(String x, long axis, long from, long to) {
        return onnx.node("Slice", List.of(x, onnx.integers(from), onnx.integers(to), onnx.integers(axis)));
    }

    @Override
    public String joined(List<String> parts) {
        return onnx.node("Concat", parts, Map.of("axis", 1L));
    }

    @Override
    public String folded(String x, int length, int factor) {
        String cut = sliced(x, 2, 0, (long) length * factor);
        String apart = onnx.node("Reshape", List.of(cut, onnx.integers(0, -1, length, factor)));
        String turned = onnx.node("Transpose", List.of(apart), Map.of("perm", List.of(0L, 3L, 1L, 2L)));
        return onnx.node("Reshape", List.of(turned, onnx.integers(0, -1, length)));
    }

    private String stored(INDArray values) {
        return half ? onnx.halfWeights(values) : onnx.weights(values);
    }
}
