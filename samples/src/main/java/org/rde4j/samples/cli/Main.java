package org.rde4j.samples.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.rde4j.RdeException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The program {@code rde4j}. Exit codes: 0 done, 1 a fault of rde4j or the machine, 2 a fault of what was given, 130 or
 * 143 stopped by a signal.
 */
@Command(
        name = "rde4j",
        description = "Explains why a neural network decided as it did: finds the smallest part of a signal that"
                + " keeps the decision when everything else is replaced by noise.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Versions.Provider.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:an error inside rde4j, or the machine's memory is too small",
            "2:wrong input",
            "130:stopped by Ctrl-C; what is kept is said (143 if stopped by a termination signal)"
        })
public final class Main {
    private static final int INTERNAL_ERROR = 1;
    private static final int WRONG_INPUT = 2;
    private static final int STOPPED = 130;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print stack traces.")
    private boolean debug;

    private final Console console;

    private Main(Console console) {
        this.console = console;
    }

    /**
     * Runs the program and ends the process.
     *
     * @param args see {@code rde4j --help}
     */
    public static void main(String[] args) {
        // Picocli and the progress bar format numbers as well.
        Locale.setDefault(Locale.ROOT);
        StopSignals signals = StopSignals.to(Thread.currentThread());
        System.exit(signals.end(run(new Nd4jEngine(), new BundledNetwork(), Console.ofProcess(), args)));
    }

    /** Runs one command and returns the exit code. */
    static int run(Engine engine, Bundle bundle, Console console, String... args) {
        Main main = new Main(console);
        CommandLine line = new CommandLine(main)
                .addSubcommand(new CommandLine(new ExplainCommand())
                        .addSubcommand(new ExplainImageCommand(engine, bundle, console))
                        .addSubcommand(new ExplainSignalCommand(engine, bundle, console))
                        .addSubcommand(new ExplainRadioCommand(engine, console))
                        .addSubcommand(new ExplainAudioCommand(engine, console)))
                .addSubcommand(new CommandLine(new EvaluateCommand(engine, bundle, console))
                        .addSubcommand(new EvaluateScatterCommand(engine, bundle, console))
                        .addSubcommand(new EvaluateConvergenceCommand(engine, bundle, console))
                        .addSubcommand(new EvaluateAudioConvergenceCommand(console))
                        .addSubcommand(new EvaluateSolversCommand(console))
                        .addSubcommand(new EvaluateRadioShadowsCommand(console))
                        .addSubcommand(new EvaluateRadioExplanationsCommand(console))
                        .addSubcommand(new EvaluateRadioMapsCommand(console))
                        .addSubcommand(new EvaluateRadioInterpretationCommand(console))
                        .addSubcommand(new EvaluateInpainterCommand(console))
                        .addSubcommand(new EvaluateAudioPlantedCommand(console))
                        .addSubcommand(new EvaluateAudioBandsCommand(console))
                        .addSubcommand(new EvaluateAudioQueryCommand(console)))
                .addSubcommand(new CommandLine(new DemoCommand(engine, bundle, console))
                        .addSubcommand(new DemoRadioCommand(engine, console))
                        .addSubcommand(new DemoAudioCommand(engine, console)))
                .addSubcommand(new CommandLine(new TrainCommand())
                        .addSubcommand(new TrainPicturesCommand(console))
                        .addSubcommand(new TrainRadioCommand(console))
                        .addSubcommand(new TrainNotesCommand(console))
                        .addSubcommand(new TrainInpainterCommand(console)))
                .addSubcommand(new CommandLine(new SimulateCommand())
                        .addSubcommand(new SimulateRadioCommand(console))
                        .addSubcommand(new SimulateFitCommand(console))
                        .addSubcommand(new SimulateAudioCommand(console)))
                .addSubcommand(new CommandLine(new BenchmarkCommand(engine, bundle, console))
                        .addSubcommand(new BenchmarkPursuitCommand(engine, console)))
                .addSubcommand(new PresetsCommand(console))
                .addSubcommand(new InfoCommand(engine, bundle, console))
                .setOut(new PrintWriter(console.out(), true))
                .setErr(new PrintWriter(console.err(), true))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setExecutionStrategy(Main::runLast)
                .setParameterExceptionHandler((error, given) -> main.explainUsage(error))
                .setExecutionExceptionHandler((error, command, parsed) -> main.report(error, command));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError | LinkageError error) {
            return main.report(error, line);
        }
    }

    /** Runs the innermost command, which knows nothing of what was said to those around it. */
    private static int runLast(CommandLine.ParseResult given) {
        CommandLine.ParseResult outer = given;
        while (outer.hasSubcommand()) {
            CommandLine.ParseResult inner = outer.subcommand();
            for (CommandLine.Model.ArgSpec said : outer.matchedArgs()) {
                if (!(said instanceof CommandLine.Model.OptionSpec option && option.scopeType() == ScopeType.INHERIT)) {
                    throw new CommandLine.ParameterException(
                            inner.commandSpec().commandLine(),
                            "'%s' stands before '%s', which would not see it."
                                    .formatted(
                                            said.originalStringValues().get(0),
                                            inner.commandSpec().name()));
                }
            }
            outer = inner;
        }
        return new CommandLine.RunLast().execute(given);
    }

    private int explainUsage(CommandLine.ParameterException error) {
        String command = error.getCommandLine().getCommandSpec().qualifiedName();
        console.err().println("rde4j: " + error.getMessage());
        console.err().println("See './%s --help'.".formatted(command));
        return WRONG_INPUT;
    }

    private int report(Throwable error, CommandLine command) {
        // Whatever an interrupt breaks, a search, a file being read or a library being loaded, it is no fault.
        boolean interrupted =
                !(error instanceof OutOfMemoryError) && Thread.currentThread().isInterrupted();
        if (interrupted || error instanceof CancellationException) {
            for (Throwable kept : error.getSuppressed()) {
                if (kept instanceof RdeException) {
                    console.err().println("rde4j: " + kept.getMessage());
                }
            }
            console.err()
                    .println("Stopped. "
                            + (command.getCommand() instanceof Stoppable stoppable
                                    ? stoppable.afterStop()
                                    : "There is nothing to go on from; the same command begins anew."));
            return STOPPED;
        }
        if (error instanceof RdeException) {
            console.err()
                    .println("rde4j: "
                            + Remedies.of(
                                    error.getMessage(),
                                    option -> command.getCommandSpec().findOption(option) != null));
        } else if (error instanceof OutOfMemoryError) {
            console.err().println("rde4j: the memory is too small (%s).".formatted(error.getMessage()));
            console.err().println("Give fewer samples, or a smaller picture.");
        } else {
            console.err().println("rde4j: an internal error, %s.".formatted(error));
            console.err().println("Run it again with --debug for the stack trace, and please report it.");
        }
        if (debug) {
            error.printStackTrace(console.err());
        }
        return error instanceof RdeException ? WRONG_INPUT : INTERNAL_ERROR;
    }
}
