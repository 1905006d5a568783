package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/**
 * What each component gained when it was last tried. Where gains only ever diminish, that is an upper bound of
 * what it gains now, and whoever is bounded by less than the best so far need not be tried (Minoux 1978).
 */
final class LazyGains implements Checkpoint.State {
    /** Gains may grow by rounding alone; this share of the distortion does not count. */
    private static final double ROUNDING = 1e-5;

    private final double[] bounds;
    private final int atOnce;
    private boolean diminishing = true;

    /**
     * No bounds yet.
     *
     * @param atOnce how many candidates are estimated for the price of one
     */
    LazyGains(int components, int atOnce) {
        this.bounds = new double[components];
        this.atOnce = atOnce;
        Arrays.fill(bounds, Double.POSITIVE_INFINITY);
    }

    /** Whether no gain was larger than its bound. */
    boolean diminishing() {
        return diminishing;
    }

    /**
     * The open component that lowers the distortion most.
     *
     * @param open components to choose from, at least one
     * @param distortion before the choice
     * @param estimate estimates the masks with each of some components added
     */
    Candidates.Best best(int[] open, double distortion, Function<int[], Candidates.Outcome> estimate) {
        List<Integer> order = new ArrayList<>(Arrays.stream(open).boxed().toList());
        order.sort(Comparator.comparingDouble((Integer i) -> -bounds[i]));
        Candidates.@Nullable Best best = null;
        int batch = Math.min(atOnce, 4);
        for (int from = 0; from < order.size(); ) {
            int to = from;
            while (to < order.size()
                    && (to - from < batch || isUnknown(order.get(to)))
                    && hopeful(order.get(to), distortion, best)) {
                to++;
            }
            if (to == from) {
                break;
            }
            int[] tried = order.subList(from, to).stream().mapToInt(i -> i).toArray();
            best = update(tried, distortion, estimate.apply(tried), best);
            from = to;
            batch = Math.min(2 * batch, atOnce);
        }
        return best;
    }

    /** The same when all of them were tried. */
    Candidates.Best bestOfAll(int[] open, double distortion, Candidates.Outcome outcome) {
        return update(open, distortion, outcome, null);
    }

    private boolean isUnknown(int component) {
        return Double.isInfinite(bounds[component]);
    }

    private boolean hopeful(int component, double distortion, Candidates.@Nullable Best best) {
        return best == null || new Candidates.Best(component, distortion - bounds[component], Double.NaN).beats(best);
    }

    private Candidates.Best update(
            int[] tried, double distortion, Candidates.Outcome outcome, Candidates.@Nullable Best before) {
        Candidates.@Nullable Best best = before;
        for (int i = 0; i < tried.length; i++) {
            double gain = distortion - outcome.distortion()[i];
            if (gain > bounds[tried[i]] + ROUNDING * Math.abs(distortion)) {
                diminishing = false;
            }
            bounds[tried[i]] = gain;
            Candidates.Best one = new Candidates.Best(tried[i], outcome.distortion()[i], outcome.probability()[i]);
            best = best == null || one.beats(best) ? one : best;
        }
        return java.util.Objects.requireNonNull(best);
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeBoolean(diminishing);
        for (double bound : bounds) {
            out.writeDouble(bound);
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        diminishing = in.readBoolean();
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = in.readDouble();
        }
    }
}
