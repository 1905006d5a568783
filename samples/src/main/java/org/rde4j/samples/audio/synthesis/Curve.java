package org.rde4j.samples.audio.synthesis;

/** A quantity over the seconds of a note, such as loudness or pitch. */
@FunctionalInterface
interface Curve {
    /** How long a key is held, as in NSynth, in seconds. */
    double HELD = 3;

    double at(double seconds);

    /** Always 1. */
    static Curve steady() {
        return t -> 1;
    }

    /** Rises within some seconds, stays, and ends within others once the key is let go. */
    static Curve held(double attack, double release) {
        return t -> (1 - StrictMath.exp(-3 * t / attack)) * ended(t, release);
    }

    /** Begins at once, falls by 60 dB in some seconds, faster once the key is let go. */
    static Curve struck(double t60, double release) {
        double rate = StrictMath.log(1000) / t60;
        return t -> Math.min(1, t / 0.002) * StrictMath.exp(-rate * t) * ended(t, release);
    }

    /** The product with another curve. */
    default Curve times(Curve other) {
        return t -> at(t) * other.at(t);
    }

    /** Swings around 1: vibrato or tremolo that begins after a moment. */
    static Curve swinging(double hertz, double depth, double onset, double phase) {
        return t -> 1 + depth * (1 - StrictMath.exp(-t / onset)) * StrictMath.sin(2 * Math.PI * hertz * t + phase);
    }

    private static double ended(double t, double release) {
        return t < HELD ? 1 : StrictMath.exp(-6.9 * (t - HELD) / release);
    }
}
