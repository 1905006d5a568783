package org.rde4j.samples.pictures.network;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** A kernel, batch normalisation and an activation; one convolution with a bias once trained. */
final class Convolution implements Layer {
    private final Kernel kernel;
    private final BatchNorm norm;
    private final Activation activation;
    private INDArray normalised;

    Convolution(Kernel kernel, int channels, Activation activation) {
        this.kernel = kernel;
        this.norm = new BatchNorm(channels);
        this.activation = activation;
    }

    @Override
    public INDArray forward(INDArray x, boolean training) {
        normalised = norm.forward(kernel.forward(x), training);
        return activation.forward(normalised);
    }

    @Override
    public INDArray backward(INDArray gradient) {
        return kernel.backward(norm.backward(activation.backward(normalised, gradient)));
    }

    @Override
    public Stream<Parameter> parameters() {
        return Stream.concat(Stream.of(kernel.weights()), norm.parameters());
    }

    @Override
    public Stream<INDArray> statistics() {
        return norm.statistics();
    }

    @Override
    public String write(OnnxWriter onnx, String input) {
        INDArray scale = norm.scale();
        INDArray weights = kernel.onnxWeights().dup('c');
        INDArray folded = Ops.times(weights, scale.reshape(scale.length(), 1, 1, 1));
        return activation.write(onnx, convolution(onnx, input, folded));
    }

    private String convolution(OnnxWriter onnx, String input, INDArray weights) {
        long size = kernel.size();
        long pad = size / 2;
        Map<String, Object> attributes = Map.of(
                "kernel_shape", List.of(size, size),
                "strides", List.of((long) kernel.stride(), (long) kernel.stride()),
                "pads", List.of(pad, pad, pad, pad),
                "group", (long) kernel.groups());
        return onnx.node("Conv", List.of(input, onnx.weights(weights), onnx.weights(norm.shift())), attributes);
    }
}
