package org.rde4j.samples.audio;

import java.util.Arrays;
import org.rde4j.RdeException;

/**
 * One note of one instrument.
 *
 * @param name such as "guitar_synthetic_003-060-075": instrument, pitch, velocity
 * @param family index in {@link Families#NAMES}, 0 to 9
 * @param pitch MIDI number, 0 to 127; 69 is 440 Hz
 * @param velocity how hard it is played, 0 to 127
 * @param samples the sound at {@link Wav#RATE} samples a second, values in [−1, 1]; at least one; copied
 */
public record Note(String name, int family, int pitch, int velocity, float[] samples) {
    /** Checks the ranges. */
    public Note {
        require("family", family, Families.NAMES.size() - 1);
        require("pitch", pitch, 127);
        require("velocity", velocity, 127);
        if (samples.length == 0) {
            throw new RdeException("The note %s has no samples.".formatted(name), "Give at least one.");
        }
        samples = samples.clone();
    }

    private static void require(String what, int value, int most) {
        if (value < 0 || value > most) {
            throw new RdeException(
                    "The %s of a note (%s) must be between 0 and %s.".formatted(what, value, most),
                    "Check where the note comes from.");
        }
    }

    /**
     * The sound.
     *
     * @return a copy of the samples
     */
    @Override
    public float[] samples() {
        return samples.clone();
    }

    /**
     * What the family is called.
     *
     * @return one of {@link Families#NAMES}
     */
    public String familyName() {
        return Families.NAMES.get(family);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Note that
                && name.equals(that.name)
                && family == that.family
                && pitch == that.pitch
                && velocity == that.velocity
                && Arrays.equals(samples, that.samples);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(samples);
    }

    /** The name alone: samples do not fit on a line. */
    @Override
    public String toString() {
        return name;
    }
}
