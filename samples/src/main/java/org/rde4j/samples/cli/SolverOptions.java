package org.rde4j.samples.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rde4j.BernoulliRelaxation;
import org.rde4j.Enumeration;
import org.rde4j.L1Relaxation;
import org.rde4j.LambdaSearch;
import org.rde4j.MatchingPursuit;
import org.rde4j.Optimizer;
import org.rde4j.Priced;
import org.rde4j.RateConstrained;
import org.rde4j.RdeException;
import org.rde4j.Relaxed;
import org.rde4j.Solver;
import picocli.CommandLine.Option;

/** The options that say how the mask is found, as far as it is not as the preset says. */
final class SolverOptions {
    /** The solvers by name. */
    enum Kind {
        L1,
        BERNOULLI,
        PURSUIT,
        FRANK_WOLFE,
        PROJECTED,
        ENUMERATION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Kind named(String name) {
            return Arrays.stream(values())
                    .filter(kind -> kind.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new RdeException(
                            "There is no solver '%s'.".formatted(name),
                            "The solvers are "
                                    + Arrays.stream(values())
                                            .map(Kind::toString)
                                            .collect(Collectors.joining(", "))
                                    + "."));
        }
    }

    @Option(
            names = "--solver",
            paramLabel = "NAME",
            description = "l1 (as in the presets), bernoulli, pursuit (greedy choice of --components), frank-wolfe or"
                    + " projected (least distortion for --components or --rate), enumeration (all masks of at most 20"
                    + " components).")
    private @Nullable String solver;

    @Option(names = "--steps", paramLabel = "N", description = "Updates of the mask.")
    private @Nullable Integer steps;

    @Option(names = "--samples", paramLabel = "N", description = "Random obfuscations per estimate.")
    private @Nullable Integer samples;

    @Option(names = "--step-size", paramLabel = "X", description = "Step size of the optimiser.")
    private @Nullable Double stepSize;

    @Option(names = "--sgd", description = "Plain gradient steps instead of Adam.")
    private boolean sgd;

    @Option(names = "--lambda", paramLabel = "X", description = "Price of the rate: more gives a smaller mask.")
    private @Nullable Double lambda;

    @Option(names = "--spatial-l1", paramLabel = "X", description = "Price of the kept signal's absolute values.")
    private @Nullable Double spatialL1;

    @Option(names = "--temperature", paramLabel = "X", description = "Of Bernoulli masks.")
    private @Nullable Double temperature;

    @Option(
            names = "--start",
            paramLabel = "X",
            description = "What every mask entry starts with, in [0, 1], or 'gradient' for its quantiles.")
    private @Nullable String start;

    @Option(
            names = "--smoothing",
            paramLabel = "W",
            description =
                    "Smooths gradients over neighbouring components, from so many places in the first step to none"
                            + " in the last: far fewer samples do for the same objective. 8 suits photographs.")
    private @Nullable Double smoothing;

    @Option(
            names = "--decay",
            description =
                    "Steps that become smaller to the end: less noise in the mask. Goes with twice the step size.")
    private boolean decay;

    @Option(names = "--components", paramLabel = "N", description = "How many components are kept at most.")
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

    @Option(names = "--floating", description = "Pursuit takes components away again where that gives a better set.")
    private boolean floating;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all random draws: one seed, one answer.")
    private @Nullable Long seed;

    /** The solver; RdeException if a setting is out of its range or does not go with the others. */
    Solver solver(Solver preset) {
        Kind kind = solver == null ? usual(preset) : Kind.named(solver);
        refuseUnread(kind);
        Solver chosen =
                switch (kind) {
                    case L1 -> searched(l1(preset));
                    case BERNOULLI -> searched(bernoulli(preset));
                    case PURSUIT -> pursuit();
                    case FRANK_WOLFE -> descending(bounded());
                    case PROJECTED -> descending(bounded().projected());
                    case ENUMERATION -> enumeration();
                };
        return seed == null ? chosen : chosen.seed(seed);
    }

    /** The seed that was given, or another. */
    long seed(long otherwise) {
        return or(seed, otherwise);
    }

