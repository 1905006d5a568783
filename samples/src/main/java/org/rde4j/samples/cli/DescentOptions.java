package org.rde4j.samples.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rde4j.Convergence;
import org.rde4j.Optimizer;
import org.rde4j.Priced;
import org.rde4j.RdeException;
import org.rde4j.Relaxed;
import picocli.CommandLine.Option;

/** The options that say how a relaxed mask moves, as far as not as the preset says. */
final class DescentOptions {
    /** So many passes of a photograph through a small network take some twenty seconds on two cores. */
    static final int USUAL_EVALUATIONS = 1500;

    @Option(names = "--steps", paramLabel = "N", description = "Updates of the mask.")
    private @Nullable Integer steps;

    @Option(names = "--samples", paramLabel = "N", description = "Random obfuscations per estimate.")
    private @Nullable Integer samples;

    @Option(names = "--step-size", paramLabel = "X", description = "Step size of the optimiser.")
    private @Nullable Double stepSize;

    @Option(names = "--sgd", description = "Plain gradient steps instead of Adam.")
    private boolean sgd;

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

    @Option(
            names = "--converging",
            description =
                    "A search that needs no steps and ends when more effort does not pay, after 20000 evaluations at the"
                            + " latest. Without --preset and options of a descent it is usual, with --evaluations "
                            + USUAL_EVALUATIONS + ".")
    private boolean converging;

    @Option(
            names = "--evaluations",
            paramLabel = "N",
            description = "The same, ending after so many passes of one random obfuscation through the network.")
    private @Nullable Integer evaluations;

    /** How many random obfuscations an estimate has: not only descents estimate. */
    @Nullable
    Integer samples() {
        return samples;
    }

    /**
     * A relaxation with what differs; RdeException if a setting is out of its range.
     *
     * @param usual whether it converges where no option asks for a descent
     */
    <S extends Priced<S>> S apply(S relaxed, boolean usual) {
        String setting = setting();
        if (setting != null && (converging || evaluations != null)) {
            throw new RdeException(
                    "%s is a setting of a descent, which %s replaces."
                            .formatted(setting, converging ? "--converging" : "--evaluations"),
                    "Leave one of them out.");
        }
        if (evaluations != null) {
            return relaxed.converging(evaluations);
        }
        if (converging) {
            return relaxed.converging();
        }
        if (setting == null && (usual || relaxed.minimiser() instanceof Convergence)) {
            return relaxed.converging(USUAL_EVALUATIONS);
        }
        return setting == null ? relaxed : apply(relaxed);
    }

    /** The first option that only a descent reads, or null if there is none. */
    private @Nullable String setting() {
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("--steps", steps != null);
        given.put("--samples", samples != null);
        given.put("--step-size", stepSize != null);
        given.put("--sgd", sgd);
        given.put("--start", start != null);
        given.put("--smoothing", smoothing != null);
        given.put("--decay", decay);
        return given.keySet().stream().filter(given::get).findFirst().orElse(null);
    }

    /** A descent with what differs; RdeException if a setting is out of its range. */
    <S extends Relaxed<S>> S apply(S relaxed) {
        S changed = relaxed.steps(steps == null ? relaxed.steps() : steps)
                .samples(samples == null ? relaxed.descent().samples() : samples)
                .optimizer(optimizer(relaxed.optimizer()));
        changed = decay ? changed.decayingTo(0) : changed;
        changed = smoothing == null ? changed : changed.smoothing(smoothing);
        if (start == null) {
            return changed;
        }
        return start.equals("gradient") ? changed.startingFromGradient() : changed.startingAt(number(start));
    }

    /** Refuses what a solver does not read. */
    void refuseUnread(SolverKind kind) {
        boolean steers = kind.isPriced() || kind == SolverKind.PROJECTED;
        boolean descends = steers || kind == SolverKind.FRANK_WOLFE;
        kind.refuse("--steps", steps != null && !descends);
        kind.refuse("--step-size", stepSize != null && !steers);
        kind.refuse("--sgd", sgd && !steers);
        kind.refuse("--start", start != null && !descends);
        kind.refuse("--smoothing", smoothing != null && !descends);
        kind.refuse("--decay", decay && !steers);
        kind.refuse("--converging", converging && !kind.isPriced());
        kind.refuse("--evaluations", evaluations != null && !kind.isPriced());
    }

    private Optimizer optimizer(Optimizer preset) {
        double size = stepSize == null ? preset.stepSize() : stepSize;
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
}
