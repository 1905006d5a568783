package org.rde4j.samples.audio.synthesis;

import org.rde4j.samples.audio.Wav;

/** A sound in the making: sine waves and filtered noise are added to it. Four seconds at 16 kHz. */
final class Sound {
    /** How many samples there are. */
    static final int LENGTH = 4 * Wav.RATE;

    /** Loudness and pitch are worked out every so many samples, 2 ms, and go straight in between. */
    private static final int BLOCK = 32;

    private static final double INAUDIBLE = 1e-6;
    private static final double NYQUIST = Wav.RATE / 2.0;

    private final double[] samples = new double[LENGTH];
    private final double[] bend = new double[LENGTH / BLOCK + 1];

    /** A silent sound whose sine waves all follow a curve of pitch, 1 for the pitch they are given. */
    Sound(Curve pitch) {
        for (int block = 0; block < bend.length; block++) {
            bend[block] = pitch.at(block * BLOCK / (double) Wav.RATE);
        }
    }

    /** Adds a sine wave; beyond 0.97 of the Nyquist frequency, or too weak to be heard, it is left out. */
    void sine(double hertz, double level, double phase, Curve loudness) {
        if (hertz > 0.97 * NYQUIST || Math.abs(level) < INAUDIBLE) {
            return;
        }
        double real = StrictMath.cos(phase);
        double imaginary = StrictMath.sin(phase);
        double from = level * loudness.at(0);
        for (int block = 0; block < LENGTH / BLOCK; block++) {
            double to = level * loudness.at((block + 1) * BLOCK / (double) Wav.RATE);
            double step = 2 * Math.PI * hertz * bend[block] / Wav.RATE;
            double cos = StrictMath.cos(step);
            double sin = StrictMath.sin(step);
            for (int i = 0; i < BLOCK; i++) {
                samples[block * BLOCK + i] += (from + (to - from) * i / BLOCK) * imaginary;
                double turned = cos * real - sin * imaginary;
                imaginary = sin * real + cos * imaginary;
                real = turned;
            }
            from = to;
        }
    }

    /**
     * Adds noise through a band-pass filter (the usual bilinear one of second order, peak gain 1).
     *
     * @param hertz the middle of the band
     * @param quality the middle divided by the width
     * @param level the root mean square at loudness 1
     */
    void noise(double hertz, double quality, double level, Curve loudness, Draw draw) {
        double angle = 2 * Math.PI * Math.min(hertz, 0.9 * NYQUIST) / Wav.RATE;
        double alpha = StrictMath.sin(angle) / (2 * quality);
        double norm = 1 + alpha;
        // The filter is half of 1 minus an all-pass filter, so that it keeps alpha / norm of the power; uniform
        // numbers in [-1, 1] have a third.
        double gain = level * Math.sqrt(3 * norm / alpha);
        double b = alpha / norm;
        double a1 = -2 * StrictMath.cos(angle) / norm;
        double a2 = (1 - alpha) / norm;
        double x1 = 0;
        double x2 = 0;
        double y1 = 0;
        double y2 = 0;
        double envelope = 0;
        for (int i = 0; i < LENGTH; i++) {
            envelope = i % BLOCK == 0 ? gain * loudness.at(i / (double) Wav.RATE) : envelope;
            double x = draw.between(-1, 1);
            double y = b * (x - x2) - a1 * y1 - a2 * y2;
            samples[i] += envelope * y;
            x2 = x1;
            x1 = x;
            y2 = y1;
            y1 = y;
        }
    }

    /** Scales the sound to a peak, then adds white noise of a root mean square. */
    float[] finished(double peak, double floor, Draw draw) {
        double highest = 1e-12;
        for (double sample : samples) {
            highest = Math.max(highest, Math.abs(sample));
        }
        float[] result = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            double value = peak / highest * samples[i] + floor * Math.sqrt(3) * draw.between(-1, 1);
            // In steps of 16 bits, so that a WAV file holds just this.
            result[i] = (float) (Math.round(Math.max(-1, Math.min(1, value)) * Short.MAX_VALUE)) / Short.MAX_VALUE;
        }
        return result;
    }
}
