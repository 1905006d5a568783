package org.rde4j.samples.cli;

import org.jspecify.annotations.Nullable;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Enumeration;
import org.rde4j.L1Relaxation;
import org.rde4j.LambdaSearch;
import org.rde4j.MatchingPursuit;
import org.rde4j.Priced;
import org.rde4j.RateConstrained;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how the mask is found, as far as it is not as the preset says. */
final class SolverOptions {
    private static final int MOST_COMPONENTS = 20;

    @Option(
            names = "--solver",
            paramLabel = "NAME",
            description =
                    "l1 (as in the presets), bernoulli (at the preset's price), pursuit (greedy choice of --components), frank-wolfe or"
                            + " projected (least distortion for --components or --rate), enumeration (all masks of at most 20"
                            + " components).")
    private @Nullable String solver;

    @Mixin
    private DescentOptions descent = new DescentOptions();

    @Option(names = "--lambda", paramLabel = "X", description = "Price of the rate: more gives a smaller mask.")
    private @Nullable Double lambda;

    @Option(names = "--spatial-l1", paramLabel = "X", description = "Price of the kept signal's absolute values.")
    private @Nullable Double spatialL1;

    @Option(names = "--temperature", paramLabel = "X", description = "Of Bernoulli masks.")
    private @Nullable Double temperature;

    @Option(
            names = "--components",
            paramLabel = "N",
            description = "How many components are kept at most (default: " + MOST_COMPONENTS + ").")
    private @Nullable Integer components;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "The rate to keep to: l1 and bernoulli search lambda for it.")
    private @Nullable Double rate;

    @Option(
            names = "--max-distortion",
            paramLabel = "D",
            description = "The sparsest mask within this distortion: l1 and bernoulli search lambda for it, pursuit"
                    + " ends there.")
    private @Nullable Double maxDistortion;

    @Option(names = "--lazy", description = "Pursuit skips candidates whose earlier gain was too small.")
    private boolean lazy;

    @Option(names = "--backward", description = "Pursuit takes components away instead of adding them.")
    private boolean backward;

    @Option(
            names = "--forward",
            description = "Pursuit only adds components. Otherwise it takes some away again where that gives a better"
                    + " set, and on the way looks at sets of up to three times as many.")
    private boolean forward;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all random draws: one seed, one answer.")
    private @Nullable Long seed;

    /**
     * The solver; RdeException if a setting is out of its range or does not go with the others.
     *
     * @param converging whether masks with a price converge where no option asks for a descent
     */
    Solver solver(Solver preset, boolean converging) {
        SolverKind kind = solver == null ? usual(preset) : SolverKind.named(solver);
        refuseUnread(kind);
        Solver chosen =
                switch (kind) {
                    case L1 -> searched(descent.apply(l1(preset), converging));
                    case BERNOULLI -> searched(descent.apply(bernoulli(preset), converging));
                    case PURSUIT -> pursuit(preset);
                    case FRANK_WOLFE -> descent.apply(bounded());
                    case PROJECTED -> descent.apply(bounded().projected());
                    case ENUMERATION -> enumeration();
                };
        return seed == null ? chosen : chosen.seed(seed);
    }

    /** The seed that was given, or another. */
    long seed(long otherwise) {
        return or(seed, otherwise);
    }

    private void refuseUnread(SolverKind kind) {
        boolean greedy = kind == SolverKind.PURSUIT;
        boolean all = kind == SolverKind.ENUMERATION;
        descent.refuseUnread(kind);
        kind.refuse("--lambda", lambda != null && !kind.isPriced() && !all);
        kind.refuse("--spatial-l1", spatialL1 != null && kind != SolverKind.L1);
        kind.refuse("--temperature", temperature != null && kind != SolverKind.BERNOULLI);
        kind.refuse("--components", components != null && kind.isPriced());
        kind.refuse("--rate", rate != null && (greedy || all));
        kind.refuse("--max-distortion", maxDistortion != null && !kind.isPriced() && !greedy && !all);
        kind.refuse("--lazy", lazy && !greedy);
        kind.refuse("--backward", backward && !greedy);
        kind.refuse("--forward", forward && !greedy);
        refuseBoth("--components", components, "--rate", rate);
        refuseBoth("--rate", rate, "--max-distortion", maxDistortion);
        refuseBoth("--backward", backward ? true : null, "--forward", forward ? true : null);
        if (all) {
            refuseBoth("--components", components, "--max-distortion", maxDistortion);
            refuseBoth("--lambda", lambda, "--components", components);
            refuseBoth("--lambda", lambda, "--max-distortion", maxDistortion);
        }
    }

    private static void refuseBoth(String one, @Nullable Object first, String other, @Nullable Object second) {
        if (first != null && second != null) {
            throw new RdeException("%s and %s cannot both be met.".formatted(one, other), "Leave one of them out.");
        }
    }

    private static SolverKind usual(Solver preset) {
        return preset instanceof MatchingPursuit
                ? SolverKind.PURSUIT
                : preset instanceof BernoulliRelaxation ? SolverKind.BERNOULLI : SolverKind.L1;
    }

    /** At the price of a preset; those that choose components one by one say nothing of it. */
    private static <S extends Priced<S>> S priced(S fresh, Solver preset) {
        if (!(preset instanceof Priced<?> priced)) {
            return fresh;
        }
        S same = fresh.lambda(priced.lambda());
        return priced.scale() == Solver.RateScale.PLAIN_SUM ? same.plainSum() : same;
    }

    private L1Relaxation l1(Solver preset) {
        L1Relaxation l1 = preset instanceof L1Relaxation same ? same : priced(Solver.l1(1), preset);
        return l1.lambda(or(lambda, l1.lambda())).spatialL1(or(spatialL1, l1.spatialL1()));
    }

    private BernoulliRelaxation bernoulli(Solver preset) {
        BernoulliRelaxation bernoulli =
                preset instanceof BernoulliRelaxation same ? same : priced(Solver.bernoulli(1), preset);
        return bernoulli.lambda(or(lambda, bernoulli.lambda())).temperature(or(temperature, bernoulli.temperature()));
    }

    private Solver searched(Priced<?> relaxation) {
        if (rate != null) {
            return Solver.aimingForRate(rate).over(relaxation);
        }
        return maxDistortion == null
                ? relaxation
                : new LambdaSearch(new LambdaSearch.DistortionAtMost(maxDistortion), relaxation, 8);
    }

    private MatchingPursuit pursuit(Solver preset) {
        MatchingPursuit usual = preset instanceof MatchingPursuit same ? same : Solver.matchingPursuit(MOST_COMPONENTS);
        // With a bound of the distortion, taking away goes on to the bound.
        MatchingPursuit pursuit =
                usual.components(or(components, backward && maxDistortion != null ? 1 : MOST_COMPONENTS));
        pursuit = descent.samples() == null ? pursuit : pursuit.samples(descent.samples());
        pursuit = maxDistortion == null ? pursuit : pursuit.tolerance(maxDistortion);
        pursuit = backward ? pursuit.backward() : pursuit;
        pursuit = forward ? pursuit.forward() : pursuit;
        return lazy ? pursuit.lazily() : pursuit;
    }

    private RateConstrained bounded() {
        return rate == null ? Solver.atMost(or(components, MOST_COMPONENTS)) : Solver.rateConstrained(rate);
    }

    private Enumeration enumeration() {
        Enumeration all = Solver.enumeration(or(lambda, 1.0));
        all = descent.samples() == null ? all : all.samples(descent.samples());
        all = components == null ? all : all.atMost(components);
        return maxDistortion == null ? all : all.within(maxDistortion);
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
