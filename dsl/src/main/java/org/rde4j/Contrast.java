package org.rde4j;

/**
 * How far the lead of one label's score over another's moved, ((Φ_a − Φ_b)(x) − (Φ_a − Φ_b)(y))². See
 * {@link Distortion#contrast}.
 *
 * @param factor greater than 0
 * @param label a, counted from 0
 * @param other b, counted from 0, different from a
 */
public record Contrast(double factor, int label, int other) implements Distortion {
    /** Checks the ranges. */
    public Contrast {
        Check.positive("factor of the distortion", factor, "Maybe use times(100).");
        Check.atLeast("label", label, 0, "Classes count from 0.");
        Check.atLeast("label", other, 0, "Classes count from 0.");
        if (label == other) {
            throw new RdeException(
                    "The labels of a contrast (%s and %s) must differ.".formatted(label, other),
                    "Maybe use labelScore().of(%s).".formatted(label));
        }
    }

    @Override
    public Contrast times(double by) {
        return new Contrast(factor * by, label, other);
    }
}