    /** What the solver does not read was meant for another. */
    private void refuseUnread(Kind kind) {
        boolean priced = kind == Kind.L1 || kind == Kind.BERNOULLI;
        boolean bounded = kind == Kind.FRANK_WOLFE || kind == Kind.PROJECTED;
        boolean greedy = kind == Kind.PURSUIT;
        boolean all = kind == Kind.ENUMERATION;
        refuse(kind, "--steps", steps != null && !priced && !bounded);
        refuse(kind, "--step-size", stepSize != null && !priced && kind != Kind.PROJECTED);
        refuse(kind, "--sgd", sgd && !priced && kind != Kind.PROJECTED);
        refuse(kind, "--lambda", lambda != null && !priced && !all);
        refuse(kind, "--spatial-l1", spatialL1 != null && kind != Kind.L1);
        refuse(kind, "--temperature", temperature != null && kind != Kind.BERNOULLI);
        refuse(kind, "--start", start != null && !priced && kind != Kind.PROJECTED);
        refuse(kind, "--smoothing", smoothing != null && !priced && !bounded);
        refuse(kind, "--decay", decay && !priced && kind != Kind.PROJECTED);
        refuse(kind, "--components", components != null && priced);
        refuse(kind, "--rate", rate != null && (greedy || all));
        refuse(kind, "--max-distortion", maxDistortion != null && bounded);
        refuse(kind, "--lazy", lazy && !greedy);
        refuse(kind, "--backward", backward && !greedy);
        refuse(kind, "--floating", floating && !greedy);
        refuseBoth("--components", components, "--rate", rate);
        refuseBoth("--rate", rate, "--max-distortion", maxDistortion);
        refuseBoth("--backward", backward ? true : null, "--floating", floating ? true : null);
        if (all) {
            refuseBoth("--components", components, "--max-distortion", maxDistortion);
        }
    }

    private static void refuse(Kind kind, String option, boolean unread) {
        if (unread) {
            throw new RdeException(
                    "The solver %s does not read %s.".formatted(kind, option),
                    "Leave it out, or choose another solver.");
        }
    }

    private static void refuseBoth(String one, @Nullable Object first, String other, @Nullable Object second) {
        if (first != null && second != null) {
            throw new RdeException("%s and %s cannot both be met.".formatted(one, other), "Leave one of them out.");
        }
    }

    private static Kind usual(Solver preset) {
        return preset instanceof MatchingPursuit
                ? Kind.PURSUIT
                : preset instanceof BernoulliRelaxation ? Kind.BERNOULLI : Kind.L1;
    }

    /** The price of a preset; those that choose components one by one say nothing of it. */
    private static double price(Solver preset) {
        return preset instanceof Priced<?> priced ? priced.lambda() : 1;
    }

    private L1Relaxation l1(Solver preset) {
        L1Relaxation l1 = descending(preset instanceof L1Relaxation same ? same : Solver.l1(price(preset)));
        return l1.lambda(or(lambda, l1.lambda())).spatialL1(or(spatialL1, l1.spatialL1()));
    }

    private BernoulliRelaxation bernoulli(Solver preset) {
        BernoulliRelaxation bernoulli =
                descending(preset instanceof BernoulliRelaxation same ? same : Solver.bernoulli(price(preset)));
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

    private MatchingPursuit pursuit() {
        MatchingPursuit pursuit = Solver.matchingPursuit(or(components, 20));
        pursuit = samples == null ? pursuit : pursuit.samples(samples);
        pursuit = maxDistortion == null ? pursuit : pursuit.tolerance(maxDistortion);
        pursuit = backward ? pursuit.backward() : pursuit;
        pursuit = floating ? pursuit.floating() : pursuit;
        return lazy ? pursuit.lazily() : pursuit;
    }

    private RateConstrained bounded() {
        return rate == null ? Solver.atMost(or(components, 20)) : Solver.rateConstrained(rate);
    }

    private Enumeration enumeration() {
        Enumeration all = Solver.enumeration(or(lambda, 1.0));
        all = samples == null ? all : all.samples(samples);
        all = components == null ? all : all.atMost(components);
        return maxDistortion == null ? all : all.within(maxDistortion);
    }

    private <S extends Relaxed<S>> S descending(S relaxed) {
        S changed = relaxed.steps(or(steps, relaxed.steps()))
                .samples(or(samples, relaxed.samples()))
                .optimizer(optimizer(relaxed.optimizer()));
        changed = decay ? changed.decayingTo(0) : changed;
        changed = smoothing == null ? changed : changed.smoothing(smoothing);
        if (start == null) {
            return changed;
        }
        return start.equals("gradient") ? changed.startingFromGradient() : changed.startingAt(number(start));
    }

    private Optimizer optimizer(Optimizer preset) {
        double size = or(stepSize, preset.stepSize());
        if (sgd) {
            return new Optimizer.Sgd(size);
        }
        return preset instanceof Optimizer.Adam adam
                ? new Optimizer.Adam(size, adam.beta1(), adam.beta2(), adam.epsilon())
                : new Optimizer.Sgd(size);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new RdeException(
                    "The start of the mask '%s' is neither a number nor 'gradient'.".formatted(text),
                    "Maybe use --start 1.");
        }
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
