package org.rde4j.samples.audio.synthesis;

/**
 * Mallets on bars: few partials, far from multiples of the first (free bars, tuned at their arch), that die away
 * fast; a click of the mallet.
 *
 * @param second the second partial, as a multiple of the first
 * @param third the third
 * @param fourth the fourth
 * @param hardness of the mallet: how strong the upper partials are, at full loudness
 * @param t60 seconds in which the first partial falls by 60 dB, at 440 Hz
 * @param damping how much sooner each further partial does
 * @param click level of the mallet's noise
 */
record Bars(double second, double third, double fourth, double hardness, double t60, double damping, double click)
        implements Instrument {
    static Instrument mallet(Draw draw) {
        // Marimbas are tuned to 4 and about 9 or 10, xylophones to 3 and 6, glockenspiels not at all.
        double[][] tunings = {{3.93, 9.4, 16.6}, {3.0, 6.1, 10.2}, {2.76, 5.4, 8.93}, {3.98, 10.2, 18.1}};
        double[] tuning = tunings[draw.below(tunings.length)];
        return new Bars(
                tuning[0] * draw.ratioBetween(0.98, 1.02),
                tuning[1] * draw.ratioBetween(0.97, 1.03),
                tuning[2] * draw.ratioBetween(0.96, 1.04),
                draw.ratioBetween(0.15, 0.8),
                draw.ratioBetween(0.5, 2.5),
                draw.between(0.6, 2),
                draw.ratioBetween(0.02, 0.1));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        Sound sound = new Sound(Curve.steady());
        double[] ratios = {1, second, third, fourth};
        double seconds = t60 * StrictMath.pow(440 / hertz, 0.6);
        double release = draw.between(0.2, 0.5);
        double level = 1;
        for (int k = 0; k < ratios.length; k++) {
            double decay = seconds / (1 + damping * k);
            sound.sine(hertz * ratios[k], level * draw.between(0.8, 1.2), draw.angle(), Curve.struck(decay, release));
            level *= hardness * (0.5 + 0.5 * loudness);
        }
        Curve burst = Curve.struck(draw.between(0.02, 0.06), release);
        sound.noise(Math.min(6 * hertz, 5_000), 0.6, click * loudness, burst, draw);
        return sound;
    }
}
