package org.rde4j;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Matching pursuit. See {@link Solver#matchingPursuit(int)}. Candidates are compared on the same samples, so
 * that the estimated distortion is one fixed function of the mask; ties go to the component that comes first.
 *
 * @param maxComponents how many components are kept at most, at least 1
 * @param tolerance the distortion at which forward and floating search end, and which backward search does not
 *     exceed; at least 0, or empty
 * @param direction whether components are added to none, taken from all, or both in turn
 * @param stopsWithoutGain whether forward search ends when no component lowers the distortion
 * @param swaps how many exchanges of a chosen and another component may follow, at least 0; each tries all
 *     pairs and takes the best, as long as it lowers the distortion
 * @param lazy whether forward search skips candidates whose gain in an earlier round was too small (Minoux
 *     1978): the same mask where gains only ever diminish; a gain that is seen to grow is reported in a warning, but
 *     one of a skipped candidate is not seen
 * @param samples perturbations per estimate, at least 1
 * @param seed the seed of all random draws
 */
public record MatchingPursuit(
        int maxComponents,
        OptionalDouble tolerance,
        Direction direction,
        boolean stopsWithoutGain,
        int swaps,
        boolean lazy,
        int samples,
        long seed)
        implements Solver {

    /** Where the search starts. */
    public enum Direction {
        /** From the zero mask, adding components. */
        FORWARD,
        /** From the mask of ones, taking components away. */
        BACKWARD,
        /**
         * From the zero mask, adding components, and after each taking away again whatever leaves the best set of
         * that size so far (Pudil, Novovičová and Kittler 1994); the search runs to three times the wanted size.
         */
        FLOATING
    }

    /** Checks the ranges. */
    public MatchingPursuit {
        Check.atLeast("number of components", maxComponents, 1, "Maybe use matchingPursuit(20).");
        tolerance.ifPresent(d -> Check.notNegative("tolerance of the pursuit", d, "Maybe use tolerance(0.01)."));
        Check.atLeast("number of swaps", swaps, 0, "Use 0 for none.");
        Check.atLeast("number of samples", samples, 1, "Maybe use samples(16).");
        if (lazy && direction != Direction.FORWARD) {
            throw new RdeException(
                    "A %s pursuit cannot be lazy: the price of taking a component away grows."
                            .formatted(direction.name().toLowerCase(Locale.ROOT)),
                    "Maybe leave lazily() out.");
        }
        if (stopsWithoutGain && direction == Direction.BACKWARD) {
            throw new RdeException(
                    "A backward pursuit cannot stop without gain: taking a component away gains nothing.",
                    "Maybe use tolerance(0.01).");
        }
        if (swaps > 0 && direction != Direction.FORWARD) {
            throw new RdeException(
                    "Swaps (%s) follow a forward pursuit only.".formatted(swaps),
                    "Maybe leave swaps(%s) out.".formatted(swaps));
        }
    }

    /**
     * With another number of components.
     *
     * @param atMost how many components are kept at most, at least 1
     * @return the changed solver
     */
    public MatchingPursuit components(int atMost) {
        return new MatchingPursuit(atMost, tolerance, direction, stopsWithoutGain, swaps, lazy, samples, seed);
    }

    /**
     * Ending when the distortion is small enough.
     *
     * @param distortion at least 0
     * @return the changed solver
     */
    public MatchingPursuit tolerance(double distortion) {
        return new MatchingPursuit(
                maxComponents, OptionalDouble.of(distortion), direction, stopsWithoutGain, swaps, lazy, samples, seed);
    }

    /**
     * Taking components from the mask of ones instead of adding them to none.
     *
     * @return the changed solver
     */
    public MatchingPursuit backward() {
        return new MatchingPursuit(
                maxComponents, tolerance, Direction.BACKWARD, stopsWithoutGain, swaps, lazy, samples, seed);
    }

    /**
     * Only adding components, one after the other, as the seed's greedy algorithm does: a third of the masks or fewer, and
     * more often a set that another one of its size beats.
     *
     * @return the changed solver
     */
    public MatchingPursuit forward() {
        return new MatchingPursuit(
                maxComponents, tolerance, Direction.FORWARD, stopsWithoutGain, swaps, lazy, samples, seed);
    }

    /**
     * Ending when no component lowers the distortion.
     *
     * @return the changed solver
     */
    public MatchingPursuit stoppingWithoutGain() {
        return new MatchingPursuit(maxComponents, tolerance, direction, true, swaps, lazy, samples, seed);
    }

    /**
     * Exchanging components after a forward search.
     *
     * @param atMost the number of exchanges, at least 0
     * @return the changed solver
     */
    public MatchingPursuit swaps(int atMost) {
        return new MatchingPursuit(maxComponents, tolerance, adding(), stopsWithoutGain, atMost, lazy, samples, seed);
    }

    /**
     * A forward search that skips candidates whose earlier gain was too small.
     *
     * @return the changed solver
     */
    public MatchingPursuit lazily() {
        return new MatchingPursuit(maxComponents, tolerance, adding(), stopsWithoutGain, swaps, true, samples, seed);
    }

    /** Forward, unless backward was asked for, which then is refused. */
    private Direction adding() {
        return direction == Direction.BACKWARD ? direction : Direction.FORWARD;
    }

    /**
     * With another number of perturbations per estimate.
     *
     * @param newSamples at least 1
     * @return the changed solver
     */
    public MatchingPursuit samples(int newSamples) {
        return new MatchingPursuit(
                maxComponents, tolerance, direction, stopsWithoutGain, swaps, lazy, newSamples, seed);
    }

    @Override
    public MatchingPursuit seed(long newSeed) {
        return new MatchingPursuit(
                maxComponents, tolerance, direction, stopsWithoutGain, swaps, lazy, samples, newSeed);
    }
}
