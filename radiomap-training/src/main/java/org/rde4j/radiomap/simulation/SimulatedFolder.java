package org.rde4j.radiomap.simulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.data.GreyPng;
import org.rde4j.radiomap.scene.Place;

/**
 * A simulated data set on disk, in RadioMapSeer's layout: {@code png/buildings_complete/M.png},
 * {@code png/antennas/M_T.png} and {@code gain/DPM/M_T.png} (8 bits of grey),
 * {@code polygon/buildings_complete/M.json} (a list of outlines, each a list of [x, y]) and {@code antenna/M.json}
 * (a list of [x, y]; the pixel's column and row), besides {@code simulation.json}, which says what it was made
 * from. Every file is whole or absent.
 */
final class SimulatedFolder {
    /** Counts up when the same settings begin to give other files. */
    private static final int VERSION = 1;

    private static final String SETTINGS = "simulation.json";

    private final Simulation simulation;
    private final Path folder;

    private SimulatedFolder(Simulation simulation, Path folder) {
        this.simulation = simulation;
        this.folder = folder;
    }

    /** Opens a folder that is new, empty or of the same settings; the number of maps may differ. */
    static SimulatedFolder open(Simulation simulation, Path folder) {
        SimulatedFolder opened = new SimulatedFolder(simulation, folder);
        try {
            opened.prepare();
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        return opened;
    }

    private void prepare() throws IOException {
        Path settings = folder.resolve(SETTINGS);
        byte[] wanted = settings().getBytes(StandardCharsets.UTF_8);
        if (Files.exists(settings)) {
            if (Files.size(settings) != wanted.length || !Arrays.equals(Files.readAllBytes(settings), wanted)) {
                throw new RdeException(
                        "%s was simulated with another seed, size, number of transmitters, propagation or version."
                                .formatted(folder),
                        "Choose another folder, or see its %s for the settings.".formatted(SETTINGS));
            }
        } else {
            requireEmpty();
            Files.createDirectories(folder);
            write(SETTINGS, wanted);
        }
        for (String part : List.of(
                "png/buildings_complete", "png/antennas", "gain/DPM", "polygon/buildings_complete", "antenna")) {
            Files.createDirectories(folder.resolve(part));
        }
    }

    private void requireEmpty() throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isEmpty()) {
                    return;
                }
            }
        }
        if (Files.exists(folder)) {
            throw new RdeException(
                    "%s exists and is not a simulated data set.".formatted(folder), "Choose another folder.");
        }
    }

    private String settings() {
        Propagation p = simulation.propagation();
        return String.format(
                Locale.ROOT,
                """
                {
                  "version": %d,
                  "seed": %d,
                  "transmitters": %d,
                  "size": %d,
                  "propagation": {"reach": %s, "exponent": %s, "nearest": %s, "first": %s, "further": %s, "bending": %s}
                }
                """,
                VERSION,
                simulation.seed(),
                simulation.transmitters(),
                simulation.size(),
                p.reach(),
                p.exponent(),
                p.nearest(),
                p.first(),
                p.further(),
                p.bending());
    }

    /** Whether all files of a map are there. */
    boolean holds(int map) {
        return names(map).stream().allMatch(name -> Files.exists(folder.resolve(name)));
    }

    private List<String> names(int map) {
        List<String> names = new ArrayList<>(List.of(buildings(map), outlines(map), antennas(map)));
        for (int i = 0; i < simulation.transmitters(); i++) {
            names.add(antenna(map, i));
            names.add(gain(map, i));
        }
        return names;
    }

    private static String buildings(int map) {
        return "png/buildings_complete/%s.png".formatted(map);
    }

    private static String outlines(int map) {
        return "polygon/buildings_complete/%s.json".formatted(map);
    }

    private static String antennas(int map) {
        return "antenna/%s.json".formatted(map);
    }

    private static String antenna(int map, int transmitter) {
        return "png/antennas/%s_%s.png".formatted(map, transmitter);
    }

    private static String gain(int map, int transmitter) {
        return "gain/DPM/%s_%s.png".formatted(map, transmitter);
    }

    /** Simulates a map and writes its files. */
    void write(int map) {
        try {
            City city = simulation.city(map);
            List<Place> places = simulation.transmitters(city, map);
            write(buildings(map), GreyPng.of(city.buildings()));
            write(
                    outlines(map),
                    city.outlines().stream().map(SimulatedFolder::json).collect(list()));
            write(
                    antennas(map),
                    places.stream()
                            .map(place -> "[%s, %s]".formatted(place.column(), place.row()))
                            .collect(list()));
            Simulator simulator = Simulator.of(city).propagation(simulation.propagation());
            for (int i = 0; i < places.size(); i++) {
                write(antenna(map, i), GreyPng.of(only(places.get(i))));
                write(gain(map, i), GreyPng.of(simulator.gain(places.get(i))));
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static String json(Polygon outline) {
        return outline.points().stream()
                .map(point -> String.format(Locale.ROOT, "[%.2f, %.2f]", point.x(), point.y()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static Collector<CharSequence, ?, String> list() {
        return Collectors.joining(",\n", "[", "]\n");
    }

    private Tensor only(Place place) {
        float[] map = new float[simulation.size() * simulation.size()];
        map[place.row() * simulation.size() + place.column()] = 1;
        return Tensor.of(map, simulation.size(), simulation.size());
    }

    private void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Path draft = file.resolveSibling(".%s.partial-%s"
                .formatted(file.getFileName(), ProcessHandle.current().pid()));
        try {
            Files.write(draft, content);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static RdeException unwritable(Path folder, IOException e) {
        boolean known = e instanceof FileSystemException system && system.getReason() != null;
        String reason = known ? ((FileSystemException) e).getReason() : String.valueOf(e.getMessage());
        return new RdeException(
                "%s cannot be written: %s.".formatted(folder, reason), "Check the disk, or choose another folder.", e);
    }
}
