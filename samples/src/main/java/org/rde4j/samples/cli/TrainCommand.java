package org.rde4j.samples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rde4j train}: needs to be told which network. */
@Command(name = "train", description = "Train a network.", synopsisSubcommandLabel = "COMMAND")
final class TrainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** What a stopped training leaves behind. */
    static String afterStop(Path checkpoint) {
        return Files.exists(checkpoint)
                ? "The state is kept in %s; the same command goes on.".formatted(checkpoint)
                : "The training had not begun; the same command begins anew.";
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Say what to train: 'train pictures' or 'train radio'.");
    }
}
