package org.rde4j.nd4j.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.rde4j.Convergence;
import org.rde4j.LambdaSearch;
import org.rde4j.Priced;

/**
 * Bisection of log λ for one task. While only one side of the target is known, λ goes on by factors of ten;
 * every round starts from the sparsest mask that is still too dense, so later rounds have little left to do.
 */
final class LambdaAlgorithm implements Algorithm<LambdaAlgorithm.State> {
    /** Masks are compared with the target on these samples, which no step of any round has seen. */
    private static final Distortions.Samples JUDGES = new Distortions.Samples(1L << 39, 256);

    private static final double FACTOR = 10;
    private static final int FIRST_SHARE = 3;

    private final LambdaSearch settings;
    private final Distortions distortions;
    private final Objective.Penalty penalty;

    /** A search for the only task of some distortions. */
    LambdaAlgorithm(LambdaSearch settings, Distortions distortions, Objective.Penalty penalty) {
        this.settings = settings;
        this.distortions = distortions;
        this.penalty = penalty;
    }

    /**
     * Where a search is.
     *
     * @param rounds at their end
     * @param descent the round at work, if it descends
     * @param search the round at work, if it converges
     */
    record State(
            List<Round> rounds, Optional<DescentAlgorithm.State> descent, Optional<ConvergingAlgorithm.State> search) {}

    /** A price, the mask that it led to, and what that is worth on the judges. */
    record Round(double lambda, float[] mask, double distortion, double rate) {}

    @Override
    public Class<State> state() {
        return State.class;
    }

    @Override
    public State init() {
        return begun(List.of());
    }

    @Override
    public boolean isDone(State state) {
        return state.rounds().size() == settings.rounds();
    }

    @Override
    public State step(State state, Journal journal) {
        if (state.descent().isPresent()) {
            DescentAlgorithm descent = descent(state.rounds());
            if (!descent.isDone(state.descent().get())) {
                return new State(
                        state.rounds(), Optional.of(descent.step(state.descent().get(), journal)), Optional.empty());
            }
        } else {
            ConvergingAlgorithm search = search(state.rounds());
            if (!search.isDone(state.search().orElseThrow())) {
                return new State(
                        state.rounds(),
                        Optional.empty(),
                        Optional.of(search.step(state.search().get(), journal)));
            }
        }
        List<Round> rounds = new ArrayList<>(state.rounds());
        rounds.add(round(state));
        return begun(List.copyOf(rounds));
    }

    private State begun(List<Round> rounds) {
        if (settings.relaxation().minimiser() instanceof Convergence) {
            return new State(
                    rounds, Optional.empty(), Optional.of(search(rounds).init()));
        }
        DescentAlgorithm descent = descent(rounds);
        return new State(
                rounds,
                Optional.of(
                        rounds.stream().anyMatch(this::isDense)
                                ? descent.from(new float[][] {nearest(rounds)})
                                : descent.init()),
                Optional.empty());
    }

    /**
     * The search of the round that comes after others. The first has a third of all evaluations, the others, which have a
     * mask to begin with, the rest in equal parts.
     */
    private ConvergingAlgorithm search(List<Round> rounds) {
        Priced<?> relaxation = settings.relaxation().lambda(nextLambda(rounds));
        Convergence all = (Convergence) relaxation.minimiser();
        int evaluations = all.evaluations().orElse(Convergence.MOST_EVALUATIONS);
        int share = settings.rounds() == 1
                ? evaluations
                : rounds.isEmpty()
                        ? evaluations / FIRST_SHARE
                        : (int) (evaluations * (FIRST_SHARE - 1L) / FIRST_SHARE / (settings.rounds() - 1));
        Convergence own = new Convergence(OptionalInt.of(Math.max(Convergence.LEAST_EVALUATIONS, share)), all.seed());
        Objective objective = Objective.of(relaxation, distortions, penalty);
        return rounds.stream().anyMatch(this::isDense)
                ? new ConvergingAlgorithm(relaxation, own, objective, nearest(rounds))
                : new ConvergingAlgorithm(relaxation, own, objective);
    }

    /** The descent of the round that comes after others. */
    private DescentAlgorithm descent(List<Round> rounds) {
        Priced<?> relaxation = settings.relaxation().lambda(nextLambda(rounds));
        return new DescentAlgorithm(
                relaxation, Objective.of(relaxation, distortions, penalty), settings.rounds() * relaxation.steps());
    }

    private Round round(State state) {
        float[] mask = state.descent()
                .map(descent -> DescentAlgorithm.masks(descent)[0])
                .orElseGet(() -> search(state.rounds())
                        .finish(state.search().orElseThrow())
                        .get(0)
                        .mask());
        double distortion = distortions
                .at(new int[] {0}, new float[][] {mask}, JUDGES, new float[0][])
                .finite()
                .distortion()[0];
        double sum = 0;
        for (float s : mask) {
            sum += s;
        }
        return new Round(nextLambda(state.rounds()), mask, distortion, sum / mask.length);
    }

    @Override
    public List<Solution> finish(State state) {
        // Of a search that was ended in its first round, the mask is that of the descent.
        List<Round> rounds = state.rounds().isEmpty() ? List.of(round(state)) : state.rounds();
        Round best = best(rounds);
        return List.of(
                Solution.relaxed(settings.relaxation().lambda(best.lambda()), best.mask(), missed(best, rounds)));
    }

    /** Too much is kept: the price must rise. */
    private boolean isDense(Round round) {
        return settings.target() instanceof LambdaSearch.RateNear near
                ? round.rate() > near.rate()
                : round.distortion() <= ((LambdaSearch.DistortionAtMost) settings.target()).most();
    }

    private double nextLambda(List<Round> rounds) {
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
    private float[] nearest(List<Round> rounds) {
        return rounds.stream()
                .filter(this::isDense)
                .min(Comparator.comparingDouble(Round::rate))
                .orElseThrow()
                .mask();
    }

    private Round best(List<Round> rounds) {
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

    private List<String> missed(Round best, List<Round> rounds) {
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
}
