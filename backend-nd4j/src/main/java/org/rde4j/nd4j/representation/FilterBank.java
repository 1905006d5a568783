package org.rde4j.nd4j.representation;

import org.rde4j.Representation.Padding;

/**
 * One level of an orthonormal transform along one axis. M synthesis filters split it into M bands with one
 * coefficient per M places: with M = 2 a wavelet transform, with M = 1 and the filter (1) the identity.
 *
 * <p>Coefficient k of band b reaches the places M·k + M − L … M·k + M − 1, L being the length of the filters.
 * As the border is padded there are more coefficients than places: (n + L − 1) / M of each band.
 */
final class FilterBank {
    static final FilterBank IDENTITY = new FilterBank(new double[][] {{1}});

    private final double[][] filters;

    private FilterBank(double[][] filters) {
        this.filters = filters;
    }

    static FilterBank wavelet(String family) {
        double[] lowpass = WaveletFilters.lowpass(family);
        return new FilterBank(new double[][] {lowpass, WaveletFilters.highpass(lowpass)});
    }

    /** M, which is also the number of interleaved phases that a synthesised axis is made of. */
    int bands() {
        return filters.length;
    }

    private int length() {
        return filters[0].length;
    }

    /** How many neighbouring coefficients of a band reach one place: L / M. */
    int taps() {
        return length() / bands();
    }

    /** The number of coefficients of each band for so many places. */
    int coefficients(int places) {
        return (places + length() - 1) / bands();
    }

    /**
     * The synthesis as a convolution: place M·i + phase is Σₜ tap(b, phase, t) · coefficient(b, i + t) over t
     * and the bands.
     */
    double tap(int band, int phase, int t) {
        return filters[band][phase + bands() * (taps() - 1 - t)];
    }

    /**
     * Splits the middle axis of an array.
     *
     * @param values of shape [outer, places, inner]
     * @return an array of shape [outer, coefficients, bands, inner]
     */
    double[] analyse(double[] values, int outer, int places, int inner, Padding padding) {
        int coefficients = coefficients(places);
        double[] result = new double[outer * coefficients * bands() * inner];
        for (int o = 0; o < outer; o++) {
            for (int k = 0; k < coefficients; k++) {
                for (int i = 0; i < length(); i++) {
                    int place = extended(bands() * (k + 1) - length() + i, places, padding);
                    for (int b = 0; place >= 0 && b < bands(); b++) {
                        int from = (o * places + place) * inner;
                        int to = ((o * coefficients + k) * bands() + b) * inner;
                        addScaled(values, from, filters[b][i], result, to, inner);
                    }
                }
            }
        }
        return result;
    }

    /** The place whose value continues a signal at any index, or −1 for a zero. */
    private static int extended(int index, int places, Padding padding) {
        return switch (padding) {
            case ZERO -> index >= 0 && index < places ? index : -1;
            case PERIODIC -> Math.floorMod(index, places);
            case SYMMETRIC -> {
                int mirrored = Math.floorMod(index, 2 * places);
                yield Math.min(mirrored, 2 * places - 1 - mirrored);
            }
        };
    }

    private static void addScaled(double[] from, int fromAt, double factor, double[] to, int toAt, int count) {
        for (int i = 0; i < count; i++) {
            to[toAt + i] += factor * from[fromAt + i];
        }
    }
}
