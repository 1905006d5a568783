package org.rde4j.samples.audio.network;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Tensor;
import org.rde4j.nd4j.random.NormalNumbers;

/** Spectra [2, T], channels first, and batches of them [N, T, 2], as graphs have them. */
final class SpectrumBatch {
    private SpectrumBatch() {}

    /** Fills an array. */
    static void write(float[] values, INDArray into) {
        into.assign(Nd4j.createFromArray(values).reshape(into.shape()));
    }

    /** Writes a spectrum as the n-th of a batch. */
    static void placesFirst(Tensor spectrum, float[] batch, int n) {
        float[] values = spectrum.values();
        int length = values.length / 2;
        for (int t = 0; t < length; t++) {
            batch[(n * length + t) * 2] = values[t];
            batch[(n * length + t) * 2 + 1] = values[length + t];
        }
    }

    /** The n-th spectrum of a batch. */
    static Tensor channelsFirst(float[] batch, int n, int length) {
        float[] values = new float[2 * length];
        for (int t = 0; t < length; t++) {
            values[t] = batch[(n * length + t) * 2];
            values[length + t] = batch[(n * length + t) * 2 + 1];
        }
        return Tensor.of(values, 2, length);
    }

    /** Standard normal numbers. */
    static float[] noise(SplittableRandom random, long count) {
        float[] noise = new float[Math.toIntExact(count)];
        NormalNumbers.fill(random, noise);
        return noise;
    }
}
