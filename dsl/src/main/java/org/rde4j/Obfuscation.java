package org.rde4j;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An obfuscation strategy V_s: what replaces the components that the mask does not keep, y = f(s⊙h +
 * (1−s)⊙v) with v ∼ V_s (seed Examples 5 and 6, Table 1). All of them act on coefficients, so constants and
 * moments are in the units of the representation.
 */
public sealed interface Obfuscation
        permits Obfuscation.Constant,
                Obfuscation.GaussianNoise,
                Obfuscation.UniformNoise,
                CorrelatedNoise,
                Obfuscation.Blur,
                DatasetDraws,
                Mixture,
                PerPart,
                Obfuscation.Custom {

    /**
     * Whether obfuscated signals are meant to stay among the signals that the model knows (seed section 3.1.1,
     * the last column of Table 1).
     *
     * @return true for inpainting, for draws from a data set and for mixtures or parts of these alone
     */
    default boolean inDistribution() {
        return false;
    }

    /**
     * This strategy for one part of a representation; the others get {@code constant(0)} until they are named
     * with {@link PerPart#and} or {@link PerPart#others(Obfuscation)}.
     *
     * @param part a block's name, or what stands before a dot in the names of several
     * @return the strategy for all parts
     */
    default PerPart on(String part) {
        return perPart(Map.of(part, this));
    }

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
     * value is repeated. {@link Blur#withNoise} adds normal noise.
     *
     * @param sigma the standard deviation of the kernel in pixels (or samples), greater than 0
     * @return the strategy
     */
    static Blur blur(double sigma) {
        return new Blur(sigma, 0);
    }

    /**
     * Signals from a data set: each sample takes one whole signal, every signal with the same chance.
     *
     * @param signals shape [n, … the shape of one signal]
     * @return the strategy
     */
    static DatasetDraws draws(Tensor signals) {
        return new DatasetDraws(signals, OptionalInt.empty());
    }

    /**
     * Several strategies: each sample takes one of them for all components.
     *
     * @param weights the chance of each strategy, at least 0; they are divided by their sum
     * @param strategies as many as there are weights
     * @return the strategy
     */
    static Mixture mixture(List<Double> weights, Obfuscation... strategies) {
        return new Mixture(weights, List.of(strategies), Mixture.Choice.PER_SAMPLE);
    }

    /**
     * A strategy of its own for each part of a representation; parts that are not named get
     * {@code constant(0)}, see {@link PerPart#others(Obfuscation)}.
     *
     * @param parts the strategies by the name of a block, or by what stands before a dot in the names of several
     * @return the strategy for all parts
     */
    static PerPart perPart(Map<String, Obfuscation> parts) {
        return new PerPart(parts, constant(0));
    }

    /**
     * Zeros for one part of a representation, to go on with: {@code zero("buildings").and(...)}.
     *
     * @param part as in {@link #on}
     * @return the strategy for all parts
     */
    static PerPart zero(String part) {
        return constant(0).on(part);
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
         * With one mean and standard deviation for each scale of the representation (for Fourier and named parts, each block).
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

        /**
         * With a mean and a standard deviation for each coefficient.
         *
         * @param mean broadcasts to the coefficients of every block, see {@link Moments.PerCoefficient}
         * @param std at least 0, broadcasts likewise
         * @return the changed strategy
         */
        public GaussianNoise given(Tensor mean, Tensor std) {
            return new GaussianNoise(new Moments.PerCoefficient(mean, std));
        }

        /**
         * With coefficients that depend on each other, v ∼ N(µ, Σ) (seed Example 6), for representations of one
         * block and few coefficients.
         *
         * @param mean µ, n values in the order of {@link CorrelatedNoise}
         * @param covariance Σ, shape [n, n], symmetric and positive semi-definite, n at most
         *     {@value CorrelatedNoise#MOST}
         * @return the changed strategy
         */
        public CorrelatedNoise covariance(Tensor mean, Tensor covariance) {
            return new CorrelatedNoise(mean, covariance);
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
         * With one mean and standard deviation for each scale of the representation (for Fourier and named parts, each block).
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

        /**
         * With an interval for each coefficient.
         *
         * @param mean broadcasts to the coefficients of every block, see {@link Moments.PerCoefficient}
         * @param halfWidth at least 0, broadcasts likewise
         * @return the changed strategy
         */
        public UniformNoise given(Tensor mean, Tensor halfWidth) {
            return new UniformNoise(new Moments.PerCoefficient(mean, halfWidth));
        }
    }

    /**
     * The blurred signal, with or without noise. See {@link #blur(double)}.
     *
     * @param sigma the standard deviation of the kernel, greater than 0
     * @param noise the standard deviation of the noise that is added, at least 0
     */
    record Blur(double sigma, double noise) implements Obfuscation {
        /** Checks the ranges. */
        public Blur {
            Check.positive("standard deviation of the blur", sigma, "Maybe use blur(8).");
            Check.notNegative("noise standard deviation", noise, "Maybe use withNoise(0.1).");
        }

        /**
         * With normal noise on top: v is the coefficient of the blurred signal plus an independent normal value.
         *
         * @param std its standard deviation in the units of the coefficients, at least 0
         * @return the changed strategy
         */
        public Blur withNoise(double std) {
            return new Blur(sigma, std);
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
