package org.rde4j.samples.audio.synthesis;

import java.util.Arrays;

/**
 * Organs: a rank of pipes or a tone wheel for each drawbar, all at once and steady, whatever the touch; a click
 * of the key and sometimes the slow swing of a rotating loudspeaker.
 *
 * @param drawbars levels of the nine drawbars, 16' to 1'
 * @param brightness level of each rank's second partial
 * @param click level of the key's noise
 * @param swing depth of the loudspeaker's tremolo
 * @param turns of the loudspeaker each second
 */
record Organ(double[] drawbars, double brightness, double click, double swing, double turns) implements Instrument {
    /** The drawbars' pitches as multiples of the key's. */
    private static final double[] RATIOS = {0.5, 1.5, 1, 2, 3, 4, 5, 6, 8};

    static Instrument organ(Draw draw) {
        double[] drawbars = new double[RATIOS.length];
        Arrays.setAll(drawbars, i -> draw.chance(0.75) ? draw.ratioBetween(0.2, 1) : 0);
        drawbars[0] = draw.ratioBetween(0.3, 1);
        drawbars[2] = 1;
        return new Organ(
                drawbars,
                draw.ratioBetween(0.02, 0.2),
                draw.ratioBetween(0.01, 0.1),
                draw.chance(0.5) ? draw.between(0.02, 0.15) : 0,
                draw.between(0.8, 7));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        Sound sound = new Sound(Curve.swinging(turns, swing / 60, 0.01, draw.angle()));
        Curve held =
                Curve.held(draw.between(0.005, 0.03), 0.06).times(Curve.swinging(turns, swing, 0.01, draw.angle()));
        for (int i = 0; i < RATIOS.length; i++) {
            // Tone wheels are a little off.
            double f = hertz * RATIOS[i] * (1 + draw.between(-4e-4, 4e-4));
            sound.sine(f, drawbars[i], draw.angle(), held);
            sound.sine(2 * f, drawbars[i] * brightness, draw.angle(), held);
            sound.sine(3 * f, drawbars[i] * brightness * brightness, draw.angle(), held);
        }
        sound.noise(2_000, 0.5, click, Curve.struck(0.03, 0.05), draw);
        return sound;
    }
}
