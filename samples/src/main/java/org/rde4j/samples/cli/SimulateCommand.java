package org.rde4j.samples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rde4j simulate}: needs to be told what. */
@Command(
        name = "simulate",
        description = "Simulate signals in cities, or play notes.",
        synopsisSubcommandLabel = "COMMAND")
final class SimulateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "Say what to simulate: 'simulate radio' or 'simulate audio', or 'simulate fit' for the physics.");
    }
}
