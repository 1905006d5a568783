package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.rde4j.radiomap.simulation.City;
import org.rde4j.radiomap.simulation.Simulation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rde4j simulate radio}: a data set of made-up cities. */
@Command(
        name = "radio",
        sortOptions = false,
        showDefaultValues = true,
        description = "Makes up cities and simulates how well transmitters in their streets are received: a data set"
                + " in RadioMapSeer's layout. Interrupted, it goes on where it stopped; with a larger --maps, it adds"
                + " maps.")
final class SimulateRadioCommand implements Runnable, Stoppable {
    private final Console console;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The folder to write.")
    private Path out = Path.of("radio");

    @Option(names = "--maps", paramLabel = "N", description = "How many cities.")
    private int maps = 100;

    @Option(names = "--tx", paramLabel = "N", description = "How many transmitters in each city.")
    private int transmitters = 8;

    @Option(names = "--seed", paramLabel = "N", description = "Of cities and transmitters.")
    private long seed = 1;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Width and height of each map, one pixel to a metre; a multiple of 64.")
    private int size = City.DEFAULT_SIZE;

    @Option(names = "--threads", paramLabel = "N", description = "Maps made at once; changes the time only.")
    private int threads = Runtime.getRuntime().availableProcessors();

    SimulateRadioCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        Simulation simulation = Simulation.of(maps, transmitters, seed).size(size);
        long start = System.nanoTime();
        int made;
        try (Counting counting = Counting.on(console, "simulate radio", maps)) {
            made = simulation.write(out, threads, counting::one);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        String text = made == 0
                ? "%s: all %s maps were there already.".formatted(out, maps)
                : String.format(
                        Locale.ROOT,
                        "%s: %d of %d cities made, %d radio maps in %.1f s, %.1f radio maps per second and thread.",
                        out,
                        made,
                        maps,
                        made * transmitters,
                        seconds,
                        made * transmitters / seconds / Math.min(threads, maps));
        console.out().println(text);
    }

    @Override
    public String afterStop() {
        return "Whole maps are kept in %s; the same command goes on.".formatted(out);
    }
}
