package org.rde4j.samples.audio.synthesis;

/** One made-up instrument: what is drawn once and stays the same from note to note. */
@FunctionalInterface
interface Instrument {
    /**
     * Plays a note.
     *
     * @param hertz its pitch
     * @param loudness how hard it is played, 0.2 to 1
     * @param draw what differs from note to note
     * @return the sound, at any level
     */
    Sound play(double hertz, double loudness, Draw draw);

    /** How a filter that falls by 12 dB an octave beyond a frequency weakens another. */
    static double lowPass(double hertz, double cutoff) {
        return 1 / (1 + StrictMath.pow(hertz / cutoff, 2));
    }

    /** A resonance: 1 far away, 1 + gain at its middle. */
    static double resonance(double hertz, double middle, double quality, double gain) {
        double offset = quality * (hertz / middle - middle / hertz);
        return 1 + gain / (1 + offset * offset);
    }

    /** Up to which partial a pitch has room below the Nyquist frequency; at most 60. */
    static int partials(double hertz) {
        return (int) Math.max(1, Math.min(60, 7_800 / hertz));
    }
}
