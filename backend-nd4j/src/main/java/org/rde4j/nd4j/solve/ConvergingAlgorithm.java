package org.rde4j.nd4j.solve;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Convergence;
import org.rde4j.Priced;

/**
 * The search that needs no settings: a descent that lets the mask fall to nothing and grow again, one that only shrinks
 * it, one from all that either kept, and then ever longer ones from the best mask so far. Each ends in a candidate that
 * is compared with the best on common samples, which become more from round to round. The search has converged when
 * two doublings of the effort did not lower the objective by more than chance.
 */
final class ConvergingAlgorithm implements Algorithm<ConvergingAlgorithm.State> {
    /** Evaluations of each of the first two descents, and by how much each later one is longer than the one before. */
    private static final int FIRST = 320;

    private static final double GROWTH = 1.6;
    /** How far an entry may travel in a descent from ones: to zero, back, and again; and in a later one. */
    private static final double FAR = 3;

    private static final double NEAR = 1.2;
    /** A descent that led to nothing better is followed by one that goes so much less far. */
    private static final double SHORTER = 0.5;
    /** Of so many drawn components, none is so important that slopes of draws mislead from the start. */
    private static final int MANY = 512;
    /** Candidates are compared on so many samples at least, or on that share of what their descent drew. */
    private static final int LEAST_JUDGES = 24;

    private static final int SHARE_OF_JUDGES = 16;
    private static final int MOST_JUDGES = 512;
    /** Samples that no descent draws, nor a final measurement. */
    private static final long JUDGES = 1L << 38;
    /** A mask whose objective is not below that share of the one of ones or zeros is compared again, on so many samples. */
    private static final double CLEARLY = 0.75;

    private static final int CHECKS = 256;
    /** Twice the effort, or nearly: descents end when they end. */
    private static final double DOUBLED = 1.8;
    /** It is worth going on as long as twice the effort gains more than that share of the objective. */
    private static final double WORTHWHILE = 0.1;
    /** A single doubling without a gain may be bad luck. */
    private static final int IDLE = 2;
    /** Less than that share of it is nothing, however sure. */
    private static final double NOTHING = 0.005;

    private final Priced<?> solver;
    private final Objective objective;
    private final Distortions distortions;
    private final int budget;
    private final Optional<float[]> start;
    private final AgreedDescent descent;

    /**
     * A search for the mask of the only task.
     *
     * @param settings its budget
     */
    ConvergingAlgorithm(Priced<?> solver, Convergence settings, Objective objective) {
        this(solver, settings, objective, Optional.empty());
    }

    /** The same from a mask that is near the answer. */
    ConvergingAlgorithm(Priced<?> solver, Convergence settings, Objective objective, float[] near) {
        this(solver, settings, objective, Optional.of(near));
    }

    private ConvergingAlgorithm(Priced<?> solver, Convergence settings, Objective objective, Optional<float[]> start) {
        this.solver = solver;
        this.objective = objective;
        this.distortions = objective.distortions();
        this.budget = settings.evaluations().orElse(Convergence.MOST_EVALUATIONS);
        this.start = start;
        this.descent = new AgreedDescent(objective, 0);
    }

    /**
     * Where the search is.
     *
     * @param round how many descents are at their end
     * @param spent evaluations until then, those of comparisons included
     * @param course the way of the descent at work; of no steps if none is worth its cost
     * @param current where it is
     * @param best the best candidate so far
     * @param constant the better one of ones and zeros; of no judges before the first comparison
     * @param look the last look back
     * @param reach how far an entry may travel in a descent from the best mask
     */
    record State(
            int round,
            long spent,
            AgreedDescent.Course course,
            AgreedDescent.State current,
            Candidate best,
            Candidate constant,
            Look look,
            double reach) {}

    /**
     * A mask and its distortion on each of the first judges.
     *
     * @param priced what the rate and the penalty cost
     */
    record Candidate(float[] mask, double[] distortions, double priced) {
        double objective() {
            return Arrays.stream(distortions).average().orElse(Double.POSITIVE_INFINITY) + priced;
        }

        int judges() {
            return distortions.length;
        }
    }

    /**
     * A comparison with the best candidate of half the effort.
     *
     * @param spent evaluations until then
     * @param best the best candidate then
     * @param gain by how much it was better than the best of the look before
     * @param idle how many looks in a row saw no gain worth the effort
     */
    record Look(long spent, Candidate best, Solution.Gain gain, int idle) {}

