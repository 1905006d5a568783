package org.rde4j.samples.pictures.network;

import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** Layers one after another; with a residual, the input is added to the last output. */
record Sequence(List<Layer> layers, boolean residual) implements Layer {

    @Override
    public INDArray forward(INDArray x, boolean training) {
        INDArray y = x;
        for (Layer layer : layers) {
            y = layer.forward(y, training);
        }
        return residual ? Ops.plus(x, y) : y;
    }

    @Override
    public INDArray backward(INDArray gradient) {
        INDArray g = gradient;
        for (int i = layers.size() - 1; i >= 0; i--) {
            g = layers.get(i).backward(g);
        }
        return residual ? Ops.plus(gradient, g) : g;
    }

    @Override
    public Stream<Parameter> parameters() {
        return layers.stream().flatMap(Layer::parameters);
    }

    @Override
    public Stream<INDArray> statistics() {
        return layers.stream().flatMap(Layer::statistics);
    }

    @Override
    public String write(OnnxWriter onnx, String input) {
        String y = input;
        for (Layer layer : layers) {
            y = layer.write(onnx, y);
        }
        return residual ? onnx.node("Add", List.of(input, y)) : y;
    }
}
