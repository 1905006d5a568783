package org.rde4j.samples.audio;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jtransforms.fft.DoubleFFT_1D;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import pl.edu.icm.jlargearrays.ConcurrencyUtils;

/**
 * What networks see of a note (seed, section 4.2): the magnitude and phase of its first two seconds at 1,024
 * frequencies, spaced logarithmically from 20 to 8,000 Hz.
 *
 * <p>A cell is the band around one of the frequencies, up to the geometric middles to its neighbours. It shows the
 * strongest bin of the discrete Fourier transform inside, or the nearest bin where it holds none (bins lie
 * 0.5 Hz apart, the lowest cells are narrower).
 */
public final class LogSpectrum {
    /** How many frequencies there are. */
    public static final int CELLS = 1024;

    /** How many samples of a note are looked at: two seconds. */
    public static final int SAMPLES = 2 * Wav.RATE;

    private static final double LOWEST = 20;
    private static final double HIGHEST = 8_000;
    private static final double HERTZ_PER_BIN = Wav.RATE / (double) SAMPLES;
    private static final int NYQUIST = SAMPLES / 2;

    /** Between one frequency and the next. */
    private static final double RATIO = StrictMath.pow(HIGHEST / LOWEST, 1.0 / (CELLS - 1));

    /** The first bin of each cell, and the one after the last cell's; bin k is k/2 Hz. */
    private static final int[] FIRST_BIN = firstBins();

    static {
        // Threads of the library's own pool would keep the JVM from ending for a minute.
        ConcurrencyUtils.setNumberOfThreads(1);
    }

    private static final DoubleFFT_1D FOURIER = new DoubleFFT_1D(SAMPLES);

    private LogSpectrum() {}

    /**
     * The frequencies.
     *
     * @return 1,024 numbers in Hz, 20 first and 8,000 last
     */
    public static double[] frequencies() {
        double[] frequencies = new double[CELLS];
        Arrays.setAll(frequencies, cell -> LOWEST * StrictMath.pow(RATIO, cell));
        return frequencies;
    }

    /**
     * The spectrum of a note.
     *
     * @param samples the sound at {@link Wav#RATE} samples a second; what is missing to two seconds is silence
     * @return [2, 1024]: magnitudes, divided by the root of their mean square (silence gives zeros), then phases in
     *     [0, 2π); a phase is that of the cosine, c_k = Σ_l x_l e^{−2πikl/32000}
     */
    public static Tensor of(float[] samples) {
        double[] bins = transformed(samples);
        int[] shown = shown(bins);
        double power = 0;
        for (int bin : shown) {
            power += square(bins, bin) / CELLS;
        }
        float[] values = new float[2 * CELLS];
        for (int cell = 0; cell < CELLS && power > 0; cell++) {
            values[cell] = (float) Math.sqrt(square(bins, shown[cell]) / power);
            values[CELLS + cell] = phase(bins, shown[cell]);
        }
        return Tensor.of(values, 2, CELLS);
    }

    /**
     * Which bin of the discrete Fourier transform of the first two seconds each cell shows.
     *
     * @param samples the sound at {@link Wav#RATE} samples a second; what is missing to two seconds is silence
     * @return 1,024 numbers from 40 to 16,000; bin k is k/2 Hz
     */
    public static int[] bins(float[] samples) {
        return shown(transformed(samples));
    }

