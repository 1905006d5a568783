package org.rde4j.samples.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rde4j.nd4j.explain.ModelContract;
import org.rde4j.nd4j.model.ModelInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code rde4j info}. */
@Command(
        name = "info",
        sortOptions = false,
        description =
                "Shows what rde4j runs on: versions, backend, memory, graphics cards. With --model, what a network"
                        + " takes and gives: inputs, outputs, order of axes, sizes, operators.")
final class InfoCommand implements Runnable {
    private final Engine engine;
    private final Bundle bundle;
    private final Console console;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    InfoCommand(Engine engine, Bundle bundle, Console console) {
        this.engine = engine;
        this.bundle = bundle;
        this.console = console;
    }

    @Override
    public void run() {
        if (network.isGiven()) {
            print(contract());
            return;
        }
        network.requireNoneWithoutModel();
        Map<String, String> lines = new LinkedHashMap<>(Versions.of(engine));
        lines.putAll(engine.properties());
        lines.put("memory", Machine.memory());
        lines.put("Java heap", Machine.heap());
        lines.put("GPU", String.join("\n", GraphicsCards.describe(GraphicsCards::ask)));
        print(lines);
        engine.warnings().forEach(warning -> console.out().println("warning: " + warning));
    }

    private void print(Map<String, String> lines) {
        lines.forEach((name, value) ->
                console.out().println("%-20s %s".formatted(name, value.replace("\n", "\n" + " ".repeat(21)))));
    }

    /** What the network of --model takes and gives. */
    private Map<String, String> contract() {
        NetworkOptions.Choice choice = network.choice(bundle);
        Engine.Network opened = engine.open(choice);
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("network", choice.name());
        lines.put("inputs", joined(opened.inputs(), InfoCommand::described));
        lines.put("outputs", joined(opened.outputs(), output -> output.name() + " " + sizes(output.shape())));
        lines.put("gives", gives(choice, opened));
        lines.put(
                "operators",
                opened.operators().entrySet().stream()
                        .map(operator -> operator.getValue() + " " + operator.getKey())
                        .collect(Collectors.joining(", ")));
        return lines;
    }

    private String gives(NetworkOptions.Choice choice, Engine.Network opened) {
        if (opened.outputs().size() > 1 && choice.output().isEmpty()) {
            return "several outputs: choose one with --output";
        }
        if (opened.inputs().size() > 1) {
            return "what its several inputs make: it is for programs";
        }
        List<Long> shape = opened.inputs().get(0).shape();
        boolean picture = shape.isEmpty() || shape.size() == 4;
        if (!picture && shape.stream().skip(1).anyMatch(size -> size < 0)) {
            return "what signals of open sizes make: it is for programs";
        }
        int[] signal = picture
                ? network.preprocessing(bundle, opened).shape()
                : shape.stream().skip(1).mapToInt(Math::toIntExact).toArray();
        ModelContract contract = opened.contract(signal);
        return "%s%s %s for a signal %s%s"
                .formatted(
                        contract.output(),
                        contract.certain() ? "" : " (perhaps: say with --gives what they are)",
                        contract.outputShape(),
                        Arrays.toString(signal),
                        contract.isMap() ? ": a map, to be asked of a part of it" : "");
    }

    private static String described(ModelInput input) {
        return "%s %s %s%s"
                .formatted(
                        input.name(),
                        sizes(input.shape()),
                        input.type(),
                        input.shape().size() < 3
                                ? ""
                                : input.channelsLast() ? ", channels last in the file" : ", channels first");
    }

    /** An open size is N in front and ? elsewhere. */
    private static String sizes(List<Long> shape) {
        return IntStream.range(0, shape.size())
                .mapToObj(axis -> shape.get(axis) < 0 ? axis == 0 ? "N" : "?" : String.valueOf(shape.get(axis)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static <T> String joined(List<T> parts, Function<T, String> written) {
        return parts.stream().map(written).collect(Collectors.joining("\n"));
    }
}
