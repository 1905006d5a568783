package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rde4j.radiomap.data.RadioMapSeer;
import org.rde4j.radiomap.data.Station;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.radiomap.simulation.City;
import org.rde4j.radiomap.simulation.Propagation;
import org.rde4j.radiomap.simulation.PropagationFit;
import org.rde4j.radiomap.simulation.PropagationFit.Known;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rde4j simulate fit}: where the simulator's constants come from. */
@Command(
        name = "fit",
        sortOptions = false,
        showDefaultValues = true,
        description = "Fits the simulator's constants to radio maps of one real city, and prints the grey-level RMSE on"
                + " streets beside those of the built-in constants and of a loss by distance alone.")
final class SimulateFitCommand implements Runnable {
    private final Console console;

    @Parameters(
            paramLabel = "DIR",
            description = "A folder in RadioMapSeer's layout: png/buildings_complete/M.png and gain/DPM/M_T.png.")
    private Path folder = Path.of(".");

    @Option(names = "--map", paramLabel = "M", description = "The city.")
    private int map;

    @Option(names = "--tx", paramLabel = "T", split = ",", description = "The transmitters that are fitted to.")
    private List<Integer> fitted = List.of(0, 1, 2, 3);

    @Option(names = "--check", paramLabel = "T", split = ",", description = "The transmitters that are not.")
    private List<Integer> checked = List.of(5, 6);

    SimulateFitCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        RadioMapSeer data = RadioMapSeer.open(folder).threshold(0);
        List<Known> known = known(data, fitted);
        List<Known> unknown = known(data, checked);
        PropagationFit fit =
                PropagationFit.in(City.of(scene(data, fitted.get(0)).city()));
        Propagation best = fit.best(known);
        Propagation distance = fit.bestFreeSpace(known);
        line("%s", best);
        line("%-20s %10s %10s %10s", "RMSE on streets", "fitted", "built in", "distance");
        for (int i = 0; i < fitted.size() + checked.size(); i++) {
            boolean toFit = i < fitted.size();
            int index = toFit ? i : i - fitted.size();
            String name =
                    "%s_%s, %s".formatted(map, (toFit ? fitted : checked).get(index), toFit ? "fitted" : "checked");
            row(name, fit, best, distance, List.of((toFit ? known : unknown).get(index)));
        }
        row("all fitted", fit, best, distance, known);
        row("all checked", fit, best, distance, unknown);
    }

    private void row(String name, PropagationFit fit, Propagation best, Propagation distance, List<Known> maps) {
        line(
                "%-20s %10.4f %10.4f %10.4f",
                name, fit.error(best, maps), fit.error(Propagation.fitted(), maps), fit.freeSpaceError(distance, maps));
    }

    private List<Known> known(RadioMapSeer data, List<Integer> transmitters) {
        return transmitters.stream()
                .map(transmitter -> Known.of(scene(data, transmitter).gain()))
                .toList();
    }

    private Scene scene(RadioMapSeer data, int transmitter) {
        return data.scene(new Station(map, transmitter));
    }

    private void line(String format, Object... values) {
        console.out().println(String.format(Locale.ROOT, format, values));
    }
}
