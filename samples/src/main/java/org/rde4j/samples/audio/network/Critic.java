package org.rde4j.samples.audio.network;

import java.util.List;

/**
 * Tells real spectra from inpainted ones: it sees a whole spectrum and which part of it was given (magnitude, phase,
 * their masks: 4 channels), and says a number for each of 64 overlapping stretches of frequencies, high for real.
 */
record Critic() implements SpectrumNetwork {
    private static final int KERNEL = 21;
    private static final int[] CHANNELS = {32, 64, 96, 96};

    @Override
    public String name() {
        return "critic";
    }

    @Override
    public Size input() {
        return new Size(4, Inpainter.FREQUENCIES);
    }

    @Override
    public <T> T written(Writing<T> writing, T x) {
        T y = writing.joined(List.of(NoteClassifier.unwrapped(writing, x), writing.channels(x, 2, 4)));
        int in = 5;
        for (int out : CHANNELS) {
            T z = writing.convolution(Layer.convolution(in, out, KERNEL, 2, KERNEL / 2), y);
            y = writing.each(Writing.Function.LEAKY_RELU, z);
            in = out;
        }
        return writing.convolution(Layer.convolution(in, 1, 1, 1, 0), y);
    }
}
