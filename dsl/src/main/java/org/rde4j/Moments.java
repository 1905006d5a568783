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
