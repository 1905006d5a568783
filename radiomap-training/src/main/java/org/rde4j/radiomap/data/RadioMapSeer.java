package org.rde4j.radiomap.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.NoiseFloor;
import org.rde4j.radiomap.scene.Place;
import org.rde4j.radiomap.scene.Scene;

/**
 * A folder of scenes in the layout of RadioMapSeer (Yapar, Levie, Kutyniok, Caire: Dataset of Pathloss and ToA
 * Radio Maps With Localization Application, 2022), real or simulated. For map M and transmitter T it holds grey
 * PNG files of one size, usually 256×256:
 *
 * <ul>
 *   <li>{@code png/buildings_complete/M.png}: white inside buildings;
 *   <li>{@code png/antennas/M_T.png}, or if that is missing {@code png/antennas_derived/M_T.png}: one white pixel;
 *   <li>{@code gain/DPM/M_T.png} and so on: the signal strength;
 *   <li>{@code png/buildings_missingN/V/M.png}, if wanted: the city without N buildings (1 to 4), versions V 1 to 6;
 *   <li>{@code png/cars/M.png}, if wanted: white inside cars.
 * </ul>
 *
 * Maps of buildings, cars and antennas are black with one other level of grey, which counts as white whatever it is: masks
 * of 0 and 255 and of 0 and 1 are the same. A file with more levels, such as heights, or one that is missing, damaged
 * or of another kind or size is named in an {@link RdeException} that says what was expected.
 *
 * @param folder the folder
 * @param gains whose signal strengths are read, by default {@link GainModel#DPM}
 * @param threshold the grey level g, as a share of white, below which a signal is lost in noise, in [0, 1), by
 *     default 0.2: strengths become (g − threshold) / (1 − threshold), at least 0
 */
public record RadioMapSeer(Path folder, GainModel gains, double threshold) {
    private static final Pattern STATION_FILE = Pattern.compile("(\\d{1,6})_(\\d{1,6})\\.png");
    private static final String ANTENNAS = "png/antennas";
    private static final String DERIVED_ANTENNAS = "png/antennas_derived";
    private static final String CITIES = "png/buildings_complete";

    /** Checks the threshold. */
    public RadioMapSeer {
        new NoiseFloor(threshold);
    }

    /**
     * Where signals begin.
     *
     * @return the threshold
     */
    public NoiseFloor noiseFloor() {
        return new NoiseFloor(threshold);
    }

    /**
     * Opens a folder.
     *
     * @param folder a folder in the layout above
     * @return its strengths by the dominant path model with the threshold 0.2
     * @throws RdeException if it holds no cities
     */
    public static RadioMapSeer open(Path folder) {
        if (!Files.isDirectory(folder.resolve(CITIES))) {
            throw new RdeException(
                    "%s has no folder %s.".formatted(folder, CITIES),
                    "Give a folder in the layout of RadioMapSeer, with png/… and gain/… inside.");
        }
        return new RadioMapSeer(folder, GainModel.DPM, NoiseFloor.STANDARD.level());
    }

    /**
     * With signal strengths of another kind.
     *
     * @param newGains the model that they were computed with
     * @return the changed folder
     */
    public RadioMapSeer gains(GainModel newGains) {
        return new RadioMapSeer(folder, newGains, threshold);
    }

    /**
     * With another threshold.
     *
     * @param newThreshold the share of white that becomes 0, in [0, 1)
     * @return the changed folder
     */
    public RadioMapSeer threshold(double newThreshold) {
        return new RadioMapSeer(folder, gains, newThreshold);
    }

