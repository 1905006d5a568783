package org.rde4j;

import java.util.Optional;

/**
 * An explanation problem: find the sparsest mask s over the components of a representation such that the
 * expected distortion D(x, s) = E d(Φ(x), Φ(f(s⊙h + (1−s)⊙v))) stays small (seed Definitions 1 and 2).
 *
 * @param representation f, what the components are
 * @param obfuscation V_s, what replaces components that are not kept
 * @param distortion d, how a change of the output is measured
 * @param solver how the mask is found
 * @param game whether the mask marks what is kept or what is replaced
 * @param signalRange the range that obfuscated signals and explanation pictures are clipped to, or empty
 */
public record RateDistortion(
        Representation representation,
        Obfuscation obfuscation,
        Distortion distortion,
        Solver solver,
        Game game,
        Optional<Range> signalRange) {

    /** Which part of the signal a mask marks (Fong and Vedaldi 2017). */
    public enum Game {
        /** The marked components are kept, y = f(s⊙h + (1−s)⊙v): the smallest part that suffices. */
        PRESERVATION,
        /** The marked components are replaced, y = f((1−s)⊙h + s⊙v): the smallest change that matters. */
        DELETION
    }

    /**
     * A closed interval of signal values.
     *
     * @param low the least value
     * @param high the greatest value, above {@code low}
     */
    public record Range(double low, double high) {
        /** Checks the order. */
        public Range {
            Check.finite("lower end of the signal range", low, "Maybe use clippedTo(0, 1).");
            Check.finite("upper end of the signal range", high, "Maybe use clippedTo(0, 1).");
            if (low >= high) {
                throw new RdeException(
                        "The signal range [%s, %s] must not be empty.".formatted(low, high),
                        "Maybe use clippedTo(0, 1).");
            }
        }
    }

    /** Checks settings that must fit each other. */
    public RateDistortion {
        if (needsScales(obfuscation) && !representation.hasScales()) {
            throw new RdeException(
                    "Noise per scale needs a representation with scales, but %s has none.".formatted(representation),
                    "Maybe use over(wavelets(\"db3\")), or noise with perChannel().");
        }
    }

    private static boolean needsScales(Obfuscation obfuscation) {
        if (obfuscation instanceof Mixture mixture) {
            return mixture.strategies().stream().anyMatch(RateDistortion::needsScales);
        }
        Moments perScale = new Moments.OfSignal(Moments.Grouping.PER_SCALE);
        return (obfuscation instanceof Obfuscation.GaussianNoise g
                        && g.moments().equals(perScale))
                || (obfuscation instanceof Obfuscation.UniformNoise u
                        && u.moments().equals(perScale));
    }

    /**
     * A problem over the given components, with Gaussian noise of the signal's moments, 100 times the squared
     * gap of the label's probability, the l1 relaxation with λ = 1 and no clipping, until changed.
     *
     * @param representation what the components are
     * @return the problem
     */
    public static RateDistortion over(Representation representation) {
        return new RateDistortion(
                representation,
                Obfuscation.gaussianNoise(),
                Distortion.labelProbability().times(100),
                Solver.l1(1),
                Game.PRESERVATION,
                Optional.empty());
    }

    /**
     * With another obfuscation strategy.
     *
     * @param newObfuscation what replaces components that are not kept
     * @return the changed problem
     */
    public RateDistortion obfuscatedBy(Obfuscation newObfuscation) {
        return new RateDistortion(representation, newObfuscation, distortion, solver, game, signalRange);
    }

    /**
     * With another distortion.
     *
     * @param newDistortion how a change of the output is measured
     * @return the changed problem
     */
    public RateDistortion measuredBy(Distortion newDistortion) {
        return new RateDistortion(representation, obfuscation, newDistortion, solver, game, signalRange);
    }

    /**
     * With another solver.
     *
     * @param newSolver how the mask is found
     * @return the changed problem
     */
    public RateDistortion solvedBy(Solver newSolver) {
        return new RateDistortion(representation, obfuscation, distortion, newSolver, game, signalRange);
    }

    /**
     * The deletion game: the mask marks what is replaced. It asks for a distortion that is small when the
     * decision is gone, such as {@code remainingProbability()}.
     *
     * @return the changed problem
     */
    public RateDistortion deleting() {
        return new RateDistortion(representation, obfuscation, distortion, solver, Game.DELETION, signalRange);
    }

    /**
     * With obfuscated signals and explanation pictures clipped to a range.
     *
     * @param low the least value
     * @param high the greatest value, above {@code low}
     * @return the changed problem
     */
    public RateDistortion clippedTo(double low, double high) {
        return new RateDistortion(
                representation, obfuscation, distortion, solver, game, Optional.of(new Range(low, high)));
    }
}
