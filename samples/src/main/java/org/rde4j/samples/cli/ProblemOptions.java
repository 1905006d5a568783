package org.rde4j.samples.cli;

import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that make an explanation problem: a preset, and what differs from it. */
final class ProblemOptions {
    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Settings to start from (default: ${DEFAULT-VALUE}).")
    private String preset;

    @Mixin
    private QuestionOptions question = new QuestionOptions();

    @Mixin
    private SolverOptions solver = new SolverOptions();

    /** The options over a preset that is meant without one. */
    ProblemOptions(String preset) {
        this.preset = preset;
    }

    /** Whether the components are chosen by an option, not by the preset. */
    boolean choosesRepresentation() {
        return question.choosesRepresentation();
    }

    /** The problem; RdeException if a setting is out of its range or does not fit the preset. */
    RateDistortion problem() {
        RateDistortion problem = question.apply(Presets.named(preset));
        return problem.solvedBy(solver.solver(problem.solver()));
    }
}