    @Override
    public Class<State> state() {
        return State.class;
    }

    @Override
    public State init() {
        Candidate ones = new Candidate(constant(1), new double[0], 0);
        Candidate first = new Candidate(start.orElse(ones.mask()), new double[0], 0);
        // From a mask that is near, neither of the first two descents is needed. Of drawn masks, slopes are the noisier
        // the less is kept, and what fell to nothing grows too late.
        int skipped = isDrawn() ? 1 : 0;
        return begun(
                start.isPresent() ? 2 : skipped,
                0,
                first.mask(),
                first,
                ones,
                new Look(0, first, Solution.Gain.UNKNOWN, 0),
                NEAR,
                isDrawn() && isMany() ? Distortions.Slopes.OF_DRAWS : Distortions.Slopes.OF_CHANCES);
    }

    private boolean isDrawn() {
        return solver instanceof BernoulliRelaxation;
    }

    private boolean isMany() {
        return distortions.components() >= MANY;
    }

    private float[] constant(float value) {
        float[] mask = new float[distortions.components()];
        Arrays.fill(mask, value);
        return mask;
    }

    /** The state in which a descent begins. */
    private State begun(
            int round,
            long spent,
            float[] from,
            Candidate best,
            Candidate constant,
            Look look,
            double reach,
            Distortions.Slopes slopes) {
        double planned = round < 2 ? FIRST : FIRST * StrictMath.pow(GROWTH, round - 1);
        double most = planned * (1 + GROWTH / 2);
        int judges = judges(Math.min(most, budget - spent));
        double judging = best.judges() == 0
                ? 4 * judges
                : 3 * judges - best.judges() - look.best().judges();
        double left = budget - spent - judging;
        // What would be too little for one more descent goes into this one.
        double drawn = left < most ? left : planned;
        double steps = drawn < FIRST / 4 ? 0 : drawn / AgreedDescent.SAMPLES;
        return new State(
                round,
                spent,
                new AgreedDescent.Course(
                        (int) Math.max(0, steps), round < 2 ? FAR : reach, round == 0, slopes, (long) round << 32),
                descent.from(from),
                best,
                constant,
                look,
                reach);
    }

    /** How many samples compare the candidates when a descent of so many samples is at its end. */
    private static int judges(double drawn) {
        return (int) Math.min(MOST_JUDGES, Math.max(LEAST_JUDGES, drawn / SHARE_OF_JUDGES));
    }

    @Override
    public boolean isDone(State state) {
        return isConverged(state) || state.course().steps() == 0;
    }

    private static boolean isConverged(State state) {
        return state.look().idle() == IDLE;
    }

    @Override
    public State step(State state, Journal journal) {
        if (state.current().step() == state.course().steps()) {
            return judged(state);
        }
        return new State(
                state.round(),
                state.spent(),
                state.course(),
                descent.step(state.current(), state.course(), journal, budget / AgreedDescent.SAMPLES),
                state.best(),
                state.constant(),
                state.look(),
                state.reach());
    }

    /** The state after the descent at work was ended and its mask was compared. */
    private State judged(State state) {
        int drawn = state.current().step() * AgreedDescent.SAMPLES;
        float[] mask = state.current().mask();
        Distortions.Slopes slopes = state.course().slopes();
        int judges = Math.max(state.best().judges(), judges(drawn));
        Candidate best = better(extended(state.best(), judges), candidate(mask, judges));
        long spent = state.spent() + drawn + judges + judges - state.best().judges();
        Candidate constant = state.constant();
        if (constant.judges() == 0) {
            constant = better(extended(constant, judges), candidate(constant(0), judges));
            best = better(constant, best);
            spent += 2L * judges;
        }
        if (state.round() == 0) {
            return begun(1, spent, constant(1), best, constant, state.look(), NEAR, slopes);
        }
        if (state.round() == 1) {
            // What grew and what was left over differ in what they miss: all of both shrinks to what is needed.
            float[] both =
                    isOnes(state.best().mask()) ? mask : union(state.best().mask(), mask);
            return begun(2, spent, both, best, constant, new Look(spent, best, Solution.Gain.UNKNOWN, 0), NEAR, slopes);
        }
        Look look = state.look();
        if (spent >= DOUBLED * look.spent()) {
            Candidate before = extended(look.best(), judges);
            spent += judges - look.best().judges();
            Solution.Gain gain = gain(before, best);
            double size = Math.abs(best.objective());
            double enough = Math.max(NOTHING * size, Math.min(2 * gain.standardError(), WORTHWHILE * size));
            look = new Look(spent, best, gain, look.spent() > 0 && gain.fall() <= enough ? look.idle() + 1 : 0);
        }
        boolean found = best.mask() == mask;
        return begun(
                state.round() + 1,
                spent,
                best.mask(),
                best,
                constant,
                look,
                found ? NEAR : SHORTER * state.reach(),
                found || !isDrawn() || !isMany() ? slopes : other(slopes));
    }