    /**
     * What a mask keeps of a note, to be heard. Each frequency of the full transform belongs to the cell in whose
     * band it lies; frequencies outside of all cells are dropped. The magnitude is multiplied by the cell's
     * magnitude mask; the phase φ becomes φ + (1 − s)·u, where s is the cell's phase mask and u is uniform in
     * [−π, π].
     *
     * @param samples the sound at {@link Wav#RATE} samples a second; what is missing to two seconds is silence
     * @param magnitudeMask 1,024 numbers in [0, 1]
     * @param phaseMask 1,024 numbers in [0, 1]
     * @param seed of the random phases
     * @return two seconds, 32,000 samples; random phases may lift some beyond 1
     * @throws RdeException if a mask has another length or a number outside [0, 1]
     */
    public static float[] masked(float[] samples, float[] magnitudeMask, float[] phaseMask, long seed) {
        requireMask("magnitude", magnitudeMask);
        requireMask("phase", phaseMask);
        double[] bins = transformed(samples);
        SplittableRandom random = new SplittableRandom(seed);
        double[] kept = new double[SAMPLES];
        for (int cell = 0; cell < CELLS; cell++) {
            for (int bin = FIRST_BIN[cell]; bin < FIRST_BIN[cell + 1]; bin++) {
                double turn = (1 - phaseMask[cell]) * Math.PI * (2 * random.nextDouble() - 1);
                turn(bins, bin, magnitudeMask[cell], turn, kept);
            }
        }
        FOURIER.realInverse(kept, true);
        float[] sound = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            sound[i] = (float) kept[i];
        }
        return sound;
    }

    private static void turn(double[] from, int bin, double factor, double angle, double[] into) {
        double cos = factor * StrictMath.cos(angle);
        double sin = factor * StrictMath.sin(angle);
        if (bin == NYQUIST) {
            into[1] = cos * from[1];
        } else {
            into[2 * bin] = cos * from[2 * bin] - sin * from[2 * bin + 1];
            into[2 * bin + 1] = sin * from[2 * bin] + cos * from[2 * bin + 1];
        }
    }

    /** In the library's packing: real and imaginary part of bin k at 2k and 2k + 1, the last bin's real part at 1. */
    private static double[] transformed(float[] samples) {
        double[] values = new double[SAMPLES];
        for (int i = 0; i < Math.min(SAMPLES, samples.length); i++) {
            values[i] = samples[i];
        }
        FOURIER.realForward(values);
        return values;
    }

    private static double square(double[] bins, int bin) {
        double real = bin == NYQUIST ? bins[1] : bins[2 * bin];
        double imaginary = bin == NYQUIST ? 0 : bins[2 * bin + 1];
        return real * real + imaginary * imaginary;
    }

    private static float phase(double[] bins, int bin) {
        double angle =
                bin == NYQUIST ? StrictMath.atan2(0, bins[1]) : StrictMath.atan2(bins[2 * bin + 1], bins[2 * bin]);
        float phase = (float) (angle < 0 ? angle + 2 * Math.PI : angle);
        return phase < (float) (2 * Math.PI) ? phase : 0;
    }

    private static int[] shown(double[] bins) {
        int[] shown = new int[CELLS];
        for (int cell = 0; cell < CELLS; cell++) {
            double nearest = LOWEST * StrictMath.pow(RATIO, cell) / HERTZ_PER_BIN;
            shown[cell] = FIRST_BIN[cell] < FIRST_BIN[cell + 1] ? FIRST_BIN[cell] : (int) Math.round(nearest);
            for (int bin = FIRST_BIN[cell] + 1; bin < FIRST_BIN[cell + 1]; bin++) {
                shown[cell] = square(bins, bin) > square(bins, shown[cell]) ? bin : shown[cell];
            }
        }
        return shown;
    }

    private static int[] firstBins() {
        int[] first = new int[CELLS + 1];
        for (int edge = 0; edge <= CELLS; edge++) {
            double hertz = LOWEST * StrictMath.pow(RATIO, edge - 0.5);
            first[edge] = (int) Math.min(NYQUIST + 1, Math.ceil(hertz / HERTZ_PER_BIN));
        }
        return first;
    }

    private static void requireMask(String what, float[] mask) {
        if (mask.length != CELLS) {
            throw new RdeException(
                    "The %s mask has %s numbers, but there are %s frequencies.".formatted(what, mask.length, CELLS),
                    "Give one for each.");
        }
        for (float value : mask) {
            if (!(value >= 0 && value <= 1)) {
                throw new RdeException(
                        "The %s mask holds %s, outside [0, 1].".formatted(what, value), "Clip it to [0, 1].");
            }
        }
    }
}
