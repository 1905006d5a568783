package org.rde4j.radiomap.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;

/** Finds a small value of a function of a few numbers without its gradient (Nelder and Mead 1965). */
final class Descent {
    private final ToDoubleFunction<double[]> function;

    /** Each row is a point with its value at the end; the best row comes first. */
    private final double[][] simplex;

    private final int n;

    private Descent(ToDoubleFunction<double[]> function, double[] start, double[] steps) {
        this.function = function;
        n = start.length;
        simplex = new double[n + 1][];
        for (int i = 0; i <= n; i++) {
            double[] point = start.clone();
            if (i > 0) {
                point[i - 1] += steps[i - 1];
            }
            simplex[i] = valued(point);
        }
    }

    /** The best point after a number of steps from a start. */
    static double[] minimum(ToDoubleFunction<double[]> function, double[] start, double[] steps, int iterations) {
        Descent descent = new Descent(function, start, steps);
        descent.sort();
        for (int i = 0; i < iterations; i++) {
            descent.step();
            descent.sort();
        }
        return Arrays.copyOf(descent.simplex[0], start.length);
    }

    private double[] valued(double[] point) {
        double[] row = Arrays.copyOf(point, n + 1);
        row[n] = function.applyAsDouble(point);
        return row;
    }

    private void sort() {
        Arrays.sort(simplex, Comparator.comparingDouble(row -> row[n]));
    }

    private void step() {
        double[] worst = simplex[n];
        double[] reflected = beyondCentre(-1);
        if (reflected[n] < simplex[0][n]) {
            double[] expanded = beyondCentre(-2);
            simplex[n] = expanded[n] < reflected[n] ? expanded : reflected;
        } else if (reflected[n] < simplex[n - 1][n]) {
            simplex[n] = reflected;
        } else {
            double[] contracted = beyondCentre(reflected[n] < worst[n] ? -0.5 : 0.5);
            if (contracted[n] < Math.min(worst[n], reflected[n])) {
                simplex[n] = contracted;
            } else {
                shrink();
            }
        }
    }

    /** The worst point's way from the centre of the others, scaled. */
    private double[] beyondCentre(double factor) {
        double[] point = new double[n];
        for (int k = 0; k < n; k++) {
            double centre = 0;
            for (int i = 0; i < n; i++) {
                centre += simplex[i][k] / n;
            }
            point[k] = centre + factor * (simplex[n][k] - centre);
        }
        return valued(point);
    }

    private void shrink() {
        for (int i = 1; i <= n; i++) {
            double[] point = new double[n];
            for (int k = 0; k < n; k++) {
                point[k] = (simplex[0][k] + simplex[i][k]) / 2;
            }
            simplex[i] = valued(point);
        }
    }
}