    /** Where the ones lead nowhere, the others may: those of draws are steadier, those of chances are right. */
    private static Distortions.Slopes other(Distortions.Slopes slopes) {
        return slopes == Distortions.Slopes.OF_DRAWS ? Distortions.Slopes.OF_CHANCES : Distortions.Slopes.OF_DRAWS;
    }

    private static boolean isOnes(float[] mask) {
        for (float s : mask) {
            if (s < 1) {
                return false;
            }
        }
        return true;
    }

    private static float[] union(float[] one, float[] other) {
        float[] union = new float[one.length];
        for (int i = 0; i < union.length; i++) {
            union[i] = Math.max(one[i], other[i]);
        }
        return union;
    }

    private static Candidate better(Candidate one, Candidate other) {
        return other.objective() < one.objective() ? other : one;
    }

    private Candidate candidate(float[] mask, int judges) {
        return extended(new Candidate(mask, new double[0], 0), judges);
    }

    /** A candidate with its distortion on more judges. */
    private Candidate extended(Candidate candidate, int judges) {
        int known = candidate.judges();
        if (known == judges) {
            return candidate;
        }
        Candidate more = judged(candidate.mask(), new Distortions.Samples(JUDGES + known, judges - known));
        double[] all = Arrays.copyOf(candidate.distortions(), judges);
        System.arraycopy(more.distortions(), 0, all, known, judges - known);
        return new Candidate(candidate.mask(), all, more.priced());
    }

    private Candidate judged(float[] mask, Distortions.Samples samples) {
        Distortions.Estimate estimate = distortions
                .perSample(0, mask, samples, Distortions.Slopes.OF_CHANCES, new float[0][])
                .finite();
        Objective.Value value = objective.value(0, mask, estimate, new float[mask.length]);
        return new Candidate(mask, estimate.distortion(), value.objective() - value.distortion());
    }

    /** By how much a later candidate is better on the samples that both were judged on. */
    private static Solution.Gain gain(Candidate before, Candidate after) {
        double[] falls = IntStream.range(0, after.judges())
                .mapToDouble(i -> before.distortions()[i] - after.distortions()[i])
                .toArray();
        double mean = Arrays.stream(falls).average().orElse(0);
        double squares =
                Arrays.stream(falls).map(fall -> (fall - mean) * (fall - mean)).sum();
        double error = Math.sqrt(squares / falls.length / Math.max(1, falls.length - 1));
        return new Solution.Gain(mean + before.priced() - after.priced(), error);
    }

    /**
     * The mask of the best candidate, or ones or zeros: candidates that are hardly better on the samples by which the
     * best was chosen are compared once more on others.
     */
    private float[] checked(State state) {
        Candidate best = state.best();
        Candidate constant = state.constant();
        if (constant.judges() == 0 || best.objective() < CLEARLY * constant.objective()) {
            return best.mask();
        }
        Distortions.Samples fresh = new Distortions.Samples(JUDGES + MOST_JUDGES, CHECKS);
        return better(judged(constant.mask(), fresh), judged(best.mask(), fresh))
                .mask();
    }

    @Override
    public List<Solution> finish(State state) {
        // A descent that the time ended may be better already than what came before it.
        State last = isDone(state) || state.current().step() == 0 ? state : judged(state);
        Solution found = Solution.relaxed(solver, checked(last), List.of());
        return List.of(
                isDone(state)
                        ? found.ended(
                                new Solution.End(isConverged(last), last.look().gain()))
                        : found);
    }
}