    /**
     * The transmitters whose files are all there.
     *
     * @return in order of maps, then of transmitters; perhaps none
     * @throws RdeException if a folder cannot be listed
     */
    public List<Station> stations() {
        Set<String> cities = names(CITIES);
        Set<String> antennas = names(ANTENNAS);
        antennas.addAll(names(DERIVED_ANTENNAS));
        return names(gainFolder()).stream()
                .filter(antennas::contains)
                .map(STATION_FILE::matcher)
                .filter(Matcher::matches)
                .map(name -> new Station(Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2))))
                .filter(station -> cities.contains(station.map() + ".png"))
                .sorted()
                .toList();
    }

    /**
     * The maps that have transmitters.
     *
     * @return their numbers in order
     * @throws RdeException if a folder cannot be listed
     */
    public List<Integer> maps() {
        return stations().stream().map(Station::map).distinct().toList();
    }

    /**
     * Whether this is all of RadioMapSeer, by the numbers of its maps: 0 to 699, perhaps 700 as well.
     *
     * @return true if {@link Split#radioMapSeer} is meant for it
     * @throws RdeException if a folder cannot be listed
     */
    public boolean whole() {
        List<Integer> maps = maps();
        int last = Split.MAPS - 1;
        return maps.size() >= Split.MAPS && maps.get(last) == last && maps.size() <= Split.MAPS + 1;
    }

    /**
     * Reads a scene: all buildings are given, nothing is measured.
     *
     * @param station a transmitter
     * @return the scene, named as its files
     * @throws RdeException if a file is missing, damaged or not what was expected
     */
    public Scene scene(Station station) {
        Tensor city = binary(path(CITIES, station.map()), "the buildings of map " + station.map());
        Path gain = folder.resolve(gainFolder()).resolve(station.name() + ".png");
        Tensor strength = sized(gain, "the signal strength for transmitter " + station.name(), city.shape());
        Tensor nothing = Tensor.of(new float[city.size()], city.shape());
        Place transmitter = transmitter(station, city.shape());
        return new Scene(station.name(), transmitter, city, city, aboveThreshold(strength), nothing);
    }

    /**
     * Reads where cars stand.
     *
     * @param map the map's number
     * @return [H, W], 1 inside cars, 0 elsewhere
     * @throws RdeException if the file is missing, damaged or not what was expected
     */
    public Tensor cars(int map) {
        return binary(path("png/cars", map), "the cars of map " + map);
    }

    /**
     * The data set's own cities without some buildings, for scenes of this folder.
     *
     * @param fewest the least number of missing buildings, 1 to 4
     * @param most the largest number, at most 4; number and version (1 to 6) are drawn with equal chances
     * @return a policy that reads files; its scenes must be named as this folder names them
     */
    public MissingBuildings missingFromFiles(int fewest, int most) {
        return new GivenMissing(this, fewest, most);
    }

    /**
     * Reads a city without some buildings.
     *
     * @param map the map's number
     * @param missing the number of missing buildings, 1 to 4
     * @param version which buildings, 1 to 6
     * @return [H, W], 1 inside the other buildings, 0 elsewhere
     * @throws RdeException if the file is missing, damaged or not what was expected
     */
    public Tensor cityWithout(int map, int missing, int version) {
        String cities = "png/buildings_missing%s/%s".formatted(missing, version);
        return binary(path(cities, map), "map %s without %s buildings".formatted(map, missing));
    }

    private Place transmitter(Station station, int[] shape) {
        String file = station.name() + ".png";
        Path first = folder.resolve(ANTENNAS).resolve(file);
        Path second = folder.resolve(DERIVED_ANTENNAS).resolve(file);
        Path path = Files.exists(first) || !Files.exists(second) ? first : second;
        String expected = "one white pixel at transmitter " + station.name();
        float[] values = mask(sized(path, expected, shape), path, expected).values();
        int[] white =
                IntStream.range(0, values.length).filter(i -> values[i] == 1).toArray();
        if (white.length != 1) {
            throw new RdeException(
                    "%s has %s white pixels.".formatted(path, white.length),
                    "Expected is one, where transmitter %s stands.".formatted(station.name()));
        }
        return new Place(white[0] / shape[1], white[0] % shape[1]);
    }

    private Tensor aboveThreshold(Tensor grey) {
        NoiseFloor floor = noiseFloor();
        float[] values = grey.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = floor.strength(values[i]);
        }
        return Tensor.of(values, grey.shape());
    }

    private static Tensor binary(Path path, String expected) {
        return mask(GreyPng.read(path, expected), path, expected);
    }

    /** Black and one other level become 0 and 1. */
    private static Tensor mask(Tensor grey, Path path, String expected) {
        float[] values = grey.values();
        Set<Float> levels = new TreeSet<>();
        for (float value : values) {
            levels.add(value);
        }
        levels.remove(0f);
        if (levels.size() > 1) {
            throw new RdeException(
                    "%s has %s levels of grey besides black.".formatted(path, levels.size()),
                    "Expected is %s, black and white; if levels are heights, make everything above 0 white."
                            .formatted(expected));
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] > 0 ? 1 : 0;
        }
        return Tensor.of(values, grey.shape());
    }

    private static Tensor sized(Path path, String expected, int[] shape) {
        Tensor grey = GreyPng.read(path, expected);
        if (!Arrays.equals(grey.shape(), shape)) {
            throw new RdeException(
                    "%s has %s rows and %s columns.".formatted(path, grey.shape()[0], grey.shape()[1]),
                    "Expected is %s, with %s rows and %s columns as its map of buildings."
                            .formatted(expected, shape[0], shape[1]));
        }
        return grey;
    }

    private Path path(String kind, int map) {
        return folder.resolve(kind).resolve(map + ".png");
    }

    private String gainFolder() {
        return "gain/" + gains.folder();
    }

    private Set<String> names(String kind) {
        Path files = folder.resolve(kind);
        if (!Files.isDirectory(files)) {
            return new HashSet<>();
        }
        try (Stream<Path> paths = Files.list(files)) {
            return paths.map(path -> path.getFileName().toString()).collect(Collectors.toCollection(HashSet::new));
        } catch (IOException e) {
            throw new RdeException("%s cannot be listed.".formatted(files), "Check its permissions.", e);
        }
    }
}
