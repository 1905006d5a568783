package org.rde4j.samples.cli;

import org.jspecify.annotations.Nullable;
import org.rde4j.Distortion;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that make an explanation problem: a preset, and what differs from it. */
final class ProblemOptions {
    @Option(names = "--preset", paramLabel = "NAME", description = "Settings to start from (default: cartoonX).")
    private String preset = "cartoonX";

    @Mixin
    private SolverOptions solver = new SolverOptions();

    @Option(
            names = "--label",
            paramLabel = "J",
            description = "Explain this class, counted from 0 (default: the class that the model predicts).")
    private @Nullable Integer label;

    /** The problem; RdeException if a setting is out of its range or does not fit the preset. */
    RateDistortion problem() {
        RateDistortion problem = Presets.named(preset);
        problem = problem.solvedBy(solver.solver(problem.solver()));
        return label == null ? problem : problem.measuredBy(measureOf(label, problem.distortion()));
    }

    private Distortion measureOf(int index, Distortion distortion) {
        if (distortion instanceof Distortion.OfLabel measure) {
            return measure.of(index);
        }
        throw new RdeException(
                "The preset %s does not look at a label.".formatted(preset), "Leave --label %d out.".formatted(index));
    }
}
