package org.rde4j.samples.audio.synthesis;

import java.util.Locale;
import org.rde4j.RdeException;
import org.rde4j.samples.audio.Note;

/**
 * Two families that differ in one thing only, for checking answers to "magnitude or phase?" (seed, Example 4) against
 * a known truth. Notes are sums of sine waves at multiples of a fundamental, all on bins of the Fourier transform of
 * two seconds (multiples of 0.5 Hz), so that a bin shows just the wave's magnitude and phase.
 *
 * <p>By {@linkplain #phase phase}: magnitudes come from one distribution; the phases of family 0 lie around π/2, of
 * family 1 around 3π/2. All these notes have the same fundamental: if the waves lay elsewhere in each note, magnitudes
 * would be needed to find them. By {@linkplain #magnitude magnitude}: phases are uniform in both; the waves of family 0 are
 * strongest around 500 Hz, of family 1 around 2,000 Hz.
 */
public final class PlantedNotes {
    /** Of the phases, uniform on either side of their middle. */
    private static final double JITTER = Math.PI / 3;

    private static final double FLOOR = 5e-4;
    /** The fundamental of all notes that differ by phase, in Hz. */
    private static final double COMMON = 60;

    private static final double LOWEST = 40;
    private static final double HIGHEST = 100;
    private static final int VELOCITY = 100;

    private final boolean byPhase;

    private PlantedNotes(boolean byPhase) {
        this.byPhase = byPhase;
    }

    /**
     * Families that differ in phase only.
     *
     * @return the notes
     */
    public static PlantedNotes phase() {
        return new PlantedNotes(true);
    }

    /**
     * Families that differ in magnitude only.
     *
     * @return the notes
     */
    public static PlantedNotes magnitude() {
        return new PlantedNotes(false);
    }

    /**
     * One note.
     *
     * @param seed any number
     * @param index which note, at least 0; even ones are of family 0, odd ones of family 1
     * @return the note, four seconds (two seconds twice)
     * @throws RdeException if the index is negative
     */
    public Note note(long seed, int index) {
        if (index < 0) {
            throw new RdeException("The index of a note (%s) must be at least 0.".formatted(index), "Count from 0.");
        }
        int family = index % 2;
        Draw draw = Draw.of(seed, byPhase ? 1 : 2, index);
        double fundamental = byPhase ? COMMON : Math.round(2 * draw.ratioBetween(LOWEST, HIGHEST)) / 2.0;
        double middle = draw.ratioBetween(0.8, 1.25) * (byPhase ? 1_000 : family == 0 ? 500 : 2_000);
        double tilt = draw.between(0.3, 0.8);
        Sound sound = new Sound(Curve.steady());
        for (int k = 1; k * fundamental < 7_700; k++) {
            double level = StrictMath.pow(k, -tilt)
                    * Instrument.resonance(k * fundamental, middle, 1.5, 6)
                    * draw.ratioBetween(0.5, 2);
            double phase = byPhase ? (family + 0.5) * Math.PI + draw.between(-JITTER, JITTER) : draw.angle();
            // The phase of a bin is that of the cosine.
            sound.sine(k * fundamental, level, phase + Math.PI / 2, Curve.steady());
        }
        int pitch = (int) Math.round(69 + 12 * StrictMath.log(fundamental / 440) / StrictMath.log(2));
        String name = String.format(
                Locale.ROOT, "planted_%s_%05d-%03d-%03d", byPhase ? "phase" : "magnitude", index, pitch, VELOCITY);
        return new Note(name, family, pitch, VELOCITY, sound.finished(0.9, FLOOR, draw));
    }
}
