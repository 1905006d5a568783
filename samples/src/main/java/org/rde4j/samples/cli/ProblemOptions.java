package org.rde4j.samples.cli;

import org.jspecify.annotations.Nullable;
import org.rde4j.L1Relaxation;
import org.rde4j.Distortion;
import org.rde4j.Optimizer;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Solver;
import picocli.CommandLine.Option;

/** The options that make an explanation problem: a preset, and what differs from it. */
final class ProblemOptions {
    @Option(names = "--preset", paramLabel = "NAME", description = "Settings to start from (default: cartoonX).")
    private String preset = "cartoonX";

    @Option(names = "--steps", paramLabel = "N", description = "Updates of the mask.")
    private @Nullable Integer steps;

    @Option(names = "--samples", paramLabel = "N", description = "Random obfuscations per step.")
    private @Nullable Integer samples;

    @Option(names = "--step-size", paramLabel = "X", description = "Step size of the optimiser.")
    private @Nullable Double stepSize;

    @Option(names = "--lambda", paramLabel = "X", description = "Price of the rate: more gives a smaller mask.")
    private @Nullable Double lambda;

    @Option(names = "--spatial-l1", paramLabel = "X", description = "Price of the kept signal's absolute values.")
    private @Nullable Double spatialL1;

    @Option(names = "--start", paramLabel = "X", description = "What every mask entry starts with, in [0, 1].")
    private @Nullable Double start;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all random draws: one seed, one answer.")
    private @Nullable Long seed;

    @Option(
            names = "--label",
            paramLabel = "J",
            description = "Explain this class, counted from 0 (default: the class that the model predicts).")
    private @Nullable Integer label;

    /** The problem; RdeException if a setting is out of its range or does not fit the preset. */
    RateDistortion problem() {
        RateDistortion problem = Presets.named(preset);
        problem = problem.solvedBy(solver(problem.solver()));
        return label == null ? problem : problem.measuredBy(measureOf(label, problem.distortion()));
    }

    private Distortion measureOf(int index, Distortion distortion) {
        if (distortion instanceof Distortion.OfLabel measure) {
            return measure.of(index);
        }
        throw new RdeException(
                "The preset %s does not look at a label.".formatted(preset), "Leave --label %d out.".formatted(index));
    }

    private Solver solver(Solver solver) {
        if (!(solver instanceof L1Relaxation l1)) {
            return solver;
        }
        L1Relaxation changed = l1.lambda(or(lambda, l1.lambda()))
                .spatialL1(or(spatialL1, l1.spatialL1()))
                .optimizer(stepSize == null ? l1.optimizer() : withStepSize(l1.optimizer(), stepSize))
                .steps(or(steps, l1.steps()))
                .samples(or(samples, l1.samples()))
                .seed(or(seed, l1.seed()));
        return start == null ? changed : changed.startingAt(start);
    }

    private static Optimizer withStepSize(Optimizer optimizer, double stepSize) {
        return optimizer instanceof Optimizer.Adam adam
                ? new Optimizer.Adam(stepSize, adam.beta1(), adam.beta2(), adam.epsilon())
                : new Optimizer.Sgd(stepSize);
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
