package org.rde4j;

/**
 * An obfuscation strategy V_s: what replaces the components that the mask does not keep, y = f(s⊙h +
 * (1−s)⊙v) with v ∼ V_s (seed Examples 5 and 6, Table 1). All of them act on coefficients, so constants and
 * moments are in the units of the representation.
 */
public sealed interface Obfuscation {

    /**
     * Always the same value: v = c.
     *
     * @param value the value of every replaced coefficient
     * @return the strategy
     */
    static Constant constant(double value) {
        return new Constant(value);
    }

    /**
     * Independent normal values; mean and standard deviation are those of all coefficients of the signal.
     *
     * @return the strategy
     */
    static GaussianNoise gaussianNoise() {
        return new GaussianNoise(new Moments.OfSignal(Moments.Grouping.WHOLE));
    }

    /**
     * Independent uniform values in [mean − std, mean + std]; mean and standard deviation are those of all
     * coefficients of the signal.
     *
     * @return the strategy
     */
    static UniformNoise uniformNoise() {
        return new UniformNoise(new Moments.OfSignal(Moments.Grouping.WHOLE));
    }

    /**
     * The coefficients of the signal blurred by a Gaussian kernel, v = K ∗ x (seed Example 6). The border
     * value is repeated.
     *
     * @param sigma the standard deviation of the kernel in pixels (or samples), greater than 0
     * @return the strategy
     */
    static Blur blur(double sigma) {
        return new Blur(sigma);
    }

    /**
     * Always the same value. See {@link #constant(double)}.
     *
     * @param value any finite number
     */
    record Constant(double value) implements Obfuscation {
        /** Checks the range. */
        public Constant {
            Check.finite("constant replacement", value, "Maybe use constant(0).");
        }
    }

    /**
     * Normal noise. See {@link #gaussianNoise()}.
     *
     * @param moments where mean and standard deviation come from
     */
    record GaussianNoise(Moments moments) implements Obfuscation {
        /**
         * With one mean and standard deviation for each channel.
         *
         * @return the changed strategy
         */
        public GaussianNoise perChannel() {
            return new GaussianNoise(new Moments.OfSignal(Moments.Grouping.PER_CHANNEL));
        }

        /**
         * With one mean and standard deviation for each scale of a wavelet representation.
         *
         * @return the changed strategy
         */
        public GaussianNoise perScale() {
            return new GaussianNoise(new Moments.OfSignal(Moments.Grouping.PER_SCALE));
        }

        /**
         * With fixed moments.
         *
         * @param mean any finite number
         * @param std the standard deviation, at least 0
         * @return the changed strategy
         */
        public GaussianNoise given(double mean, double std) {
            return new GaussianNoise(new Moments.Given(mean, std));
        }
    }

    /**
     * Uniform noise. See {@link #uniformNoise()}.
     *
     * @param moments where mean and half-width (the standard deviation of the signal) come from
     */
    record UniformNoise(Moments moments) implements Obfuscation {
        /**
         * With one mean and standard deviation for each channel.
         *
         * @return the changed strategy
         */
        public UniformNoise perChannel() {
            return new UniformNoise(new Moments.OfSignal(Moments.Grouping.PER_CHANNEL));
        }

        /**
         * With one mean and standard deviation for each scale of a wavelet representation.
         *
         * @return the changed strategy
         */
        public UniformNoise perScale() {
            return new UniformNoise(new Moments.OfSignal(Moments.Grouping.PER_SCALE));
        }

        /**
         * With a fixed interval [mean − halfWidth, mean + halfWidth].
         *
         * @param mean any finite number
         * @param halfWidth at least 0
         * @return the changed strategy
         */
        public UniformNoise given(double mean, double halfWidth) {
            return new UniformNoise(new Moments.Given(mean, halfWidth));
        }
    }

    /**
     * The blurred signal. See {@link #blur(double)}.
     *
     * @param sigma the standard deviation of the kernel, greater than 0
     */
    record Blur(double sigma) implements Obfuscation {
        /** Checks the range. */
        public Blur {
            Check.positive("standard deviation of the blur", sigma, "Maybe use blur(8).");
        }
    }

    /** A strategy that a backend makes from a function over its own tensors. */
    non-sealed interface Custom extends Obfuscation {
        /**
         * How it is called in messages and files.
         *
         * @return a short name
         */
        String name();
    }
}
