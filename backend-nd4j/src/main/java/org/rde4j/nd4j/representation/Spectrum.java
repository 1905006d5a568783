package org.rde4j.nd4j.representation;

import org.jtransforms.fft.DoubleFFT_1D;
import pl.edu.icm.jlargearrays.ConcurrencyUtils;

/** Discrete Fourier transforms of real images and signals (images of one row), outside graphs. */
final class Spectrum {
    static {
        // Threads of the library's own pool would keep the JVM from ending for a minute.
        ConcurrencyUtils.setNumberOfThreads(1);
    }

    private final int rows;
    private final int columns;
    private final DoubleFFT_1D alongRows;
    private final DoubleFFT_1D alongColumns;

    Spectrum(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        alongRows = new DoubleFFT_1D(rows);
        alongColumns = new DoubleFFT_1D(columns);
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
        transform(values, false);
        return values;
    }

    /** The inverse of {@link #of}, in place; for spectra of real images every second number becomes about 0. */
    void invert(double[] frequencies) {
        transform(frequencies, true);
    }

    private void transform(double[] values, boolean inverse) {
        for (int row = 0; row < rows; row++) {
            transform(alongColumns, values, 2 * row * columns, inverse);
        }
        double[] line = new double[2 * rows];
        for (int column = 0; column < columns && rows > 1; column++) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(values, 2 * (row * columns + column), line, 2 * row, 2);
            }
            transform(alongRows, line, 0, inverse);
            for (int row = 0; row < rows; row++) {
                System.arraycopy(line, 2 * row, values, 2 * (row * columns + column), 2);
            }
        }
    }

    private static void transform(DoubleFFT_1D rule, double[] values, int offset, boolean inverse) {
        if (inverse) {
            rule.complexInverse(values, offset, true);
        } else {
            rule.complexForward(values, offset);
        }
    }

    /** The frequency of an index, from −⌊n/2⌋ to ⌈n/2⌉ − 1. */
    static int signed(int index, int size) {
        return index < (size + 1) / 2 ? index : index - size;
    }
}
