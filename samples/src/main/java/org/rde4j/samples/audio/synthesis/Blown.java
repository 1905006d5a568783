package org.rde4j.samples.audio.synthesis;

/**
 * Reeds and brass. A reed's tube, closed at one end, favours odd partials, most of all the low ones; brass has all of
 * them, and more of the high ones the louder it is played and the further the attack has come (Risset's trumpet).
 *
 * @param even level of even partials, as a share of odd ones
 * @param reach up to which partial the spectrum goes before it falls, at full loudness
 * @param growth how much loudness widens the spectrum, 0 to 1
 * @param lag how much later a partial comes than the one before, as a share of the attack
 * @param formant a resonance in Hz
 * @param attack seconds
 * @param rate of the vibrato in Hz
 * @param depth of the vibrato, in pitch
 * @param breath level of the noise
 */
record Blown(
        double even,
        double reach,
        double growth,
        double lag,
        double formant,
        double attack,
        double rate,
        double depth,
        double breath)
        implements Instrument {
    static Instrument reed(Draw draw) {
        return new Blown(
                draw.ratioBetween(0.03, 0.25),
                draw.between(6, 14),
                draw.between(0.1, 0.4),
                draw.between(0, 0.05),
                draw.ratioBetween(1_300, 2_600),
                draw.ratioBetween(0.03, 0.1),
                draw.between(4.5, 6),
                draw.between(0, 0.003),
                draw.ratioBetween(0.003, 0.015));
    }

    static Instrument brass(Draw draw) {
        return new Blown(
                1,
                draw.between(4, 9),
                draw.between(0.5, 0.8),
                draw.between(0.1, 0.3),
                draw.ratioBetween(500, 1_300),
                draw.ratioBetween(0.05, 0.15),
                draw.between(4.5, 6),
                draw.between(0, 0.003),
                draw.ratioBetween(0.001, 0.005));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        Sound sound = new Sound(Curve.swinging(rate, depth, 0.7, draw.angle()));
        double wide = reach * (1 - growth + growth * loudness);
        double release = draw.between(0.08, 0.2);
        for (int k = 1; k <= Instrument.partials(hertz); k++) {
            double level = StrictMath.exp(-k / wide)
                    * (k % 2 == 0 ? even : 1)
                    * Instrument.resonance(k * hertz, formant, 1.5, 2)
                    * draw.ratioBetween(0.8, 1.25);
            sound.sine(k * hertz, level, draw.angle(), Curve.held(attack * (1 + lag * k), release));
        }
        sound.noise(formant, 0.5, breath, Curve.held(attack, release), draw);
        return sound;
    }
}
