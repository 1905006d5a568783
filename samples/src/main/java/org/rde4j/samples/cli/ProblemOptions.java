package org.rde4j.samples.cli;

import org.jspecify.annotations.Nullable;
import org.rde4j.Presets;
import org.rde4j.RateDistortion;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that make an explanation problem: a preset, and what differs from it. */
final class ProblemOptions {
    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Settings to start from, with the descent of their publication. Without it, those that suit"
                    + " the input, and a search that ends when the mask has converged.")
    private @Nullable String preset;

    @Mixin
    private QuestionOptions question = new QuestionOptions();

    @Mixin
    private SolverOptions solver = new SolverOptions();

    private final String usual;

    /** The options over a preset whose problem is meant without one. */
    ProblemOptions(String usual) {
        this.usual = usual;
    }

    /** Whether the components are chosen by an option, not by the preset. */
    boolean choosesRepresentation() {
        return question.choosesRepresentation();
    }

    /** The problem; RdeException if a setting is out of its range or does not fit the preset. */
    RateDistortion problem() {
        RateDistortion problem = question.apply(Presets.named(preset == null ? usual : preset));
        return problem.solvedBy(solver.solver(problem.solver(), preset == null));
    }
}
