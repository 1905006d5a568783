package org.rde4j.samples.cli;

import picocli.CommandLine.Command;

/** {@code rde4j presets}. */
@Command(name = "presets", description = "Lists the settings of the published methods.")
final class PresetsCommand implements Runnable {
    private final Console console;

    PresetsCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        PresetTable.lines().forEach(console.out()::println);
    }
}
