package org.rde4j;

/**
 * Magnitudes and phases. See {@link Representation#fourier()}.
 *
 * <p>Coefficients are not normalised: c_k = Σ x_l e^{−2πikl/n}. Phases lie in (−π, π]; that of a coefficient
 * that is zero (below 10⁻¹² of the largest) is 0.
 *
 * @param components how magnitudes and phases form components
 */
public record Fourier(Components components) implements Representation {
    /** How magnitudes and phases form components. */
    public enum Components {
        /** A component is one magnitude, or one phase: blocks {@code magnitude} and {@code phase}. */
        APART,
        /** A component is one complex coefficient, its real and imaginary part: block {@code fourier}. */
        JOINT,
        /** Two components, all magnitudes and all phases: blocks {@code magnitude} and {@code phase}. */
        WHOLE
    }

    /**
     * One component per frequency: its complex coefficient, in place of magnitude and phase.
     *
     * @return the changed representation
     */
    public Fourier joint() {
        return new Fourier(Components.JOINT);
    }

    /**
     * Two components, the entire magnitude and the entire phase (seed Example 4): which of them matters?
     *
     * @return the changed representation
     */
    public Fourier whole() {
        return new Fourier(Components.WHOLE);
    }
}
