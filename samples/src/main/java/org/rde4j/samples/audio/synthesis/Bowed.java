package org.rde4j.samples.audio.synthesis;

import java.util.Arrays;

/**
 * Bowed strings: a saw's rich spectrum through a body with many resonances, a slow attack, vibrato and the bow's
 * noise.
 *
 * @param resonances of the body in Hz
 * @param tilt partial k begins with k to the power of minus this
 * @param cutoff of the tone, in Hz
 * @param attack seconds
 * @param rate of the vibrato in Hz
 * @param depth of the vibrato, in pitch
 * @param scratch level of the bow's noise
 */
record Bowed(double[] resonances, double tilt, double cutoff, double attack, double rate, double depth, double scratch)
        implements Instrument {
    static Instrument string(Draw draw) {
        double[] resonances = new double[8];
        Arrays.setAll(resonances, i -> draw.ratioBetween(250, 4_000));
        return new Bowed(
                resonances,
                draw.between(0.7, 1.1),
                draw.ratioBetween(3_000, 6_000),
                draw.ratioBetween(0.1, 0.4),
                draw.between(4.8, 6.5),
                draw.between(0.004, 0.012),
                draw.ratioBetween(0.01, 0.04));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        Sound sound = new Sound(Curve.swinging(rate, depth, 0.3, draw.angle()));
        Curve held = Curve.held(attack * (1.4 - 0.6 * loudness), draw.between(0.15, 0.4));
        for (int k = 1; k <= Instrument.partials(hertz); k++) {
            double level = StrictMath.pow(k, -tilt) * Instrument.lowPass(k * hertz, cutoff * (0.6 + 0.4 * loudness));
            for (double resonance : resonances) {
                level *= Instrument.resonance(k * hertz, resonance, 8, 1.2);
            }
            sound.sine(k * hertz, level, draw.angle(), held);
        }
        sound.noise(2_500, 0.5, scratch, held, draw);
        return sound;
    }
}
