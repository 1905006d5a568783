package org.rde4j.nd4j.representation;

import org.jtransforms.fft.DoubleFFT_2D;
import pl.edu.icm.jlargearrays.ConcurrencyUtils;

/** Discrete Fourier transforms of real images and signals (images of one row), outside graphs. */
final class Spectrum {
    static {
        // Threads of the library's own pool would keep the JVM from ending for a minute.
        ConcurrencyUtils.setNumberOfThreads(1);
    }

    private final int rows;
    private final int columns;
    private final DoubleFFT_2D rule;

    Spectrum(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.rule = new DoubleFFT_2D(rows, columns);
    }

    /**
     * The unnormalised transform, c_k = Σ_l x_l e^{−2πi⟨k, l⟩}.
     *
     * @param channelsLast values of some channels, [rows, columns, channels]
     * @param channel which of them to transform
     * @return all frequencies [rows, columns], real and imaginary parts in turn
     */
    double[] of(float[] channelsLast, int channels, int channel) {
        double[] values = new double[2 * rows * columns];
        for (int p = 0; p < rows * columns; p++) {
            values[2 * p] = channelsLast[p * channels + channel];
        }
        rule.complexForward(values);
        return values;
    }

    /** The inverse of {@link #of}, in place; for spectra of real images every second number becomes about 0. */
    void invert(double[] frequencies) {
        rule.complexInverse(frequencies, true);
    }

    /** The frequency of an index, from −⌊n/2⌋ to ⌈n/2⌉ − 1. */
    static int signed(int index, int size) {
        return index < (size + 1) / 2 ? index : index - size;
    }
}
