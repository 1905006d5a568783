package org.rde4j.samples.audio.network;

import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.nd4j.onnx.OnnxWriter;

/** A network over signals of one dimension, without weights. */
interface SpectrumNetwork {
    /** How files call it. */
    String name();

    /** The shape of its input. */
    Size input();

    /** Describes the network. */
    <T> T written(Writing<T> writing, T x);

    /** What its weights look like. */
    default Outline outline() {
        return Outline.of(this);
    }

    /**
     * Writes an ONNX file, {@code input} [N, C, T] and {@code output}, whole or not at all.
     *
     * @param weights as {@link Outline#initialWeights} has them
     * @param statistics mean and variance of the input of every batch normalisation, in turn
     * @param half whether to store the weights as 16-bit floats
     */
    default void write(Path file, List<INDArray> weights, List<INDArray> statistics, boolean half) {
        OnnxWriter onnx = new OnnxWriter(name());
        onnx.property("architecture", name());
        String x = onnx.input("input", -1, input().channels(), input().length());
        String y = written(new OnnxWriting(onnx, weights, statistics, half), x);
        Size output = outline().output();
        if (output.length() == 1) {
            onnx.output("output", y, -1, output.channels());
        } else {
            onnx.output("output", y, -1, output.channels(), output.length());
        }
        onnx.write(file);
    }
}
