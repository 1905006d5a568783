package org.rde4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Magnitudes and phases. See {@link Representation#fourier()}.
 *
 * <p>Coefficients are not normalised: c_k = Σ x_l e^{−2πikl/n}. Phases lie in (−π, π]; that of a coefficient
 * that is zero (below 10⁻¹² of the largest) is 0.
 *
 * @param components how magnitudes and phases form components
 * @param bands where the bands of frequencies start, see {@link #bands(List)}; empty if each frequency is a component
 */
public record Fourier(Components components, List<Integer> bands) implements Representation {
    /** How magnitudes and phases form components. */
    public enum Components {
        /** A component is one magnitude, or one phase: blocks {@code magnitude} and {@code phase}. */
        APART,
        /** A component is one complex coefficient, its real and imaginary part: block {@code fourier}. */
        JOINT,
        /** Two components, all magnitudes and all phases: blocks {@code magnitude} and {@code phase}. */
        WHOLE
    }

    /** Checks that the bands ascend from 0. */
    public Fourier {
        bands = List.copyOf(bands);
        if (!bands.isEmpty()) {
            requireBands(components, bands);
        }
    }

    private static void requireBands(Components components, List<Integer> bands) {
        if (components == Components.WHOLE) {
            throw new RdeException(
                    "The whole magnitude and the whole phase have no bands of frequencies.",
                    "Maybe use fourier().bands(...) or fourier().joint().bands(...).");
        }
        if (bands.get(0) != 0) {
            throw new RdeException(
                    "The first band starts at the frequency %s, but must start at 0.".formatted(bands.get(0)),
                    "Every frequency must lie in a band.");
        }
        for (int i = 1; i < bands.size(); i++) {
            if (bands.get(i) <= bands.get(i - 1)) {
                throw new RdeException(
                        "The band %s starts at the frequency %s, which must be above %s, the start of the band before it."
                                .formatted(i, bands.get(i), bands.get(i - 1)),
                        "Maybe use Fourier.logarithmicBands(...).");
            }
        }
    }

    /**
     * One component per frequency: its complex coefficient, in place of magnitude and phase. Bands remain.
     *
     * @return the changed representation
     */
    public Fourier joint() {
        return new Fourier(Components.JOINT, bands);
    }

    /**
     * Two components, the entire magnitude and the entire phase (seed Example 4): which of them matters?
     *
     * @return the changed representation
     */
    public Fourier whole() {
        return new Fourier(Components.WHOLE, List.of());
    }

    /**
     * One component for all magnitudes of a band of frequencies and one for all phases of it, or with
     * {@link #joint()} one for all complex coefficients of it. For signals [C, T] and vectors [n] of n values; the
     * frequency with the index k is k·(sample rate)/n.
     *
     * @param starts the index of the first frequency of each band, 0 … ⌊n/2⌋, ascending, the first of them 0; a
     *     band ends where the next one starts
     * @return the changed representation
     * @throws RdeException if the starts do not ascend from 0, or components are {@link #whole()}
     */
    public Fourier bands(List<Integer> starts) {
        return new Fourier(components, starts);
    }

    /** {@link #bands(List)} of single numbers. */
    public Fourier bands(int... starts) {
        return bands(Arrays.stream(starts).boxed().toList());
    }

    /**
     * Bands of equal width on a logarithmic axis, from a lowest frequency to half of the sample rate, for
     * {@link #bands(List)}. The first one begins at 0, so that it has everything below the lowest frequency as well.
     * Where bands would be narrower than the distance of two frequencies, they are widened to one frequency each.
     *
     * @param length the number n of values of a signal, at least 1
     * @param sampleRate in Hz, greater than 0
     * @param lowest in Hz, greater than 0, less than half of the sample rate
     * @param count the number of bands, 1 … ⌊n/2⌋ + 1
     * @return the index of the first frequency of each band
     * @throws RdeException if a number is out of its range
     */
    public static List<Integer> logarithmicBands(int length, double sampleRate, double lowest, int count) {
        Check.atLeast("length of the signal", length, 1, "Give the number of its values.");
        Check.positive("sample rate", sampleRate, "Maybe use 16000.");
        Check.positive("lowest frequency", lowest, "Maybe use 20.");
        int highest = length / 2;
        Check.within("number of bands", count, 1, highest + 1, "There are that many frequencies.");
        double width = StrictMath.log(sampleRate / 2 / lowest);
        if (width <= 0) {
            throw new RdeException(
                    "The lowest frequency (%s Hz) must be less than half of the sample rate (%s Hz)."
                            .formatted(lowest, sampleRate),
                    "Maybe use 20.");
        }
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 1; i < count; i++) {
            double hertz = lowest * StrictMath.exp(width * i / count);
            long nearest = Math.round(hertz * length / sampleRate);
            int least = starts.get(i - 1) + 1;
            int most = highest - (count - 1 - i);
            starts.add((int) Math.min(most, Math.max(least, nearest)));
        }
        return List.copyOf(starts);
    }
}
