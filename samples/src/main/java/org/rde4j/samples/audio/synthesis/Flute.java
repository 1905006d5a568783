package org.rde4j.samples.audio.synthesis;

/**
 * Flutes: few partials, each much weaker than the one before; breath around them; loudness that swings.
 *
 * @param falling level of each partial, as a share of the one before, at full loudness
 * @param breath level of the noise
 * @param attack seconds
 * @param rate of the vibrato in Hz
 * @param depth of the vibrato, in loudness
 */
record Flute(double falling, double breath, double attack, double rate, double depth) implements Instrument {
    static Instrument flute(Draw draw) {
        return new Flute(
                draw.ratioBetween(0.12, 0.45),
                draw.ratioBetween(0.02, 0.1),
                draw.ratioBetween(0.05, 0.2),
                draw.between(4, 6),
                draw.between(0, 0.25));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        double swing = draw.angle();
        Sound sound = new Sound(Curve.swinging(rate, 0.015 * depth, 0.5, swing));
        Curve held = Curve.held(attack, 0.2);
        Curve swinging = held.times(Curve.swinging(rate, depth, 0.5, swing));
        double level = 1;
        for (int k = 1; k <= Math.min(8, Instrument.partials(hertz)); k++) {
            sound.sine(k * hertz, level * draw.between(0.6, 1.4), draw.angle(), k == 1 ? held : swinging);
            level *= falling * (0.6 + 0.4 * loudness);
        }
        sound.noise(2 * hertz, 0.8, breath, held, draw);
        sound.noise(Math.min(6 * hertz, 6_000), 0.6, 0.6 * breath, held, draw);
        return sound;
    }
}
