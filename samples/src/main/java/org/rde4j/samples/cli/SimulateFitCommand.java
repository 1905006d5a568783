package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.simulation.City;
import org.rde4j.radiomap.simulation.Propagation;
import org.rde4j.radiomap.simulation.PropagationFit;
import org.rde4j.radiomap.simulation.PropagationFit.Known;
import org.rde4j.samples.image.GreyPicture;
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
        Tensor buildings = buildings();
        List<Known> known = known(fitted, buildings);
        List<Known> unknown = known(checked, buildings);
        PropagationFit fit = PropagationFit.in(City.of(buildings));
        Propagation best = fit.best(known);
        Propagation distance = fit.bestFreeSpace(known);
        line("%s", best);
        line("%-20s %10s %10s %10s", "RMSE on streets", "fitted", "built in", "distance");
        for (int i = 0; i < fitted.size() + checked.size(); i++) {
            boolean toFit = i < fitted.size();
            int index = toFit ? i : i - fitted.size();
            String name =
                    "%d_%d, %s".formatted(map, (toFit ? fitted : checked).get(index), toFit ? "fitted" : "checked");
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

    private Tensor buildings() {
        Tensor grey = GreyPicture.read(folder.resolve("png/buildings_complete/%d.png".formatted(map)));
        float[] values = grey.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(values[i]);
        }
        return Tensor.of(values, grey.shape());
    }

    private List<Known> known(List<Integer> transmitters, Tensor buildings) {
        List<Known> maps = new ArrayList<>();
        for (int transmitter : transmitters) {
            Path path = folder.resolve("gain/DPM/%d_%d.png".formatted(map, transmitter));
            Tensor gain = GreyPicture.read(path);
            if (!Arrays.equals(gain.shape(), buildings.shape())) {
                throw new RdeException(
                        "%s has the shape %s, the buildings %s."
                                .formatted(path, Arrays.toString(gain.shape()), Arrays.toString(buildings.shape())),
                        "Give maps of the same size.");
            }
            maps.add(Known.of(gain));
        }
        return maps;
    }

    private void line(String format, Object... values) {
        console.out().println(String.format(Locale.ROOT, format, values));
    }
}
