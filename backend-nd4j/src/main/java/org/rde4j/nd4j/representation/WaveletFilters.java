package org.rde4j.nd4j.representation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.complex.Complex;

/**
 * The orthonormal scaling filters of Daubechies, computed by spectral factorisation (I. Daubechies, Ten
 * Lectures on Wavelets, SIAM 1992, chapters 6 and 8).
 *
 * <p>All filters of order N have the same amplitude; they differ in which one of each pair z, 1/z of roots
 * they keep. The {@code db} filters keep all roots inside the unit circle, so that their energy comes first.
 */
final class WaveletFilters {
    /**
     * For {@code sym2} … {@code sym10} whether each root (conjugates once, by increasing real part) is swapped
     * for 1/z: the almost symmetric choices. Every choice has a mirrored twin that is just as symmetric, and
     * for order 10 the measures of symmetry disagree, so the customary choices are written down: those of
     * MATLAB and PyWavelets.
     */
    private static final String[] SYMLET_SWAPS = {"0", "0", "10", "01", "101", "001", "1010", "0110", "10101"};

    private static final double REAL = 1e-9;

    private WaveletFilters() {}

    /**
     * The low-pass synthesis filter.
     *
     * @param family {@code db1} … {@code db10} or {@code sym2} … {@code sym10}
     * @return 2·order taps of unit norm, their sum √2
     */
    static double[] lowpass(String family) {
        boolean symlet = family.startsWith("sym");
        int order = Integer.parseInt(family.substring(symlet ? 3 : 2));
        List<Complex> inside = rootsInside(order);
        double[] taps = {1};
        for (int i = 0; i < order; i++) {
            taps = times(taps, 1, 1);
        }
        for (int i = 0; i < inside.size(); i++) {
            boolean swapped = symlet && SYMLET_SWAPS[order - 2].charAt(i) == '1';
            Complex z = swapped ? inside.get(i).reciprocal() : inside.get(i);
            // Conjugate roots together make a real factor.
            taps = Math.abs(z.getImaginary()) < REAL
                    ? times(taps, 1, -z.getReal())
                    : times(taps, 1, -2 * z.getReal(), z.getReal() * z.getReal() + z.getImaginary() * z.getImaginary());
        }
        return scaledToSum(taps, Math.sqrt(2));
    }

    /** The high-pass synthesis filter that completes an orthonormal pair: reversed with alternating signs. */
    static double[] highpass(double[] lowpass) {
        int length = lowpass.length;
        double[] highpass = new double[length];
        for (int i = 0; i < length; i++) {
            highpass[i] = (i % 2 == 0 ? 1 : -1) * lowpass[length - 1 - i];
        }
        return highpass;
    }

    /**
     * The roots inside the unit circle, one of each conjugate pair, of the half-band polynomial
     * Σ C(N−1+k, k) yᵏ at y = (2 − z − 1/z) / 4.
     */
    private static List<Complex> rootsInside(int order) {
        List<Complex> inside = new ArrayList<>();
        for (Complex y : roots(halfBand(order))) {
            if (y.getImaginary() > -REAL) {
                Complex half = Complex.ONE.subtract(y.multiply(2));
                Complex z = half.add(half.multiply(half).subtract(1).sqrt());
                inside.add(z.abs() < 1 ? z : z.reciprocal());
            }
        }
        inside.sort(Comparator.comparingDouble(Complex::getReal));
        return inside;
    }

    private static double[] halfBand(int order) {
        double[] coefficients = new double[order];
        coefficients[0] = 1;
        for (int k = 1; k < order; k++) {
            coefficients[k] = coefficients[k - 1] * (order - 1 + k) / k;
        }
        return coefficients;
    }

    /** All roots of a polynomial with simple roots, by Weierstrass's simultaneous iteration. */
    private static Complex[] roots(double[] coefficients) {
        int degree = coefficients.length - 1;
        Complex[] roots = new Complex[degree];
        for (int i = 0; i < degree; i++) {
            // Any start that is neither real nor symmetric about the real axis.
            roots[i] = new Complex(0.4, 0.9).pow(i);
        }
        for (int iteration = 0; iteration < 500; iteration++) {
            for (int i = 0; i < degree; i++) {
                Complex others = new Complex(coefficients[degree]);
                for (int j = 0; j < degree; j++) {
                    others = j == i ? others : others.multiply(roots[i].subtract(roots[j]));
                }
                roots[i] = roots[i].subtract(valueAt(coefficients, roots[i]).divide(others));
            }
        }
        return roots;
    }

    private static Complex valueAt(double[] coefficients, Complex y) {
        Complex value = Complex.ZERO;
        for (int k = coefficients.length - 1; k >= 0; k--) {
            value = value.multiply(y).add(coefficients[k]);
        }
        return value;
    }

    private static double[] times(double[] a, double... b) {
        double[] product = new double[a.length + b.length - 1];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                product[i + j] += a[i] * b[j];
            }
        }
        return product;
    }

    private static double[] scaledToSum(double[] taps, double sum) {
        double actual = 0;
        for (double tap : taps) {
            actual += tap;
        }
        double[] scaled = new double[taps.length];
        for (int i = 0; i < taps.length; i++) {
            scaled[i] = taps[i] * sum / actual;
        }
        return scaled;
    }
}
