package org.rde4j.samples.audio.synthesis;

import java.util.Arrays;

/**
 * Singing: the glottis' falling spectrum through the three resonances of a vowel, deep vibrato and breath.
 *
 * @param formants the vowel's resonances in Hz
 * @param tilt partial k begins with k to the power of minus this
 * @param attack seconds
 * @param rate of the vibrato in Hz
 * @param depth of the vibrato, in pitch
 * @param breath level of the noise
 */
record Voice(double[] formants, double tilt, double attack, double rate, double depth, double breath)
        implements Instrument {
    /** a, e, i, o, u of men (Peterson and Barney 1952, rounded). */
    private static final double[][] VOWELS = {
        {730, 1_090, 2_440}, {530, 1_840, 2_480}, {270, 2_290, 3_010}, {570, 840, 2_410}, {300, 870, 2_240}
    };

    static Instrument vocal(Draw draw) {
        double[] vowel = VOWELS[draw.below(VOWELS.length)].clone();
        // Women's and children's are up to a quarter higher.
        double size = draw.ratioBetween(0.95, 1.25);
        Arrays.setAll(vowel, i -> vowel[i] * size * draw.ratioBetween(0.95, 1.05));
        return new Voice(
                vowel,
                draw.between(0.8, 1.2),
                draw.ratioBetween(0.08, 0.25),
                draw.between(4.8, 6.2),
                draw.between(0.008, 0.025),
                draw.ratioBetween(0.004, 0.02));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        Sound sound = new Sound(Curve.swinging(rate, depth, 0.3, draw.angle()));
        Curve held = Curve.held(attack, draw.between(0.1, 0.3));
        for (int k = 1; k <= Instrument.partials(hertz); k++) {
            double level = StrictMath.pow(k, -tilt - 0.4 * (1 - loudness)) * vowel(k * hertz, hertz);
            sound.sine(k * hertz, level, draw.angle(), held);
        }
        for (double formant : formants) {
            sound.noise(formant, 4, breath, held, draw);
        }
        return sound;
    }

    /** The sum of the resonances, each weaker than the one below. Singers open the mouth for notes above the first. */
    private double vowel(double hertz, double pitch) {
        double sum = 0.01;
        double gain = 1;
        for (double resonance : formants) {
            double formant = Math.max(resonance, pitch);
            double offset = 7 * (hertz / formant - formant / hertz);
            sum += gain / (1 + offset * offset);
            gain *= 0.6;
        }
        return sum;
    }
}
