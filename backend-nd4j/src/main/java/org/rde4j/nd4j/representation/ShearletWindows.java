package org.rde4j.nd4j.representation;

/**
 * The Fourier transforms of cone-adapted shearlets: real windows over all frequencies of an image whose squares
 * add up to one.
 *
 * <p>With frequencies ξ in units of the highest one along each axis, a window is a ring of the maximum norm
 * times a sector of slopes. Rings are dyadic differences of Meyer's low-pass windows; sectors of neighbouring
 * directions overlap by half, and those at the diagonals join the cones of both axes (S. Häuser and G. Steidl,
 * Fast Finite Shearlet Transform, arXiv:1202.1773, where scales go by fours; here by twos, so that there are
 * 2^⌈j/2⌉ directions in each half of a cone).
 */
final class ShearletWindows {
    private final int scales;
    private final int rows;
    private final int columns;

    ShearletWindows(int scales, int rows, int columns) {
        this.scales = scales;
        this.rows = rows;
        this.columns = columns;
    }

    /** The directions of a scale, from 1 for the coarsest; scale 0 is the low-pass part. */
    static int directions(int scale) {
        return scale == 0 ? 1 : 4 << (scale + 1) / 2;
    }

    /** The window of one direction, [rows, columns] in the order of discrete Fourier transforms. */
    float[] window(int scale, int direction) {
        float[] window = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                // A frequency and its opposite get the same weight, also where n/2 stands for −n/2, so that
                // coefficients are real. The squares still add up to one.
                double here = squared(scale, direction, i, k);
                double opposite = squared(scale, direction, (rows - i) % rows, (columns - k) % columns);
                window[i * columns + k] = (float) Math.sqrt((here + opposite) / 2);
            }
        }
        return window;
    }

    private double squared(int scale, int direction, int row, int column) {
        double y = Spectrum.signed(row, rows) / (rows / 2.0);
        double x = Spectrum.signed(column, columns) / (columns / 2.0);
        double radius = Math.max(Math.abs(y), Math.abs(x));
        double ring = lowpass(radius, scale) - (scale == 0 ? 0 : lowpass(radius, scale - 1));
        return ring <= 0 ? 0 : ring * (scale == 0 ? 1 : sector(pseudoAngle(y, x), direction, directions(scale)));
    }

    /** The square of Meyer's window that ends at 2^{scale − J}; that of the finest scale lets everything pass. */
    private double lowpass(double radius, int scale) {
        double end = StrictMath.pow(2, scale - scales);
        double cosine = StrictMath.cos(Math.PI / 2 * ramp(2 * radius / end - 1));
        return scale == scales ? 1 : cosine * cosine;
    }

    /** The square of a sector; neighbours add up to one. */
    private static double sector(double angle, int direction, int directions) {
        double steps = Math.abs(angle * directions / 4 - direction) % directions;
        return ramp(1 - Math.min(steps, directions - steps));
    }

    /** The slope in the cone of the columns axis, [−1, 1]; 2 minus the inverse slope, [1, 3], in the other. */
    private static double pseudoAngle(double y, double x) {
        return Math.abs(y) <= Math.abs(x) ? y / x : 2 - x / y;
    }

    /** Meyer's smooth step from 0 at 0 to 1 at 1, with ramp(x) + ramp(1 − x) = 1. */
    private static double ramp(double x) {
        double t = Math.max(0, Math.min(1, x));
        return t * t * t * t * (35 + t * (-84 + t * (70 - 20 * t)));
    }
}
