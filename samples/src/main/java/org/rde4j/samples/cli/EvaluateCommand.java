package org.rde4j.samples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rde4j evaluate}: needs to be told what. */
@Command(name = "evaluate", description = "Measure explanations and solvers.", synopsisSubcommandLabel = "COMMAND")
final class EvaluateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say what to evaluate: 'evaluate solvers'.");
    }
}
