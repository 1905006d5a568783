package org.rde4j.nd4j.solve;

import java.util.Arrays;
import java.util.Comparator;

/**
 * What each component gained when it was last tried. Where gains only ever diminish, that is an upper bound of
 * what it gains now, and whoever is bounded by less than the best so far need not be tried (Minoux 1978).
 *
 * @param bounds of each component's gain; infinite before it was tried
 * @param diminishing whether no gain was larger than its bound
 */
record Gains(double[] bounds, boolean diminishing) {
    /** Gains may grow by rounding alone; this share of the distortion does not count. */
    private static final double ROUNDING = 1e-5;

    private static final int FIRST_PORTION = 4;

    static Gains unknown(int components) {
        double[] bounds = new double[components];
        Arrays.fill(bounds, Double.POSITIVE_INFINITY);
        return new Gains(bounds, true);
    }

    /**
     * The components to be tried next, in the order of their bounds; none if the best so far cannot be beaten.
     *
     * @param open components to choose from
     * @param round those that were tried
     * @param distortion before the choice
     * @param portion how many are tried at once; more and more while the best is not clear
     */
    int[] next(int[] open, Trials.Round round, double distortion, int portion) {
        int[] order = Arrays.stream(open)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -bounds[i]))
                .mapToInt(i -> i)
                .toArray();
        int from = round.size();
        int to = from;
        while (to < order.length
                && to - from < portion
                && (to - from < Math.max(FIRST_PORTION, from) || Double.isInfinite(bounds[order[to]]))
                && isHopeful(order[to], distortion, round)) {
            to++;
        }
        return Arrays.copyOfRange(order, from, to);
    }

    private boolean isHopeful(int component, double distortion, Trials.Round round) {
        return round.size() == 0
                || new Trials.Best(component, distortion - bounds[component], Double.NaN).beats(round.best());
    }

    /** With what a round tells. */
    Gains learned(Trials.Round round, double distortion) {
        double[] now = bounds.clone();
        boolean still = diminishing;
        for (int i = 0; i < round.size(); i++) {
            int component = round.candidates()[i];
            double gain = distortion - round.distortion()[i];
            still &= gain <= bounds[component] + ROUNDING * Math.abs(distortion);
            now[component] = gain;
        }
        return new Gains(now, still);
    }
}
