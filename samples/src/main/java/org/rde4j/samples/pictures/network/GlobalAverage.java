package org.rde4j.samples.pictures.network;

import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** The mean over all pixels: [N, H, W, C] to [N, 1, 1, C]. */
final class GlobalAverage implements Layer {
    private long[] shape;

    @Override
    public INDArray forward(INDArray x, boolean training) {
        shape = x.shape();
        return x.mean(true, 1, 2);
    }

    @Override
    public INDArray backward(INDArray gradient) {
        return Ops.broadcast(gradient.div(shape[1] * shape[2]), shape);
    }

    @Override
    public Stream<Parameter> parameters() {
        return Stream.empty();
    }

    @Override
    public String write(OnnxWriter onnx, String input) {
        return onnx.node("GlobalAveragePool", List.of(input));
    }
}
