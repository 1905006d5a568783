package org.rde4j.samples.audio.network;

import java.util.List;

/**
 * The inpainting network G for spectra of notes (seed 4.2.3, Figure 7, Table 3): what is kept of magnitude and phase,
 * their masks and noise go in, a whole spectrum comes out. Noise enters at the input and at the deepest features.
 *
 * <p>Its input has 9 channels of 1,024 places: magnitude and phase (zero where hidden), the mask of either (1 where kept),
 * three channels of standard normal noise for the first layer, and two whose first 896 places are the noise beside
 * the 16 × 112 deep features. The phases that go in are in [0, 2π), those that come out at least 0.
 */
public record Inpainter() implements SpectrumNetwork {
    /** The frequencies of a spectrum. */
    static final int FREQUENCIES = 1024;
    /** Channels of noise that the network takes. */
    public static final int NOISE = 5;

    private static final int FIRST = 7;
    private static final int DEEP = 112;
    private static final int NEIGHBOURS = 8;

    @Override
    public String name() {
        return "inpainter";
    }

    @Override
    public Size input() {
        return new Size(4 + NOISE, FREQUENCIES);
    }

    @Override
    public <T> T written(Writing<T> writing, T x) {
        T given = writing.channels(x, 0, FIRST);
        T noise = writing.folded(writing.channels(x, FIRST, 4 + NOISE), DEEP, NEIGHBOURS);
        T wide = writing.relu(writing.convolution(Layer.convolution(FIRST, 32, 21, 1, 10), given));
        T down = normalised(writing, Layer.convolution(32, 64, 21, 2, 0), wide);
        down = normalised(writing, Layer.convolution(64, 128, 21, 2, 0), down);
        down = normalised(writing, Layer.convolution(128, 16, 21, 2, 1), down);
        T up = writing.joined(List.of(down, noise));
        up = normalised(writing, Layer.transposed(32, 64, 21, 2, 0), up);
        up = normalised(writing, Layer.transposed(64, 128, 21, 2, 0), up);
        up = normalised(writing, Layer.transposed(128, 64, 20, 2, 2), up);
        T joined = writing.joined(List.of(up, wide, given));
        T merged = writing.relu(writing.convolution(Layer.convolution(103, 128, 7, 1, 3), joined));
        return writing.relu(writing.convolution(Layer.convolution(128, 2, 7, 1, 3), merged));
    }

    private static <T> T normalised(Writing<T> writing, Layer layer, T x) {
        return writing.normalised(writing.relu(writing.convolution(layer, x)));
    }
}
