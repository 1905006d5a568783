package org.rde4j.nd4j.metrics;

import java.util.Arrays;
import java.util.Locale;

/**
 * A mean and how sure it is.
 *
 * @param mean of n values; NaN if there are none
 * @param error the standard error of the mean, s/√n; 0 for a single value, which tells nothing of its spread
 * @param n how many values
 */
public record Estimate(double mean, double error, int n) {

    /**
     * For people.
     *
     * @return such as {@code 0.9400 ± 0.024}; a single value alone
     */
    @Override
    public String toString() {
        return n < 2
                ? String.format(Locale.ROOT, "%.4g", mean)
                : String.format(Locale.ROOT, "%.4g ± %.2g", mean, error);
    }

    /**
     * The mean of those values that are finite.
     *
     * @param values any number of them
     * @return the estimate, whose n counts them
     */
    static Estimate ofFinite(double... values) {
        return of(Arrays.stream(values).filter(Double::isFinite).toArray());
    }

    /**
     * The mean of independent values.
     *
     * @param values any number of them
     * @return the estimate
     */
    public static Estimate of(double... values) {
        int n = values.length;
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return new Estimate(mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n), n);
    }

    /**
     * The ratio of two means, with its error to first order (Cochran, Sampling Techniques, 1977, section 6.4).
     *
     * @param above values of which n are given
     * @param below as many, whose mean is not 0; the i-th values of both belong together
     * @return mean(above) / mean(below)
     */
    public static Estimate ratio(double[] above, double[] below) {
        double divisor = of(below).mean();
        double ratio = of(above).mean() / divisor;
        double[] rests = new double[above.length];
        Arrays.setAll(rests, i -> (above[i] - ratio * below[i]) / divisor);
        return new Estimate(ratio, of(rests).error(), above.length);
    }
}
