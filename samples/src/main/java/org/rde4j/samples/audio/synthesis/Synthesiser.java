package org.rde4j.samples.audio.synthesis;

import java.util.Locale;
import org.rde4j.RdeException;
import org.rde4j.samples.audio.Families;
import org.rde4j.samples.audio.Note;

/**
 * An endless, seeded set of notes of made-up instruments, in NSynth's ten families, pitches and velocities. Each
 * instrument plays a few notes; another seed means other instruments, so that notes of another seed test whether a
 * network knows families or has learnt instruments by heart.
 *
 * <p>The same seed and index give the same note. It lasts four seconds, the key is held for three, as in NSynth.
 */
public final class Synthesiser {
    /** How many notes an instrument plays before the next one of its family comes. */
    public static final int NOTES_PER_INSTRUMENT = 5;

    private static final int[] VELOCITIES = {25, 50, 75, 100, 127};

    private Synthesiser() {}

    /**
     * One note. The families take turns, so that every run of ten notes holds each of them once.
     *
     * @param seed any number
     * @param index which note, at least 0
     * @return the note, 64,000 samples in steps of 16 bits, so that a WAV file holds it exactly; its name differs
     *     from those of all other notes of the seed
     * @throws RdeException if the index is negative
     */
    public static Note note(long seed, int index) {
        if (index < 0) {
            throw new RdeException("The index of a note (%s) must be at least 0.".formatted(index), "Count from 0.");
        }
        int families = Families.NAMES.size();
        Family family = Family.values()[index % families];
        int number = index / families / NOTES_PER_INSTRUMENT;
        int turn = index / families % NOTES_PER_INSTRUMENT;
        Draw instrumentDraw = Draw.of(seed, family.ordinal(), number);
        int place = instrumentDraw.below(family.pitches() * VELOCITIES.length);
        Instrument instrument = family.instrument(instrumentDraw);

        int combination = combination(place, turn, family.pitches() * VELOCITIES.length);
        int pitch = family.lowest() + combination / VELOCITIES.length;
        int velocity = VELOCITIES[combination % VELOCITIES.length];
        Draw draw = Draw.of(seed, family.ordinal(), number, turn + 1L);
        String name = String.format(
                Locale.ROOT,
                "%s_synthetic_%03d-%03d-%03d",
                Families.NAMES.get(family.ordinal()),
                number,
                pitch,
                velocity);
        return new Note(name, family.ordinal(), pitch, velocity, played(instrument, pitch, velocity, draw));
    }

    /** Different for each turn, and spread over all pitches and velocities: steps of the golden ratio. */
    private static int combination(int place, int turn, int count) {
        return (int) ((place + Math.round(turn * 0.6180339887 * count)) % count);
    }

    private static float[] played(Instrument instrument, int pitch, int velocity, Draw draw) {
        // A few hundredths of a half-tone off, as instruments are.
        double hertz = 440 * StrictMath.pow(2, (pitch - 69 + draw.between(-0.08, 0.08)) / 12);
        double loudness = velocity / 127.0;
        Sound sound = instrument.play(hertz, loudness, draw);
        double peak = draw.between(0.8, 1) * (0.15 + 0.8 * loudness);
        double floor = peak * draw.ratioBetween(2e-4, 3e-3);
        return sound.finished(peak, floor, draw);
    }
}
