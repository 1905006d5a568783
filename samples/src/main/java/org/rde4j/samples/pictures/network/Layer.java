package org.rde4j.samples.pictures.network;

import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** A part of the network that remembers its last input, so that it can pass a gradient back. Channels last. */
interface Layer {

    /**
     * Runs the layer.
     *
     * @param x a batch
     * @param training whether batch statistics are taken from this batch, and {@link #backward} may follow
     * @return the output
     */
    INDArray forward(INDArray x, boolean training);

    /**
     * Writes the gradients of the parameters.
     *
     * @param gradient of the loss by the last output
     * @return the gradient by the last input
     */
    INDArray backward(INDArray gradient);

    /** What is trained. */
    Stream<Parameter> parameters();

    /** What else the layer learns from its inputs: running statistics. */
    default Stream<INDArray> statistics() {
        return Stream.empty();
    }

    /**
     * Writes the layer as it runs when not training.
     *
     * @param onnx where to
     * @param input the name of the input
     * @return the name of the output
     */
    String write(OnnxWriter onnx, String input);
}
