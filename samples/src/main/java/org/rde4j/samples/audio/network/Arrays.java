package org.rde4j.samples.audio.network;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Java's arrays and ND4J's. */
final class Arrays {
    private Arrays() {}

    /** Fills an array. */
    static void write(float[] values, INDArray into) {
        into.assign(Nd4j.createFromArray(values).reshape(into.shape()));
    }
}
