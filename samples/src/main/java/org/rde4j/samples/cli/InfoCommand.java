package org.rde4j.samples.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code rde4j info}. */
@Command(name = "info", description = "Shows what rde4j runs on: versions, backend, memory, graphics cards.")
final class InfoCommand implements Runnable {
    private final Engine engine;
    private final Console console;

    InfoCommand(Engine engine, Console console) {
        this.engine = engine;
        this.console = console;
    }

    @Override
    public void run() {
        Map<String, String> lines = new LinkedHashMap<>(Versions.of(engine));
        lines.putAll(engine.properties());
        lines.put("memory", Machine.memory());
        lines.put("Java heap", Machine.heap());
        lines.put("GPU", String.join("\n", GraphicsCards.describe(GraphicsCards::ask)));
        lines.forEach((name, value) ->
                console.out().println(("%-20s " + value.replace("\n", "\n" + " ".repeat(21))).formatted(name)));
        engine.warnings().forEach(warning -> console.out().println("warning: " + warning));
    }
}
