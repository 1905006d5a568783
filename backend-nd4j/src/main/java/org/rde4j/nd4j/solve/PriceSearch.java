package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.rde4j.Explanation;
import org.rde4j.LambdaSearch;
import org.rde4j.Priced;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/**
 * Bisection of log λ for one task. While only one side of the target is known, λ goes on by factors of ten;
 * every round starts from the sparsest mask that is still too dense, so later rounds have little left to do.
 */
final class PriceSearch implements Checkpoint.State {
    /** Masks are compared with the target on these samples, which no step of any round has seen. */
    private static final Distortions.Samples JUDGES = new Distortions.Samples(1L << 39, 256);

    private static final double FACTOR = 10;

    private final LambdaSearch settings;
    private final Distortions distortions;
    private final Objective.Penalty penalty;
    private final Control control;
    private final List<Round> rounds = new ArrayList<>();
    private final List<Explanation.Step> history = new ArrayList<>();
    private @Nullable DescentSearch current;

    /** A search for the only task of some distortions. */
    PriceSearch(LambdaSearch settings, Distortions distortions, Objective.Penalty penalty, Control control) {
        this.settings = settings;
        this.distortions = distortions;
        this.penalty = penalty;
        this.control = control;
    }

    Solution solve() {
        control.resume(this);
        while (rounds.size() < settings.rounds() && (rounds.isEmpty() || !control.isOver())) {
            DescentSearch descent = current == null ? next() : current;
            current = descent;
            descent.run();
            if (control.stopped() && !rounds.isEmpty()) {
                break;
            }
            finish(descent);
        }
        control.completed();
        Round best = best();
        List<String> warnings = new ArrayList<>(control.warnings(rounds.size(), settings.rounds(), "rounds"));
        warnings.addAll(missed(best));
        return Search.relaxed(
                settings.relaxation(),
                best.mask(),
                OptionalDouble.of(best.lambda()),
                history,
                control.medianSeconds(),
                warnings);
    }

    private DescentSearch next() {
        Priced<?> relaxation = settings.relaxation().lambda(nextLambda());
        DescentSearch descent = new DescentSearch(relaxation, Objective.of(relaxation, distortions, penalty), control)
                .countedAfter(history.size(), settings.rounds() * relaxation.steps());
        return rounds.stream().noneMatch(this::isDense)
                ? descent.startAsDescribed()
                : descent.startAt(new float[][] {nearest()});
    }

    private void finish(DescentSearch descent) {
        float[] mask = descent.masks()[0].clone();
        double distortion = distortions
                .at(new int[] {0}, new float[][] {mask}, JUDGES, new float[0][])
                .finite()
                .distortion()[0];
        double sum = 0;
        for (float s : mask) {
            sum += s;
        }
        history.addAll(descent.history(0));
        rounds.add(new Round(nextLambda(), mask, distortion, sum / mask.length));
        current = null;
    }

    /** Too much is kept: the price must rise. */
    private boolean isDense(Round round) {
        return settings.target() instanceof LambdaSearch.RateNear near
                ? round.rate() > near.rate()
                : round.distortion() <= ((LambdaSearch.DistortionAtMost) settings.target()).most();
    }

    private double nextLambda() {
        double dense = 0;
        double sparse = Double.POSITIVE_INFINITY;
        for (Round round : rounds) {
            if (isDense(round)) {
                dense = Math.max(dense, round.lambda());
            } else {
                sparse = Math.min(sparse, round.lambda());
            }
        }
        if (rounds.isEmpty()) {
            return settings.relaxation().lambda();
        }
        if (Double.isInfinite(sparse)) {
            return dense * FACTOR;
        }
        return dense == 0 ? sparse / FACTOR : Math.sqrt(dense * sparse);
    }

    /**
     * The sparsest of the masks that are too dense. Those that are too sparse would have to grow again, which a
     * descent is bad at: without any dense one, the search begins where the solver says.
     */
    private float[] nearest() {
        return rounds.stream()
                .filter(this::isDense)
                .min(Comparator.comparingDouble(Round::rate))
                .orElseThrow()
                .mask();
    }

    private Round best() {
        Round best = rounds.get(0);
        for (Round round : rounds) {
            best = better(round, best) ? round : best;
        }
        return best;
    }

    private boolean better(Round a, Round b) {
        if (settings.target() instanceof LambdaSearch.RateNear near) {
            return Math.abs(a.rate() - near.rate()) < Math.abs(b.rate() - near.rate());
        }
        if (isDense(a) != isDense(b)) {
            return isDense(a);
        }
        return isDense(a) ? a.rate() < b.rate() : a.distortion() < b.distortion();
    }

    private List<String> missed(Round best) {
        if (settings.target() instanceof LambdaSearch.RateNear near) {
            return Math.abs(best.rate() - near.rate()) > 0.2 * near.rate()
                    ? List.of(String.format(
                            Locale.ROOT,
                            "The rate nearest to %s was %.4g. Maybe use more rounds or steps.",
                            near.rate(),
                            best.rate()))
                    : List.of();
        }
        double most = ((LambdaSearch.DistortionAtMost) settings.target()).most();
        if (!isDense(best)) {
            return List.of(String.format(
                    Locale.ROOT,
                    "No price led to a distortion of at most %s; the least was %.4g. Maybe use more rounds or steps.",
                    most,
                    best.distortion()));
        }
        if (best.rate() > 0.01 && rounds.stream().allMatch(this::isDense)) {
            return List.of(String.format(
                    Locale.ROOT,
                    "The distortion (%.4g) is below the bound (%s) at every price that was tried, up to %.3g: a sparser mask may meet it. Maybe use more steps, larger steps or more rounds.",
                    best.distortion(),
                    most,
                    rounds.get(rounds.size() - 1).lambda()));
        }
        return List.of();
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(rounds.size());
        for (Round round : rounds) {
            out.writeDouble(round.lambda());
            Checkpoint.write(out, round.mask());
            out.writeDouble(round.distortion());
            out.writeDouble(round.rate());
        }
        Histories.write(out, history);
        out.writeBoolean(current != null);
        if (current != null) {
            current.write(out);
        }
    }

    @Override
    public void read(DataInputStream in) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            double lambda = in.readDouble();
            float[] mask = new float[distortions.components()];
            Checkpoint.read(in, mask);
            rounds.add(new Round(lambda, mask, in.readDouble(), in.readDouble()));
        }
        history.addAll(Histories.read(in));
        if (in.readBoolean()) {
            current = next();
            current.read(in);
        }
    }

    private record Round(double lambda, float[] mask, double distortion, double rate) {}
}
