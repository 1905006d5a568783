package org.rde4j.nd4j.solve;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.rde4j.Enumeration;
import org.rde4j.Explainer;
import org.rde4j.RdeException;

/** Tries all binary masks of one task, the sparse ones first. */
final class EnumerationAlgorithm implements Algorithm<EnumerationAlgorithm.State> {
    /** Masks of one entry in the history, whatever one run of the model holds. */
    private static final int OF_ENTRY = 4096;
    /** So many runs come between two looks at the clock. */
    private static final int LOOK_AFTER = 2;

    private final Enumeration settings;
    private final Distortions distortions;
    private final int components;
    /** The bits of all masks that may be the answer. */
    private final int[] order;

    EnumerationAlgorithm(Enumeration settings, Distortions distortions) {
        this.settings = settings;
        this.distortions = distortions;
        this.components = distortions.components();
        if (components > Enumeration.MOST_COMPONENTS) {
            throw new RdeException(
                    "The enumeration of all masks takes at most %s components, but there are %s."
                            .formatted(Enumeration.MOST_COMPONENTS, components),
                    "Maybe use larger components, such as patches(32), or a matching pursuit.");
        }
        this.order = IntStream.range(0, 1 << components)
                .filter(this::isAllowed)
                .boxed()
                .sorted(Comparator.comparing(Integer::bitCount))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Where an enumeration is.
     *
     * @param tried how many masks were tried
     * @param best of these, if there are any
     */
    record State(int tried, Optional<Mask> best) {}

    /**
     * A mask.
     *
     * @param bits bit i tells whether component i is kept
     * @param rank what is to be least
     */
    record Mask(int bits, double rank, double distortion, double probability) {
        boolean isBetter(Mask other) {
            if (rank != other.rank) {
                return rank < other.rank;
            }
            // Of equally good masks the sparser, which came first, stays, unless none meets the bound.
            boolean asSparse = Integer.bitCount(bits) == Integer.bitCount(other.bits);
            return (asSparse || Double.isInfinite(rank)) && distortion < other.distortion;
        }
    }

    private boolean isAllowed(int bits) {
        return !(settings.criterion() instanceof Enumeration.AtMost most) || Integer.bitCount(bits) <= most.count();
    }

    @Override
    public Class<State> state() {
        return State.class;
    }

    @Override
    public State init() {
        return new State(0, Optional.empty());
    }

    /** Whether all were tried, or denser masks cannot be the answer any more. */
    @Override
    public boolean isDone(State state) {
        return state.tried() >= order.length
                || settings.criterion() instanceof Enumeration.Within
                        && state.best()
                                .filter(best -> best.rank() < Double.POSITIVE_INFINITY)
                                .filter(best -> Integer.bitCount(order[state.tried()]) > Integer.bitCount(best.bits()))
                                .isPresent();
    }

    @Override
    public State step(State state, Journal journal) {
        int end = Math.min(order.length, (state.tried() / OF_ENTRY + 1) * OF_ENTRY);
        int to = Math.min(end, state.tried() + LOOK_AFTER * distortions.rowsAtOnce());
        Mask found = best(state.tried(), to);
        Mask best = state.best().filter(before -> !found.isBetter(before)).orElse(found);
        State next = new State(to, Optional.of(best));
        journal.progress(Explainer.Stage.CANDIDATES, to, order.length);
        if (to == end || isDone(next)) {
            record(best, journal);
        }
        return next;
    }

    private void record(Mask best, Journal journal) {
        boolean priced = settings.criterion() instanceof Enumeration.Price;
        journal.record(
                0,
                new Objective.Value(
                        best.distortion(),
                        (double) Integer.bitCount(best.bits()) / components,
                        priced ? best.rank() : best.distortion(),
                        best.probability()),
                (order.length + OF_ENTRY - 1) / OF_ENTRY);
    }

    private Mask best(int from, int to) {
        float[][] rows = Arrays.stream(order, from, to).mapToObj(this::row).toArray(float[][]::new);
        Distortions.Estimate estimate = distortions
                .at(new int[rows.length], rows, Distortions.Samples.first(settings.samples()), new float[0][])
                .finite();
        Mask best = null;
        for (int i = 0; i < rows.length; i++) {
            double distortion = estimate.distortion()[i];
            int bits = order[from + i];
            Mask mask = new Mask(bits, rank(bits, distortion), distortion, estimate.probability()[i]);
            best = best == null || mask.isBetter(best) ? mask : best;
        }
        return best;
    }

    private double rank(int bits, double distortion) {
        int kept = Integer.bitCount(bits);
        if (settings.criterion() instanceof Enumeration.Price price) {
            return distortion + price.lambda() * kept / components;
        }
        if (settings.criterion() instanceof Enumeration.Within bound) {
            return distortion <= bound.distortion() ? kept : Double.POSITIVE_INFINITY;
        }
        return distortion;
    }

    private float[] row(int bits) {
        float[] row = new float[components];
        for (int i = 0; i < components; i++) {
            row[i] = bits >> i & 1;
        }
        return row;
    }

    @Override
    public List<Solution> finish(State state) {
        // Where the time was over at once, the answer is the first mask of all, which keeps nothing.
        Mask best = state.best().orElseGet(() -> best(0, 1));
        return List.of(new Solution(
                row(best.bits()),
                Optional.empty(),
                settings.criterion() instanceof Enumeration.Price price
                        ? OptionalDouble.of(price.lambda())
                        : OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                isDone(state) && best.rank() == Double.POSITIVE_INFINITY
                        ? List.of("No mask keeps the distortion within the bound; the answer has the least distortion.")
                        : List.of()));
    }
}
