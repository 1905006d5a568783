package org.rde4j.nd4j.solve;

import java.util.List;
import org.rde4j.Descent;

/**
 * Gradients smoothed over neighbouring components, less from step to step. Along each axis of a grid the gradient g
 * becomes the solution u of u − (w²/2)·u″ = g without slope at the ends, that is, the gradient with respect to a
 * Sobolev inner product (Neuberger, Sobolev Gradients and Differential Equations, 1997): a weighted mean of standard
 * deviation w that still leads downhill, because it is symmetric and positive, and in time that does not grow with w.
 *
 * @param width the standard deviation of the first step in places
 * @param steps after so many the width is 0
 * @param grids where the components lie
 */
record Smoothing(double width, int steps, List<Distortions.Grid> grids) {
    /** Wider than that, little is left of a grid but its mean. */
    private static final double MOST_OF_A_SIDE = 0.25;

    static Smoothing of(Descent descent, List<Distortions.Grid> grids) {
        double width = descent.smoothing().map(Descent.Smoothing::width).orElse(0.0);
        return new Smoothing(width, descent.steps(), grids);
    }

    /**
     * Smooths a gradient in place.
     *
     * @param gradient one entry for each component
     * @param step the number of the step, from 0
     */
    void apply(float[] gradient, int step) {
        double now = width * (steps - 1 - step) / Math.max(1, steps - 1);
        if (now <= 0) {
            return;
        }
        int from = 0;
        for (Distortions.Grid grid : grids) {
            smooth(gradient, from, grid, now);
            from += grid.components();
        }
    }

    private static void smooth(float[] values, int from, Distortions.Grid grid, double width) {
        int row = grid.columns() * grid.bands();
        for (int i = 0; i < grid.rows() * grid.bands(); i++) {
            int start = from + i / grid.bands() * row + i % grid.bands();
            solve(values, start, grid.bands(), grid.columns(), width);
        }
        for (int i = 0; i < row; i++) {
            solve(values, from + i, row, grid.rows(), width);
        }
    }

    /** Solves the tridiagonal system of one line by elimination. */
    private static void solve(float[] values, int from, int stride, int count, double width) {
        double w = Math.min(width, MOST_OF_A_SIDE * count);
        double a = w * w / 2;
        double[] ratio = new double[count];
        double[] partial = new double[count];
        for (int i = 0; i < count; i++) {
            boolean first = i == 0;
            boolean last = i == count - 1;
            double diagonal = 1 + (first ? 0 : a) + (last ? 0 : a);
            double pivot = diagonal - (first ? 0 : a * ratio[i - 1]);
            ratio[i] = last ? 0 : a / pivot;
            partial[i] = (values[from + i * stride] + (first ? 0 : a * partial[i - 1])) / pivot;
        }
        double next = 0;
        for (int i = count - 1; i >= 0; i--) {
            next = partial[i] + ratio[i] * next;
            values[from + i * stride] = (float) next;
        }
    }
}
