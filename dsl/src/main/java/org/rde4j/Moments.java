package org.rde4j;

/** Where the mean and the standard deviation of a noise come from, in the coefficients' own units. */
public sealed interface Moments {

    /**
     * Measured on the coefficients of the signal that is explained.
     *
     * @param grouping which coefficients share one mean and one standard deviation
     */
    record OfSignal(Grouping grouping) implements Moments {}

    /**
     * Fixed numbers.
     *
     * @param mean any finite number
     * @param std the standard deviation, at least 0
     */
    record Given(double mean, double std) implements Moments {
        /** Checks the ranges. */
        public Given {
            Check.finite("noise mean", mean, "Maybe use given(0, 1).");
            Check.notNegative("noise standard deviation", std, "Maybe use given(0, 1).");
        }
    }

    /**
     * Fixed numbers for each coefficient.
     *
     * <p>The coefficients of a block have the shape [d, … the mask's shape] for components of d values: [C, H, W]
     * for the pixels of an image, [C, 3, h, w] for the details of one wavelet scale, [1, k] for atoms. Where a component
     * owns many places, each place counts: [C, H, W] for labels, [1, C, H, W] for channels, [2C, ⌊T/2⌋ + 1] for joint
     * Fourier coefficients in bands. Both tensors
     * are repeated along missing leading axes and along axes of size 1, as in NumPy. Where blocks differ in shape,
     * {@link Obfuscation#perPart} gives each its own.
     *
     * @param mean finite numbers
     * @param std the standard deviations, at least 0
     */
    record PerCoefficient(Tensor mean, Tensor std) implements Moments {
        /** Checks the ranges. */
        public PerCoefficient {
            for (float value : mean.values()) {
                Check.finite("noise mean", value, "Give a finite number for each coefficient.");
            }
            for (float value : std.values()) {
                Check.notNegative("noise standard deviation", value, "Maybe use given(0, 1).");
            }
        }
    }

    /** Which coefficients share one mean and one standard deviation. */
    enum Grouping {
        /** All of them. */
        WHOLE,
        /** Those of one channel. */
        PER_CHANNEL,
        /** Those of one scale: all orientations and channels of it together. */
        PER_SCALE
    }
}
