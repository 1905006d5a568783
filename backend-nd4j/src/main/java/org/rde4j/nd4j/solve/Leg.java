package org.rde4j.nd4j.solve;

import java.util.Arrays;

final class Leg {
    static double hor = Double.parseDouble(System.getProperty("hor", "0.04"));
    static double fhor = Double.parseDouble(System.getProperty("fhor", "2"));
    static int n = Integer.getInteger("n", 2);
    static boolean split = !Boolean.getBoolean("nosplit");
    static double pw = Double.parseDouble(System.getProperty("pw", "1"));

    /** One descent of so many steps. */
    static float[] run(
            Objective objective,
            Distortions distortions,
            float[] start,
            int steps,
            double length,
            double trust,
            long first) {
        int k = start.length;
        double price = objective.pricePerComponent();
        Agreement agreement = new Agreement(distortions.grids());
        float[] s = start.clone();
        float[][] m = new float[4][k];
        double zg = 0, zj = 0, rr = 0, zr = 0;
        double H = Math.max(3, hor * steps), b = 1 - 1 / H, bj = 1 - 1 / Math.max(3, hor * fhor * steps);
        float[][] grads = new float[n][k];
        for (int t = 0; t < steps; t++) {
            Distortions.Estimate e =
                    distortions.perSample(0, s, new Distortions.Samples(first + (long) t * n, n), grads);
            double x = (double) t / steps;
            double eta = length / steps * (1 + pw) * Math.pow(1 - x, pw);
            for (int i = 0; i < 4; i++) {
                double keep = i < 2 ? b : bj;
                float[] mi = m[i];
                for (int c = 0; c < k; c++) mi[c] *= (float) keep;
            }
            double mean = 0;
            for (int i = 0; i < n; i++) {
                int half = (i + t) % 2;
                double d = e.distortion()[i];
                mean += d / n;
                double root = 2 * Math.sqrt(Math.max(d, 0));
                float fg = (float) ((1 - b) * 2 / n), fj = root > 0 ? (float) ((1 - bj) * 2 / n / root) : 0;
                float[] mg = m[half], mj = m[2 + half], g = grads[i];
                for (int c = 0; c < k; c++) {
                    mg[c] += fg * g[c];
                    mj[c] += fj * g[c];
                }
            }
            zg = b * zg + (1 - b);
            zj = bj * zj + (1 - bj);
            rr = b * rr + (1 - b) * mean;
            float[] a1 = new float[k], a2 = new float[k], c1 = new float[k], c2 = new float[k];
            double den = 0, num = 0;
            for (int c = 0; c < k; c++) {
                a1[c] = (float) (m[0][c] / zg);
                a2[c] = (float) (m[1][c] / zg);
                c1[c] = (float) (m[2][c] / zj);
                c2[c] = (float) (m[3][c] / zj);
                den += 2.0 * c1[c] * c2[c];
                num += (double) a1[c] * c2[c] + (double) a2[c] * c1[c];
            }
            float[] g;
            float[] j = null;
            if (split) {
                double al = den > 0 ? num / den : 0;
                j = agreement.of(c1, c2, mix(first + t));
                for (int c = 0; c < k; c++) {
                    a1[c] -= al * c1[c];
                    a2[c] -= al * c2[c];
                }
                g = agreement.of(a1, a2, mix(first + t + 77));
                for (int c = 0; c < k; c++) g[c] += al * j[c];
            } else {
                g = agreement.of(a1, a2, mix(first + t));
                if (trust > 0) j = agreement.of(c1, c2, mix(first + t));
            }
            double beta = 1;
            if (trust > 0) {
                double lim = trust * Math.sqrt(rr / zg);
                if (moved(eta, j, g, price, 1) > lim) {
                    double lo = -14, hi = 0;
                    for (int it = 0; it < 9; it++) {
                        double mid = (lo + hi) / 2;
                        if (moved(eta, j, g, price, Math.exp(mid)) > lim) hi = mid;
                        else lo = mid;
                    }
                    beta = Math.exp(lo);
                }
            }
            for (int c = 0; c < k; c++) {
                double bg = beta * g[c];
                double d = (bg + price) / (Math.abs(bg) + price);
                s[c] = (float) Math.min(1, Math.max(0, s[c] - eta * d));
            }
        }
        return s;
    }

    static double moved(double eta, float[] j, float[] g, double price, double beta) {
        double sum = 0;
        for (int c = 0; c < j.length; c++) {
            double bg = beta * g[c];
            sum += j[c] * ((bg + price) / (Math.abs(bg) + price) - 1);
        }
        return Math.abs(eta * sum);
    }

    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (z ^ (z >>> 31)) & Long.MAX_VALUE;
    }

    static float[] filled(int k, float v) {
        float[] s = new float[k];
        Arrays.fill(s, v);
        return s;
    }
}
