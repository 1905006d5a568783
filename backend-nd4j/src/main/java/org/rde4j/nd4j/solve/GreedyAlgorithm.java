package org.rde4j.nd4j.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.rde4j.Explainer;
import org.rde4j.MatchingPursuit;

/** Matching pursuit, backward elimination and swaps for one task. A step tries some candidates, or makes a choice. */
final class GreedyAlgorithm implements Algorithm<GreedyAlgorithm.State> {
    private final MatchingPursuit settings;
    private final Trials trials;
    private final int components;
    private final boolean backward;

    GreedyAlgorithm(MatchingPursuit settings, Distortions distortions) {
        this.settings = settings;
        this.trials = Trials.of(distortions, settings.samples());
        this.components = distortions.components();
        this.backward = settings.direction() == MatchingPursuit.Direction.BACKWARD;
    }

    /**
     * Where a search is.
     *
     * @param mask zeros and ones
     * @param distortion of the mask
     * @param picks components in the order of their choice
     * @param distortions after each choice
     * @param round what was tried for the next choice
     * @param gains what components gained
     * @param tried how many masks were tried altogether
     * @param naive how many the plain rule would have tried
     * @param chosen whether choices are at their end, and swaps begin
     * @param swapped how many pairs were exchanged
     */
    record State(
            float[] mask,
            double distortion,
            List<Integer> picks,
            List<Double> distortions,
            Trials.Round round,
            Gains gains,
            long tried,
            long naive,
            boolean chosen,
            int swapped) {

        State tried(Trials.Round longer) {
            return new State(
                    mask,
                    distortion,
                    picks,
                    distortions,
                    longer,
                    gains,
                    tried + longer.size() - round.size(),
                    naive,
                    chosen,
                    swapped);
        }

        State learned(Gains now) {
            return new State(mask, distortion, picks, distortions, round, now, tried, naive, chosen, swapped);
        }

        /** The round has led to another mask. */
        State moved(float[] to, double now, List<Integer> newPicks, List<Double> newDistortions, long more, int swaps) {
            return new State(
                    to, now, newPicks, newDistortions, Trials.Round.EMPTY, gains, tried, naive + more, chosen, swaps);
        }

        /** The round has led nowhere. */
        State ended(long more, int swaps) {
            return new State(
                    mask, distortion, picks, distortions, Trials.Round.EMPTY, gains, tried, naive + more, true, swaps);
        }
    }

    @Override
    public Class<State> state() {
        return State.class;
    }

    @Override
    public State init() {
        float[] mask = new float[components];
        Arrays.fill(mask, backward ? 1 : 0);
        return new State(
                mask,
                trials.of(mask).distortion(),
                List.of(),
                List.of(),
                Trials.Round.EMPTY,
                Gains.unknown(components),
                0,
                0,
                false,
                0);
    }

    @Override
    public boolean isDone(State state) {
        return (state.chosen() || isComplete(state)) && state.swapped() >= settings.swaps();
    }

    private int kept(State state) {
        return backward ? components - state.picks().size() : state.picks().size();
    }

    private int most() {
        return Math.min(settings.maxComponents(), components);
    }

    private boolean isComplete(State state) {
        return backward
                ? kept(state) <= most()
                : kept(state) >= most()
                        || settings.tolerance().isPresent()
                                && state.distortion() <= settings.tolerance().getAsDouble();
    }

    @Override
    public State step(State state, Journal journal) {
        return state.chosen() || isComplete(state) ? swap(state, journal) : choose(state, journal);
    }

    // ---- choices ---------------------------------------------------------------------------------------

    private State choose(State state, Journal journal) {
        int[] open = open(state, backward ? 1 : 0);
        int[] next = settings.lazy()
                ? state.gains().next(open, state.round(), state.distortion(), trials.portion())
                : portion(open, state.round());
        if (next.length == 0) {
            return chosen(state, open.length, journal);
        }
        return tried(
                state,
                trials.extended(state.round(), next, i -> Trials.flipped(state.mask(), i)),
                open.length,
                journal);
    }

