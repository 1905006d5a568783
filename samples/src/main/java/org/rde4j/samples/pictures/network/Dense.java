package org.rde4j.samples.pictures.network;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** [N, 1, 1, in] to [N, 1, 1, out]: a matrix, a bias and an activation. */
final class Dense implements Layer {
    private final Parameter weights;
    private final Parameter bias;
    private final Activation activation;
    private INDArray input;
    private INDArray sum;

    Dense(Random random, int in, int out, Activation activation) {
        this.weights = Parameter.normal(random, in, in, out);
        this.bias = Parameter.constant(0, out);
        this.activation = activation;
    }

    @Override
    public INDArray forward(INDArray x, boolean training) {
        input = x;
        sum = Ops.blank(x.size(0), 1, 1, bias.value().length());
        Ops.product(Ops.rows(x), false, weights.value(), false, Ops.rows(sum));
        Ops.run("biasadd", new INDArray[] {sum, bias.value()}, new INDArray[] {sum});
        return activation.forward(sum);
    }

    @Override
    public INDArray backward(INDArray gradient) {
        INDArray g = Ops.rows(activation.backward(sum, gradient));
        Ops.product(Ops.rows(input), true, g, false, weights.gradient());
        bias.gradient().assign(Ops.columnSums(g));
        INDArray byInput = Ops.blank(input.shape());
        Ops.product(g, false, weights.value(), true, Ops.rows(byInput));
        return byInput;
    }

    @Override
    public Stream<Parameter> parameters() {
        return Stream.of(weights, bias);
    }

    /** As a convolution of a single pixel. */
    @Override
    public String write(OnnxWriter onnx, String input) {
        INDArray w = weights.value();
        String kernel = onnx.weights(w.transpose().dup('c').reshape(w.size(1), w.size(0), 1, 1));
        return activation.write(onnx, onnx.node("Conv", List.of(input, kernel, onnx.weights(bias.value()))));
    }
}
