package org.rde4j.samples.pictures.network;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** Multiplies each channel by a gate in [0, 1] that is computed from the means of all channels. */
final class SqueezeExcite implements Layer {
    private final Sequence gate;
    private INDArray input;
    private INDArray open;

    SqueezeExcite(Random random, int channels) {
        int squeezed = channels / 4;
        this.gate = new Sequence(
                List.of(
                        new GlobalAverage(),
                        new Dense(random, channels, squeezed, Activation.RELU),
                        new Dense(random, squeezed, channels, Activation.HARD_SIGMOID)),
                false);
    }

    @Override
    public INDArray forward(INDArray x, boolean training) {
        input = x;
        open = gate.forward(x, training);
        return Ops.times(x, open);
    }

    @Override
    public INDArray backward(INDArray gradient) {
        INDArray byGate = Ops.times(gradient, input).sum(true, 1, 2);
        return Ops.plus(Ops.times(gradient, open), gate.backward(byGate));
    }

    @Override
    public Stream<Parameter> parameters() {
        return gate.parameters();
    }

    @Override
    public String write(OnnxWriter onnx, String input) {
        return onnx.node("Mul", List.of(input, gate.write(onnx, input)));
    }
}
