package org.rde4j.samples.pictures.network;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution without bias, padded by half of its size. */
abstract class Kernel {
    private final Parameter weights;
    private final int size;
    private final int stride;

    Kernel(Parameter weights, int size, int stride) {
        this.weights = weights;
        this.size = size;
        this.stride = stride;
    }

    /** A size × size kernel over all channels. */
    static Kernel full(Random random, int size, int stride, int in, int out) {
        Parameter weights = Parameter.normal(random, (long) size * size * in, size, size, in, out);
        return new Windowed("conv2d", weights, size, stride, out);
    }

    /** A size × size kernel for each channel. */
    static Kernel depthwise(Random random, int size, int stride, int channels) {
        Parameter weights = Parameter.normal(random, (long) size * size, size, size, channels, 1);
        return new Windowed("depthwise_conv2d", weights, size, stride, channels);
    }

    /** A 1 × 1 kernel over all channels. */
    static Kernel pointwise(Random random, int in, int out) {
        return new Pointwise(Parameter.normal(random, in, in, out));
    }

    abstract INDArray forward(INDArray x);

    abstract INDArray backward(INDArray gradient);

    /** The weights as ONNX has them: [out, in / groups, rows, columns]. */
    abstract INDArray onnxWeights();

    Parameter weights() {
        return weights;
    }

    int size() {
        return size;
    }

    int stride() {
        return stride;
    }

    /** Channels are split into so many groups that do not see each other. */
    abstract int groups();

    private static final class Windowed extends Kernel {
        private final String operation;
        private final int out;
        private INDArray input;

        Windowed(String operation, Parameter weights, int size, int stride, int out) {
            super(weights, size, stride);
            this.operation = operation;
            this.out = out;
        }

        @Override
        INDArray forward(INDArray x) {
            input = x;
            int pad = size() / 2;
            long rows = (x.size(1) + 2 * pad - size()) / stride() + 1;
            long columns = (x.size(2) + 2 * pad - size()) / stride() + 1;
            INDArray y = Ops.blank(x.size(0), rows, columns, out);
            Ops.run(operation, new INDArray[] {x, weights().value()}, new INDArray[] {y}, geometry());
            return y;
        }

        @Override
        INDArray backward(INDArray gradient) {
            INDArray byInput = Ops.blank(input.shape());
            Ops.run(
                    operation + "_bp",
                    new INDArray[] {input, weights().value(), gradient},
                    new INDArray[] {byInput, weights().gradient()},
                    geometry());
            return byInput;
        }

        /** Sizes, strides, pads, dilations, explicit padding, channels last. */
        private int[] geometry() {
            int pad = size() / 2;
            return new int[] {size(), size(), stride(), stride(), pad, pad, 1, 1, 0, 1};
        }

        @Override
        INDArray onnxWeights() {
            return groups() == 1
                    ? weights().value().permute(3, 2, 0, 1)
                    : weights().value().permute(2, 3, 0, 1);
        }

        @Override
        int groups() {
            return operation.equals("conv2d") ? 1 : out;
        }
    }

    private static final class Pointwise extends Kernel {
        private INDArray input;

        Pointwise(Parameter weights) {
            super(weights, 1, 1);
        }

        @Override
        INDArray forward(INDArray x) {
            input = x;
            INDArray y =
                    Ops.blank(x.size(0), x.size(1), x.size(2), weights().value().size(1));
            Ops.product(Ops.rows(x), false, weights().value(), false, Ops.rows(y));
            return y;
        }

        @Override
        INDArray backward(INDArray gradient) {
            INDArray g = Ops.rows(gradient);
            Ops.product(Ops.rows(input), true, g, false, weights().gradient());
            INDArray byInput = Ops.blank(input.shape());
            Ops.product(g, false, weights().value(), true, Ops.rows(byInput));
            return byInput;
        }

        @Override
        INDArray onnxWeights() {
            INDArray w = weights().value();
            return w.transpose().dup('c').reshape(w.size(1), w.size(0), 1, 1);
        }

        @Override
        int groups() {
            return 1;
        }
    }
}