    private int[] open(State state, float value) {
        return IntStream.range(0, components)
                .filter(i -> state.mask()[i] == value)
                .toArray();
    }

    private int[] portion(int[] all, Trials.Round round) {
        return Arrays.copyOfRange(all, round.size(), Math.min(all.length, round.size() + trials.portion()));
    }

    private static State tried(State state, Trials.Round round, long of, Journal journal) {
        journal.progress(Explainer.Stage.CANDIDATES, round.size(), of);
        return state.tried(round);
    }

    private State chosen(State state, int open, Journal journal) {
        Trials.Best best = state.round().best();
        State learned = backward ? state : state.learned(state.gains().learned(state.round(), state.distortion()));
        boolean pointless = !backward && settings.stopsWithoutGain() && best.distortion() >= state.distortion();
        boolean tooFar = backward
                && settings.tolerance().isPresent()
                && best.distortion() > settings.tolerance().getAsDouble();
        if (pointless || tooFar) {
            return learned.ended(open, state.swapped());
        }
        return recorded(
                learned.moved(
                        Trials.flipped(state.mask(), best.candidate()),
                        best.distortion(),
                        with(state.picks(), best.candidate()),
                        with(state.distortions(), best.distortion()),
                        open,
                        state.swapped()),
                best,
                journal);
    }

    // ---- swaps -----------------------------------------------------------------------------------------

    /** Exchanges the pair that lowers the distortion most, if there is one; candidates are pairs, one after the other. */
    private State swap(State state, Journal journal) {
        int[] open = open(state, 0);
        int pairs = Math.multiplyExact(state.picks().size(), open.length);
        int[] next = portion(IntStream.range(0, pairs).toArray(), state.round());
        if (next.length > 0) {
            return tried(
                    state,
                    trials.extended(
                            state.round(),
                            next,
                            pair -> Trials.flipped(
                                    Trials.flipped(state.mask(), state.picks().get(pair / open.length)),
                                    open[pair % open.length])),
                    pairs,
                    journal);
        }
        if (pairs == 0 || state.round().best().distortion() >= state.distortion()) {
            return state.ended(pairs, settings.swaps());
        }
        Trials.Best best = state.round().best();
        int leaving = best.candidate() / open.length;
        int entering = open[best.candidate() % open.length];
        return recorded(
                state.moved(
                        Trials.flipped(
                                Trials.flipped(state.mask(), state.picks().get(leaving)), entering),
                        best.distortion(),
                        with(without(state.picks(), leaving), entering),
                        with(without(state.distortions(), leaving), best.distortion()),
                        pairs,
                        state.swapped() + 1),
                best,
                journal);
    }

    private static <T> List<T> with(List<T> list, T last) {
        List<T> all = new ArrayList<>(list);
        all.add(last);
        return List.copyOf(all);
    }

    private static <T> List<T> without(List<T> list, int position) {
        List<T> rest = new ArrayList<>(list);
        rest.remove(position);
        return List.copyOf(rest);
    }

    private State recorded(State state, Trials.Best best, Journal journal) {
        double rate = (double) kept(state) / components;
        int planned = (backward ? components - most() : most()) + settings.swaps();
        journal.record(0, new Objective.Value(best.distortion(), rate, best.distortion(), best.probability()), planned);
        return state;
    }

    @Override
    public List<Solution> finish(State state) {
        List<String> warnings =
                new ArrayList<>(isDone(state) ? Trials.missed(settings.tolerance(), state.distortion()) : List.of());
        if (settings.lazy() && !state.gains().diminishing()) {
            warnings.add("A gain grew from one round to the next, so the lazy search may differ from the plain rule."
                    + " Maybe use the plain one.");
        }
        return List.of(new Solution(
                state.mask(),
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.of(new Solution.Choices(
                        state.picks(),
                        state.distortions(),
                        state.tried(),
                        state.naive(),
                        state.gains().diminishing())),
                Optional.empty(),
                warnings));
    }
}
