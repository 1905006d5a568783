package org.rde4j.samples.pictures.network;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** What follows a linear layer. */
enum Activation {
    /** x. */
    NONE {
        @Override
        INDArray forward(INDArray x) {
            return x;
        }

        @Override
        INDArray backward(INDArray x, INDArray gradient) {
            return gradient;
        }

        @Override
        String write(OnnxWriter onnx, String input) {
            return input;
        }
    },
    /** max(x, 0). */
    RELU {
        @Override
        INDArray forward(INDArray x) {
            return Ops.relu(x);
        }

        @Override
        INDArray backward(INDArray x, INDArray gradient) {
            return Ops.times(gradient, Ops.positive(x));
        }

        @Override
        String write(OnnxWriter onnx, String input) {
            return onnx.node("Relu", List.of(input));
        }
    },
    /** min(max(x + 3, 0), 6) / 6. */
    HARD_SIGMOID {
        @Override
        INDArray forward(INDArray x) {
            return Ops.relu6(x.add(3)).divi(6);
        }

        @Override
        INDArray backward(INDArray x, INDArray gradient) {
            return Ops.times(gradient, inside(Ops.relu6(x.add(3)))).divi(6);
        }

        @Override
        String write(OnnxWriter onnx, String input) {
            return onnx.node("HardSigmoid", List.of(input), Map.of("alpha", 1f / 6, "beta", 0.5f));
        }
    },
    /** x · min(max(x + 3, 0), 6) / 6. */
    HARD_SWISH {
        @Override
        INDArray forward(INDArray x) {
            return Ops.times(x, Ops.relu6(x.add(3))).divi(6);
        }

        @Override
        INDArray backward(INDArray x, INDArray gradient) {
            INDArray gate = Ops.relu6(x.add(3));
            INDArray slope = Ops.plus(gate, Ops.times(x, inside(gate)));
            return Ops.times(gradient, slope).divi(6);
        }

        @Override
        String write(OnnxWriter onnx, String input) {
            return onnx.node("Mul", List.of(input, HARD_SIGMOID.write(onnx, input)));
        }
    };

    abstract INDArray forward(INDArray x);

    /** The gradient by x, from x itself and the gradient by the output. */
    abstract INDArray backward(INDArray x, INDArray gradient);

    abstract String write(OnnxWriter onnx, String input);

    /** 1 where a gate between 0 and 6 touches neither end. */
    private static INDArray inside(INDArray gate) {
        return Ops.positive(Ops.times(gate, gate.rsub(6)));
    }
}
