package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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
     * The open component that lowers the distortion most. If the estimates end with an exception, no bound changes.
     *
     * @param open components to choose from, at least one
     * @param distortion before the choice
     * @param estimate estimates the masks with each of some components added
     */
    Candidates.Best best(int[] open, double distortion, Function<int[], Candidates.Outcome> estimate) {
        List<Integer> order = new ArrayList<>(Arrays.stream(open).boxed().toList());
        order.sort(Comparator.comparingDouble((Integer i) -> -bounds[i]));
        List<Candidates.Outcome> outcomes = new ArrayList<>();
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
            outcomes.add(estimate.apply(tried));
            best = better(outcomes.get(outcomes.size() - 1), best);
            from = to;
            batch = Math.min(2 * batch, atOnce);
        }
        outcomes.forEach(outcome -> learn(outcome, distortion));
        return Objects.requireNonNull(best);
    }

    /** The same when all of them were tried. */
    Candidates.Best bestOfAll(Candidates.Outcome outcome, double distortion) {
        learn(outcome, distortion);
        return better(outcome, null);
    }

    private boolean isUnknown(int component) {
        return Double.isInfinite(bounds[component]);
    }

    private boolean hopeful(int component, double distortion, Candidates.@Nullable Best best) {
        return best == null || new Candidates.Best(component, distortion - bounds[component], Double.NaN).beats(best);
    }

    private static Candidates.Best better(Candidates.Outcome outcome, Candidates.@Nullable Best before) {
        Candidates.Best best = outcome.best();
        return before == null || best.beats(before) ? best : before;
    }

    private void learn(Candidates.Outcome outcome, double distortion) {
        for (int i = 0; i < outcome.components().length; i++) {
            int component = outcome.components()[i];
            double gain = distortion - outcome.distortion()[i];
            if (gain > bounds[component] + ROUNDING * Math.abs(distortion)) {
                diminishing = false;
            }
            bounds[component] = gain;
        }
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
