package org.rde4j.samples.audio.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The sizes that a network's signals have and the weights that it wants.
 *
 * @param weights in the order of use
 * @param signals the sizes after each layer with weights
 * @param output the size of the output
 */
record Outline(List<Weights> weights, List<Size> signals, Size output) {

    /**
     * One array.
     *
     * @param shape of the array
     * @param bound the largest initial value: weights start uniform within ±bound
     * @param start the middle of the initial values
     */
    record Weights(long[] shape, double bound, double start) {
        long count() {
            return Arrays.stream(shape).reduce(1, Math::multiplyExact);
        }

        INDArray drawn(SplittableRandom random) {
            INDArray array = Nd4j.create(DataType.FLOAT, shape);
            for (long i = 0; i < array.length(); i++) {
                array.data().put(i, start + bound * (2 * random.nextDouble() - 1));
            }
            return array;
        }
    }

    static Outline of(SpectrumNetwork network) {
        Drawing drawing = new Drawing();
        Size output = network.written(drawing, network.input());
        return new Outline(List.copyOf(drawing.weights), List.copyOf(drawing.signals), output);
    }

    /** The number of all weights. */
    long parameters() {
        return weights.stream().mapToLong(Weights::count).sum();
    }

    /** Weights to start a training from. */
    List<INDArray> initialWeights(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return weights.stream().map(each -> each.drawn(random)).toList();
    }

    private static final class Drawing implements Writing<Size> {
        private final List<Weights> weights = new ArrayList<>();
        private final List<Size> signals = new ArrayList<>();

        @Override
        public Size convolution(Layer layer, Size x) {
            if (x.channels() != layer.in()) {
                throw new IllegalArgumentException("%s does not take %s".formatted(layer, x));
            }
            // Outputs of a transposed layer see 1 of stride inputs under the kernel.
            double fan = (double) layer.in() * layer.kernel() / (layer.transposed() ? layer.stride() : 1);
            weights(layer.weightShape(), fan, layer.out());
            return passed(new Size(layer.out(), layer.length(x.length())));
        }

        @Override
        public Size normalised(Size x) {
            weights.add(new Weights(new long[] {x.channels()}, 0, 1));
            weights.add(new Weights(new long[] {x.channels()}, 0, 0));
            return passed(x);
        }

        @Override
        public Size dense(Size x, int outputs) {
            int inputs = x.channels() * x.length();
            weights(new long[] {inputs, outputs}, 3.0 * inputs, outputs);
            return passed(new Size(outputs, 1));
        }

        /** Variances stay as they are through ReLUs if weights have the variance 2 / fan-in (He et al., 2015). */
        private void weights(long[] shape, double fan, int out) {
            weights.add(new Weights(shape, Math.sqrt(6 / fan), 0));
            weights.add(new Weights(new long[] {out}, 0, 0));
        }

        private Size passed(Size size) {
            signals.add(size);
            return size;
        }

        @Override
        public Size each(Function function, Size x) {
            return x;
        }

        @Override
        public Size channels(Size x, int from, int to) {
            return new Size(to - from, x.length());
        }

        @Override
        public Size joined(List<Size> parts) {
            return new Size(
                    parts.stream().mapToInt(Size::channels).sum(), parts.get(0).length());
        }

        @Override
        public Size folded(Size x, int length, int factor) {
            return new Size(x.channels() * factor, length);
        }
    }
}
