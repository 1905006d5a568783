package org.rde4j.nd4j.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.rde4j.Explainer;
import org.rde4j.MatchingPursuit;

/**
 * Floating forward search for one task. It remembers the best set of every size; a round adds the best component
 * and then takes components away as long as that gives a better set of the smaller size than any before. Every
 * round thus enlarges the set or improves a remembered one, so it ends. A step tries some candidates, or decides.
 */
final class FloatingAlgorithm implements Algorithm<FloatingAlgorithm.State> {
    private final MatchingPursuit settings;
    private final Trials trials;
    private final int components;
    private final int wanted;
    private final int largest;

    FloatingAlgorithm(MatchingPursuit settings, Distortions distortions) {
        this.settings = settings;
        this.trials = Trials.of(distortions, settings.samples());
        this.components = distortions.components();
        this.wanted = Math.min(settings.maxComponents(), components);
        this.largest = Math.min(3 * wanted, components);
    }

    /**
     * Where a search is.
     *
     * @param best sets by their size
     * @param current the set that is enlarged or made smaller
     * @param shrinking whether one was just added or taken away, so that taking away is tried
     * @param round what was tried for the next decision
     * @param tried how many masks were tried altogether
     */
    record State(List<Optional<Chosen>> best, Chosen current, boolean shrinking, Trials.Round round, long tried) {}

    /**
     * A set of components.
     *
     * @param order the components in the order in which they were added
     * @param distortion the estimate
     * @param probability the label's
     */
    record Chosen(List<Integer> order, double distortion, double probability) {
        int size() {
            return order.size();
        }

        Chosen with(Trials.Best added) {
            List<Integer> longer = new ArrayList<>(order);
            longer.add(added.candidate());
            return new Chosen(List.copyOf(longer), added.distortion(), added.probability());
        }

        Chosen without(Trials.Best removed) {
            return new Chosen(
                    order.stream().filter(i -> i != removed.candidate()).toList(),
                    removed.distortion(),
                    removed.probability());
        }
    }

    @Override
    public Class<State> state() {
        return State.class;
    }

    @Override
    public State init() {
        Trials.Best none = trials.of(new float[components]);
        Chosen empty = new Chosen(List.of(), none.distortion(), none.probability());
        return new State(
                remembered(Collections.nCopies(largest + 1, Optional.empty()), empty),
                empty,
                false,
                Trials.Round.EMPTY,
                0);
    }

    private static List<Optional<Chosen>> remembered(List<Optional<Chosen>> best, Chosen chosen) {
        List<Optional<Chosen>> all = new ArrayList<>(best);
        all.set(chosen.size(), Optional.of(chosen));
        return List.copyOf(all);
    }

    @Override
    public boolean isDone(State state) {
        boolean goodEnough = settings.tolerance().isPresent()
                && state.current().size() <= wanted
                && state.current().distortion() <= settings.tolerance().getAsDouble();
        return !state.shrinking() && (state.current().size() >= largest || goodEnough);
    }

    @Override
    public State step(State state, Journal journal) {
        if (state.shrinking() && state.current().size() <= 1) {
            return reported(state, journal);
        }
        float[] mask = row(state.current().order());
        float flipping = state.shrinking() ? 1 : 0;
        int[] all =
                IntStream.range(0, components).filter(i -> mask[i] == flipping).toArray();
        Trials.Round round = state.round();
        if (round.size() == all.length) {
            return state.shrinking() ? takenAway(state, journal) : added(state);
        }
        int[] next = Arrays.copyOfRange(all, round.size(), Math.min(all.length, round.size() + trials.portion()));
        Trials.Round longer = trials.extended(round, next, i -> Trials.flipped(mask, i));
        journal.progress(Explainer.Stage.CANDIDATES, longer.size(), all.length);
        return new State(state.best(), state.current(), state.shrinking(), longer, state.tried() + next.length);
    }

    /** With the better of the enlarged set and the best of its size so far. */
    private State added(State state) {
        Chosen enlarged = state.current().with(state.round().best());
        Chosen before = state.best().get(enlarged.size()).orElse(enlarged);
        Chosen current = before.distortion() <= enlarged.distortion() ? before : enlarged;
        return new State(remembered(state.best(), current), current, true, Trials.Round.EMPTY, state.tried());
    }

    private State takenAway(State state, Journal journal) {
        Trials.Best best = state.round().best();
        Optional<Chosen> before = state.best().get(state.current().size() - 1);
        if (before.isPresent() && before.get().distortion() <= best.distortion()) {
            return reported(state, journal);
        }
        Chosen smaller = state.current().without(best);
        return new State(remembered(state.best(), smaller), smaller, true, Trials.Round.EMPTY, state.tried());
    }

    private State reported(State state, Journal journal) {
        Chosen current = state.current();
        double rate = (double) current.size() / components;
        journal.record(
                0,
                new Objective.Value(current.distortion(), rate, current.distortion(), current.probability()),
                largest);
        return new State(state.best(), current, false, Trials.Round.EMPTY, state.tried());
    }

    /** The best set of the wanted size (or the largest below it), or a smaller one that the rules prefer. */
    private Chosen answer(State state) {
        Chosen answer = null;
        for (int size = wanted; size >= 0; size--) {
            Chosen one = state.best().get(size).orElse(null);
            boolean preferred = one != null
                    && (answer == null
                            || settings.stopsWithoutGain() && one.distortion() <= answer.distortion()
                            || settings.tolerance().isPresent()
                                    && one.distortion() <= settings.tolerance().getAsDouble());
            answer = preferred ? one : answer;
        }
        return Objects.requireNonNull(answer);
    }

    private float[] row(List<Integer> order) {
        float[] row = new float[components];
        order.forEach(i -> row[i] = 1);
        return row;
    }

    /** The set in the order of its choice, with the distortion of each beginning of it. */
    @Override
    public List<Solution> finish(State state) {
        Chosen answer = answer(state);
        List<Double> distortions = IntStream.rangeClosed(1, answer.size())
                .mapToObj(count ->
                        trials.of(row(answer.order().subList(0, count))).distortion())
                .toList();
        long naive = IntStream.range(0, answer.size())
                .mapToLong(count -> components - count)
                .sum();
        return List.of(new Solution(
                row(answer.order()),
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.of(new Solution.Choices(answer.order(), distortions, state.tried(), naive, true)),
                Optional.empty(),
                isDone(state) ? Trials.missed(settings.tolerance(), answer.distortion()) : List.of()));
    }
}
