package org.rde4j.samples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rde4j explain}: needs to be told what kind of signal. */
@Command(name = "explain", description = "Explain decisions about signals.", synopsisSubcommandLabel = "COMMAND")
final class ExplainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "Say what to explain: 'explain image PATH...', 'signal PATH...', 'radio' or 'audio PATH...'.");
    }
}
