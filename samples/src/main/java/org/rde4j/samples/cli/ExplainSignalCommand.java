package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.files.Npy;
import org.rde4j.nd4j.model.ModelInput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rde4j explain signal}. */
@Command(
        name = "signal",
        sortOptions = false,
        description =
                "Explains a network's decision about signals that are no pictures: rows of numbers, or channels over"
                        + " time. Each gets a folder with masks.npz, signals.npz, history.csv and explanation.json. What"
                        + " replaces numbers is not clipped.")
final class ExplainSignalCommand implements Runnable, Stoppable {
    private final Engine engine;
    private final Bundle bundle;
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = ".npy files [n] or [C,T], maybe with a 1 in front, in the units that the network takes before"
                    + " --mean and --std.")
    private List<Path> paths = List.of();

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private ProblemOptions settings = new ProblemOptions("pixelRde");

    @Option(names = "--out", paramLabel = "DIR", description = "Where the folders go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rde4j-out");

    @Mixin
    private MemoryOption memory = new MemoryOption();

    @Mixin
    private RunOptions limits = new RunOptions();

    ExplainSignalCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Override
    public void run() {
        if (!network.isGiven()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Say which network decides: --model FILE.onnx. The bundled one takes pictures.");
        }
        RateDistortion problem = unclipped(settings.problem());
        RunOptions.Limits each = limits.limits();
        NetworkOptions.Choice choice = network.choice(bundle);
        Engine.Network opened = engine.open(choice);
        ModelInput input = requireSignals(opened.inputs());
        List<Explaining.Subject> subjects = Explaining.Subject.of(paths, path -> read(path, input), out);
        new Explaining(engine, console, memory.bytes(), each).run(opened, choice, problem, subjects);
    }

    /** Presets are for pictures, which lie in [0, 1]. */
    private static RateDistortion unclipped(RateDistortion preset) {
        return new RateDistortion(
                preset.representation(),
                preset.obfuscation(),
                preset.distortion(),
                preset.solver(),
                preset.game(),
                Optional.empty());
    }

    private static ModelInput requireSignals(List<ModelInput> inputs) {
        if (inputs.size() != 1) {
            throw new RdeException(
                    "The network has the inputs %s, but a signal is one."
                            .formatted(inputs.stream().map(ModelInput::name).toList()),
                    "Explain it from a program that fills in the others.");
        }
        ModelInput input = inputs.get(0);
        if (input.shape().size() == 4) {
            throw new RdeException(
                    "The network takes pictures %s.".formatted(input.shape()), "Use rde4j explain image.");
        }
        if (input.range().isPresent()) {
            throw new RdeException(
                    "The network takes %s, of which one cannot tell what 0 to 1 stands for.".formatted(input.type()),
                    "Export it for floating-point numbers, or explain it from a program.");
        }
        return input;
    }

    private static Tensor read(Path path, ModelInput input) {
        Tensor array = Npy.read(path);
        int[] shape = array.shape();
        int rank = input.shape().isEmpty()
                ? Math.min(shape.length, 2)
                : input.shape().size() - 1;
        boolean batched = shape.length == rank + 1 && shape[0] == 1;
        int[] one = batched ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
        if (one.length != rank) {
            throw new RdeException(
                    "The shape %s of %s does not fit the network's input %s."
                            .formatted(Arrays.toString(shape), path, input.shape()),
                    "Give one signal to a file, %s.".formatted(rank == 1 ? "[n]" : "[C, T]"));
        }
        return array.reshape(one);
    }

    @Override
    public String afterStop() {
        return limits.afterStop(out);
    }
}
