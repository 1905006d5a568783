package org.rde4j.nd4j.onnx;

/** What a name stands for while a network is written: a constant, or something that depends on the signal. */
sealed interface Value permits Constant, Activation {

    /** The size of each axis, in ONNX's order. */
    long[] shape();

    /** The same values under another shape of the same length. */
    Value reshape(long... shape);

    /** The axes in another order. */
    Value transpose(int... permutation);

    /** Chosen positions of one axis. */
    Value take(int axis, int... positions);

    default int rank() {
        return shape().length;
    }

    default long length() {
        return Shapes.length(shape());
    }
}
