package org.rde4j.samples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rde4j train}: needs to be told which network. */
@Command(name = "train", description = "Train a network.", synopsisSubcommandLabel = "COMMAND")
final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Say what to train: 'train pictures' or 'train radio'.");
    }
}
