package org.rde4j.samples.audio;

/**
 * Changes the number of samples a second by band-limited interpolation: every output is a sum of inputs weighted
 * by a sinc under a Kaiser window, read from a fine table (Smith and Gossett, A flexible sampling-rate conversion
 * method, ICASSP 1984).
 *
 * <p>Frequencies up to 0.92 of the lower of the two Nyquist frequencies pass; those beyond it, which would come
 * back as others, are weakened by more than 80 dB.
 */
final class Resampler {
    /** Zero crossings of the sinc on either side. */
    private static final int CROSSINGS = 64;

    /** Table entries between two crossings; linear interpolation between them errs by less than 2e-6. */
    private static final int FINENESS = 512;

    /** Of the Kaiser window, for 80 dB. */
    private static final double BETA = 7.857;

    /** The middle of the band between what passes and what does not, as a share of the lower Nyquist frequency. */
    private static final double CUTOFF = 0.96;

    private static final double[] KERNEL = kernel();

    private final double inputsPerOutput;
    private final double scale;

    private Resampler(double inputsPerOutput, double scale) {
        this.inputsPerOutput = inputsPerOutput;
        this.scale = scale;
    }

    /** A resampler between two rates in Hz. */
    static Resampler of(int from, int to) {
        double inputsPerOutput = from / (double) to;
        return new Resampler(inputsPerOutput, CUTOFF / Math.max(1, inputsPerOutput));
    }

    /** The sound at the new rate; as long as the old one, up to one sample. Outside there is silence. */
    float[] resampled(float[] samples) {
        float[] result = new float[(int) Math.max(1, Math.round(samples.length / inputsPerOutput))];
        for (int i = 0; i < result.length; i++) {
            result[i] = Wav.clipped(at(samples, i * inputsPerOutput));
        }
        return result;
    }

    private double at(float[] samples, double time) {
        double reach = CROSSINGS / scale;
        int first = (int) Math.max(0, Math.ceil(time - reach));
        int last = (int) Math.min(samples.length - 1, Math.floor(time + reach));
        double sum = 0;
        for (int i = first; i <= last; i++) {
            sum += samples[i] * weight(Math.abs(time - i) * scale);
        }
        return scale * sum;
    }

    private static double weight(double crossings) {
        double place = crossings * FINENESS;
        int below = (int) place;
        return KERNEL[below] + (place - below) * (KERNEL[below + 1] - KERNEL[below]);
    }

    private static double[] kernel() {
        double[] kernel = new double[CROSSINGS * FINENESS + 2];
        kernel[0] = 1;
        for (int i = 1; i <= CROSSINGS * FINENESS; i++) {
            double x = i / (double) FINENESS;
            double t = x / CROSSINGS;
            double window = bessel(BETA * Math.sqrt(1 - t * t)) / bessel(BETA);
            kernel[i] = window * StrictMath.sin(Math.PI * x) / (Math.PI * x);
        }
        return kernel;
    }

    /** The modified Bessel function I₀ by its series. */
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > 1e-17 * sum; k++) {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }
        return sum;
    }
}
