package org.rde4j.samples.audio.synthesis;

/**
 * Guitars and basses: a string that is plucked somewhere, so that partial k begins with sin(kπp)/k; high partials
 * die away sooner than low ones.
 *
 * @param place where it is plucked, as a share of the string
 * @param stiffness partial k lies at k·√(1 + stiffness·k²)
 * @param cutoff of the tone, in Hz, at full loudness
 * @param t60 seconds in which the first partial falls by 60 dB, at 220 Hz
 * @param damping how much sooner each further partial does
 * @param body middle of the body's resonance in Hz
 * @param slap level of the noise of the finger or plectrum
 */
record Plucked(double place, double stiffness, double cutoff, double t60, double damping, double body, double slap)
        implements Instrument {
    static Instrument guitar(Draw draw) {
        return new Plucked(
                draw.between(0.08, 0.35),
                draw.ratioBetween(1e-5, 1.5e-4),
                draw.ratioBetween(1_500, 5_000),
                draw.ratioBetween(2, 6),
                draw.between(0.05, 0.25),
                draw.ratioBetween(120, 400),
                draw.ratioBetween(0.01, 0.08));
    }

    static Instrument bass(Draw draw) {
        return new Plucked(
                draw.between(0.1, 0.5),
                draw.ratioBetween(1e-5, 2e-4),
                draw.ratioBetween(120, 500),
                draw.ratioBetween(3, 12),
                draw.between(0.02, 0.1),
                draw.ratioBetween(50, 120),
                draw.ratioBetween(0.005, 0.04));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        Sound sound = new Sound(Curve.steady());
        double tone = cutoff * (0.5 + 0.5 * loudness);
        double slower = StrictMath.pow(220 / hertz, 0.4);
        double release = draw.between(0.1, 0.4);
        for (int k = 1; k <= Instrument.partials(hertz); k++) {
            double f = hertz * k * Math.sqrt(1 + stiffness * k * k);
            double level = StrictMath.sin(k * Math.PI * place)
                    / k
                    * Instrument.lowPass(f, tone)
                    * Instrument.resonance(f, body, 2, 1.5);
            double decay = t60 * slower / (1 + damping * k * draw.between(0.7, 1.4));
            sound.sine(f, level, draw.angle(), Curve.struck(decay, release));
        }
        Curve burst = Curve.struck(draw.between(0.03, 0.08), release);
        sound.noise(Math.min(4 * hertz + 600, 4_000), 0.7, slap * loudness, burst, draw);
        return sound;
    }
}
