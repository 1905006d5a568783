package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.MatchingPursuit;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/** Matching pursuit, backward elimination and swaps for one task. */
final class GreedySearch implements Checkpoint.State {
    private final MatchingPursuit settings;
    private final Control control;
    private final Candidates candidates;
    private final int components;
    private final float[] mask;
    private final LazyGains gains;
    private final List<Integer> picks = new ArrayList<>();
    private final List<Double> distortions = new ArrayList<>();
    private final List<Explanation.Step> history = new ArrayList<>();
    private double distortion = Double.NaN;
    private long naive;
    private int swapped;
    private boolean chosen;

    GreedySearch(MatchingPursuit settings, Distortions distortions, Control control) {
        this.settings = settings;
        this.control = control;
        this.candidates = new Candidates(distortions, Distortions.Samples.first(settings.samples()), control);
        this.components = distortions.components();
        this.mask = new float[components];
        this.gains = new LazyGains(components, distortions.rowsAtOnce());
        if (backward()) {
            Arrays.fill(mask, 1);
        }
    }

    private boolean backward() {
        return settings.direction() == MatchingPursuit.Direction.BACKWARD;
    }

    Solution solve() {
        control.resume(this);
        if (Double.isNaN(distortion)) {
            distortion = candidates.of(mask).distortion();
        }
        try {
            search();
        } catch (Candidates.OutOfTime e) {
            // The answer is that of the rounds before.
        }
        control.completed();
        Solution.Choices choices =
                new Solution.Choices(picks, distortions, candidates.tried(), naive, gains.diminishing());
        return new Solution(
                mask,
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.of(choices),
                history,
                control.medianSeconds(),
                warnings());
    }

    private void search() {
        while (!chosen && !control.isOver()) {
            chosen = isComplete() || !choose();
        }
        while (swapped < settings.swaps() && chosen && !control.isOver()) {
            if (!swap()) {
                swapped = settings.swaps();
            }
        }
    }

    private int kept() {
        return backward() ? components - picks.size() : picks.size();
    }

    private boolean isComplete() {
        int most = Math.min(settings.maxComponents(), components);
        return backward()
                ? kept() <= most
                : kept() >= most
                        || (settings.tolerance().isPresent()
                                && distortion <= settings.tolerance().getAsDouble());
    }

    /** Makes the next choice, unless the rules end the search. */
    private boolean choose() {
        int[] open = IntStream.range(0, components)
                .filter(i -> mask[i] == (backward() ? 1 : 0))
                .toArray();
        Candidates.Best best = best(open);
        candidates.endRound();
        naive += open.length;
        boolean pointless = !backward() && settings.stopsWithoutGain() && best.distortion() >= distortion;
        boolean tooFar = backward()
                && settings.tolerance().isPresent()
                && best.distortion() > settings.tolerance().getAsDouble();
        if (pointless || tooFar) {
            return false;
        }
        mask[best.component()] = 1 - mask[best.component()];
        picks.add(best.component());
        distortion = best.distortion();
        distortions.add(distortion);
        record(best.probability());
        return true;
    }

    private Candidates.Best best(int[] open) {
        if (settings.lazy()) {
            return gains.best(open, distortion, picked -> candidates.flipped(mask, picked, open.length));
        }
        Candidates.Outcome all = candidates.flipped(mask, open, open.length);
        return backward() ? all.best() : gains.bestOfAll(all, distortion);
    }

    /** Exchanges the pair that lowers the distortion most, if there is one. */
    private boolean swap() {
        Candidates.@Nullable Best best = null;
        int leaving = -1;
        int[] open = IntStream.range(0, components).filter(i -> mask[i] == 0).toArray();
        for (int out : picks) {
            if (open.length == 0) {
                break;
            }
            float[] without = mask.clone();
            without[out] = 0;
            Candidates.Best found = candidates
                    .flipped(without, open, (long) picks.size() * open.length)
                    .best();
            if (best == null || found.distortion() < best.distortion()) {
                best = found;
                leaving = out;
            }
        }
        candidates.endRound();
        naive += (long) picks.size() * open.length;
        if (best == null || best.distortion() >= distortion) {
            return false;
        }
        mask[leaving] = 0;
        mask[best.component()] = 1;
        distortions.remove(picks.indexOf(leaving));
        picks.remove((Integer) leaving);
        picks.add(best.component());
        distortion = best.distortion();
        distortions.add(distortion);
        swapped++;
        record(best.probability());
        return true;
    }

    private void record(double probability) {
        double rate = (double) kept() / components;
        history.add(new Explanation.Step(history.size() + 1, planned(), distortion, rate, distortion, probability));
        control.afterStep(history.get(history.size() - 1));
    }

    /** How many choices and swaps there will be if nothing ends the search before. */
    private int planned() {
        int most = Math.min(settings.maxComponents(), components);
        return (backward() ? components - most : most) + settings.swaps();
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>(
                control.stopped()
                        ? control.warnings(history.size(), planned(), "steps")
                        : Candidates.missed(settings.tolerance(), distortion));
        if (settings.lazy() && !gains.diminishing()) {
            warnings.add("A gain grew from one round to the next, so the lazy search may differ from the plain rule."
                    + " Maybe use the plain one.");
        }
        return warnings;
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeDouble(distortion);
        out.writeLong(naive);
        out.writeInt(swapped);
        out.writeBoolean(chosen);
        candidates.write(out);
        Checkpoint.write(out, mask);
        out.writeInt(picks.size());
        for (int i = 0; i < picks.size(); i++) {
            out.writeInt(picks.get(i));
            out.writeDouble(distortions.get(i));
        }
        gains.write(out);
        Histories.write(out, history);
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        distortion = in.readDouble();
        naive = in.readLong();
        swapped = in.readInt();
        chosen = in.readBoolean();
        candidates.read(in);
        Checkpoint.read(in, mask);
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            picks.add(Checkpoint.index(in, components));
            distortions.add(in.readDouble());
        }
        gains.read(in);
        history.addAll(Histories.read(in));
    }
}
