package org.rde4j.samples.audio.network;

import java.util.List;

/**
 * Tells families of instruments by spectra [2, 1024]: the logarithm of the magnitudes, cosine and sine of the phases,
 * five convolutions that each halve the length, and a dense layer.
 *
 * @param families the number of classes
 */
public record NoteClassifier(int families) implements SpectrumNetwork {
    private static final int KERNEL = 9;
    private static final int[] CHANNELS = {24, 32, 48, 64, 64};

    @Override
    public String name() {
        return "note-classifier";
    }

    @Override
    public Size input() {
        return new Size(2, Inpainter.FREQUENCIES);
    }

    @Override
    public <T> T written(Writing<T> writing, T x) {
        T y = unwrapped(writing, x);
        int in = 3;
        for (int out : CHANNELS) {
            y = writing.relu(writing.convolution(Layer.convolution(in, out, KERNEL, 2, KERNEL / 2), y));
            in = out;
        }
        return writing.dense(y, families);
    }

    /** Magnitudes that do not depend on loudness too much, and phases without a jump from 2π to 0. */
    static <T> T unwrapped(Writing<T> writing, T spectrum) {
        T magnitude = writing.channels(spectrum, 0, 1);
        T phase = writing.channels(spectrum, 1, 2);
        return writing.joined(List.of(
                writing.each(Writing.Function.LOUDNESS, magnitude),
                writing.each(Writing.Function.COSINE, phase),
                writing.each(Writing.Function.SINE, phase)));
    }
}
