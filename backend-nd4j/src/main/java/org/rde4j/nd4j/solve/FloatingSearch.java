package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.MatchingPursuit;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/**
 * Floating forward search for one task. It remembers the best set of every size; a round adds the best component
 * and then takes components away as long as that gives a better set of the smaller size than any before. Every
 * round thus enlarges the set or improves a remembered one, so it ends.
 */
final class FloatingSearch implements Checkpoint.State {
    private final MatchingPursuit settings;
    private final Control control;
    private final Candidates candidates;
    private final int components;
    private final int wanted;
    private final @Nullable Chosen[] best;
    private final List<Explanation.Step> history = new ArrayList<>();
    private Chosen current = new Chosen(List.of(), Double.NaN, Double.NaN);
    /** Whether one was just added or taken away, so that taking away is tried. */
    private boolean shrinking;

    FloatingSearch(MatchingPursuit settings, Distortions distortions, Control control) {
        this.settings = settings;
        this.control = control;
        this.candidates = new Candidates(distortions, Distortions.Samples.first(settings.samples()), control);
        this.components = distortions.components();
        this.wanted = Math.min(settings.maxComponents(), components);
        this.best = new Chosen[Math.min(3 * wanted, components) + 1];
    }

    Solution solve() {
        control.resume(this);
        if (best[0] == null) {
            current = estimated(List.of());
            best[0] = current;
        }
        try {
            search();
        } catch (Candidates.OutOfTime e) {
            // The answer is the best of what was tried before.
        }
        control.completed();
        Chosen answer = answer();
        return new Solution(
                row(answer.order()),
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.of(choices(answer)),
                history,
                control.medianSeconds(),
                control.stopped()
                        ? control.warnings(history.size(), best.length - 1, "steps")
                        : Candidates.missed(settings.tolerance(), answer.distortion()));
    }

    private void search() {
        while ((shrinking || current.size() < best.length - 1 && !isGoodEnough()) && !control.isOver()) {
            if (!shrinking) {
                add();
            } else if (current.size() <= 1 || !takeAway()) {
                shrinking = false;
                report();
            }
        }
    }

    private boolean isGoodEnough() {
        return settings.tolerance().isPresent()
                && current.size() <= wanted
                && current.distortion() <= settings.tolerance().getAsDouble();
    }

    private void add() {
        int[] open = IntStream.range(0, components)
                .filter(i -> !current.order().contains(i))
                .toArray();
        Candidates.Best found =
                candidates.flipped(row(current.order()), open, open.length).best();
        candidates.endRound();
        List<Integer> order = new ArrayList<>(current.order());
        order.add(found.component());
        current = remembered(new Chosen(order, found.distortion(), found.probability()));
        shrinking = true;
    }

    /** The better of a set and the best of its size so far. */
    private Chosen remembered(Chosen chosen) {
        Chosen before = best[chosen.size()];
        if (before != null && before.distortion() <= chosen.distortion()) {
            return before;
        }
        best[chosen.size()] = chosen;
        return chosen;
    }

    private boolean takeAway() {
        int[] chosen = current.order().stream().sorted().mapToInt(i -> i).toArray();
        Candidates.Best found =
                candidates.flipped(row(current.order()), chosen, chosen.length).best();
        candidates.endRound();
        Chosen before = best[current.size() - 1];
        if (before != null && before.distortion() <= found.distortion()) {
            return false;
        }
        List<Integer> order = new ArrayList<>(current.order());
        order.remove((Integer) found.component());
        current = new Chosen(order, found.distortion(), found.probability());
        best[current.size()] = current;
        return true;
    }

    private void report() {
        double rate = (double) current.size() / components;
        int number = history.size() + 1;
        history.add(new Explanation.Step(
                number,
                // As if nothing were taken away any more.
                number + best.length - 1 - current.size(),
                current.distortion(),
                rate,
                current.distortion(),
                current.probability()));
        control.afterStep(history.get(history.size() - 1));
    }

    /** The best set of the wanted size (or the largest below it), or a smaller one that the rules prefer. */
    private Chosen answer() {
        Chosen answer = null;
        for (int size = wanted; size >= 0; size--) {
            Chosen one = best[size];
            boolean preferred = one != null
                    && (answer == null
                            || settings.stopsWithoutGain() && one.distortion() <= answer.distortion()
                            || settings.tolerance().isPresent()
                                    && one.distortion() <= settings.tolerance().getAsDouble());
            answer = preferred ? one : answer;
        }
        return Objects.requireNonNull(answer);
    }

    /** The set in the order of its choice, with the distortion of each beginning of it. */
    private Solution.Choices choices(Chosen answer) {
        List<Double> distortions = IntStream.rangeClosed(1, answer.size())
                .mapToObj(count ->
                        candidates.of(row(answer.order().subList(0, count))).distortion())
                .toList();
        long naive = IntStream.range(0, answer.size())
                .mapToLong(count -> components - count)
                .sum();
        return new Solution.Choices(answer.order(), distortions, candidates.tried(), naive, true);
    }

    private Chosen estimated(List<Integer> order) {
        Candidates.Best one = candidates.of(row(order));
        return new Chosen(order, one.distortion(), one.probability());
    }

    private float[] row(List<Integer> order) {
        float[] row = new float[components];
        order.forEach(i -> row[i] = 1);
        return row;
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        candidates.write(out);
        out.writeBoolean(shrinking);
        current.write(out);
        for (Chosen one : best) {
            out.writeBoolean(one != null);
            if (one != null) {
                one.write(out);
            }
        }
        Histories.write(out, history);
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        candidates.read(in);
        shrinking = in.readBoolean();
        current = Chosen.read(in, components);
        for (int size = 0; size < best.length; size++) {
            best[size] = in.readBoolean() ? Chosen.read(in, components) : null;
        }
        history.addAll(Histories.read(in));
    }

    /**
     * A set of components.
     *
     * @param order the components in the order in which they were added
     * @param distortion the estimate
     * @param probability the label's
     */
    private record Chosen(List<Integer> order, double distortion, double probability) {
        int size() {
            return order.size();
        }

        void write(DataOutputStream out) throws IOException {
            out.writeInt(order.size());
            for (int component : order) {
                out.writeInt(component);
            }
            out.writeDouble(distortion);
            out.writeDouble(probability);
        }

        static Chosen read(DataInputStream in, int components) throws IOException {
            int size = in.readInt();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                order.add(Checkpoint.index(in, components));
            }
            return new Chosen(order, in.readDouble(), in.readDouble());
        }
    }
}
