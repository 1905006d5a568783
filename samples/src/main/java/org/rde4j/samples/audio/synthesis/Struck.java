package org.rde4j.samples.audio.synthesis;

/**
 * Pianos and their electric kin: two or three strings to a note, slightly out of tune with each other, stiff, and
 * struck by a hammer near the end; a fast decay at first, a slow one afterwards.
 *
 * @param stiffness of the string at 262 Hz; partial k lies at k·√(1 + stiffness·k²)
 * @param place where the hammer strikes, as a share of the string
 * @param cutoff of the hammer in Hz, at full loudness
 * @param spread how far the strings are apart, as a ratio of frequencies
 * @param prompt seconds in which the first partial's fast part falls by 60 dB, at 262 Hz
 * @param lasting share of the slow part
 * @param knock level of the hammer's noise
 */
record Struck(double stiffness, double place, double cutoff, double spread, double prompt, double lasting, double knock)
        implements Instrument {
    static Instrument keyboard(Draw draw) {
        return new Struck(
                draw.ratioBetween(3e-4, 1.2e-3),
                draw.between(0.1, 0.14),
                draw.ratioBetween(700, 2_500),
                draw.ratioBetween(2e-4, 1.2e-3),
                draw.ratioBetween(2, 5),
                draw.between(0.1, 0.35),
                draw.ratioBetween(0.01, 0.06));
    }

    @Override
    public Sound play(double hertz, double loudness, Draw draw) {
        Sound sound = new Sound(Curve.steady());
        double stiff = stiffness * StrictMath.pow(hertz / 262, 1.3);
        double hammer = 1.5 * cutoff * (0.35 + 0.65 * loudness) + hertz;
        double seconds = prompt * StrictMath.pow(262 / hertz, 0.5);
        double release = draw.between(0.15, 0.3);
        for (int k = 1; k <= Instrument.partials(hertz); k++) {
            double f = hertz * k * Math.sqrt(1 + stiff * k * k);
            double level =
                    Math.abs(StrictMath.sin(k * Math.PI * place)) * StrictMath.pow(Instrument.lowPass(f, hammer), 1.5);
            double decay = seconds / (1 + 0.12 * k);
            Curve fast = Curve.struck(decay, release);
            Curve slow = Curve.struck(5 * decay, release);
            double phase = draw.angle();
            sound.sine(f, level * (1 - lasting), phase, fast);
            sound.sine(f * (1 + spread * draw.between(0.5, 1)), level * lasting, phase, slow);
            sound.sine(f * (1 - spread * draw.between(0.5, 1)), level * lasting, phase, slow);
        }
        sound.noise(draw.between(150, 350), 0.8, knock * loudness, Curve.struck(0.15, release), draw);
        return sound;
    }
}
