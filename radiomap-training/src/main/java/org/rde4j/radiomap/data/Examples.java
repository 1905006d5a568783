package org.rde4j.radiomap.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.rde4j.RdeException;
import org.rde4j.radiomap.scene.Measurements;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.Scene;

/**
 * Scenes to train with or to test on: transmitters of a folder, and in each epoch other measurements and missing
 * buildings for each. An example depends on the seed, the epoch and its number, and on nothing else.
 *
 * @param folder where scenes are read
 * @param stations the transmitters, one example for each
 * @param measurements where the strength is measured, by default {@link Measurements#STANDARD}
 * @param missing which buildings are missing, by default none
 * @param seed decides measurements, missing buildings and orders, by default 0
 */
public record Examples(
        RadioMapSeer folder, List<Station> stations, Measurements measurements, MissingBuildings missing, long seed) {
    /** Keeps the list from changing and checks that there is an example. */
    public Examples {
        stations = List.copyOf(stations);
        if (stations.isEmpty()) {
            throw new RdeException(
                    "%s holds no complete scene for the wanted maps.".formatted(folder.folder()),
                    "A scene needs its buildings, its antenna and its %s gain."
                            .formatted(folder.gains().folder()));
        }
    }

    /**
     * The scenes of some maps.
     *
     * @param folder where they are read
     * @param maps the maps' numbers; those that the folder lacks are left out
     * @return their examples
     * @throws RdeException if the folder holds none of them
     */
    public static Examples of(RadioMapSeer folder, Collection<Integer> maps) {
        Set<Integer> wanted = new HashSet<>(maps);
        List<Station> stations = folder.stations().stream()
                .filter(station -> wanted.contains(station.map()))
                .toList();
        return new Examples(folder, stations, Measurements.STANDARD, MissingBuildings.none(), 0);
    }

    /**
     * With fewer transmitters.
     *
     * @param most of each map the first ones, at most this many, at least 1
     * @return the changed examples
     * @throws RdeException if none would be left
     */
    public Examples transmitters(int most) {
        if (most < 1) {
            throw new RdeException(
                    "The number of transmitters of a map (%s) must be at least 1.".formatted(most),
                    "RadioMapSeer has 80.");
        }
        Map<Integer, Integer> taken = new HashMap<>();
        List<Station> fewer = stations.stream()
                .filter(station -> taken.merge(station.map(), 1, Integer::sum) <= most)
                .toList();
        return new Examples(folder, fewer, measurements, missing, seed);
    }

    /**
     * With fewer transmitters, of as many cities as possible.
     *
     * @param most so many at most: the first of every map, then the second of every map, and so on; at least 1
     * @return the changed examples, in that order
     */
    public Examples spread(int most) {
        Map<Integer, Integer> taken = new HashMap<>();
        Map<Station, Integer> rank = new HashMap<>();
        stations.forEach(station -> rank.put(station, taken.merge(station.map(), 1, Integer::sum)));
        List<Station> fewer = stations.stream()
                .sorted(Comparator.comparing(rank::get))
                .limit(Math.max(1, most))
                .toList();
        return new Examples(folder, fewer, measurements, missing, seed);
    }

    /**
     * With other measurements.
     *
     * @param newMeasurements where the strength is measured
     * @return the changed examples
     */
    public Examples measurements(Measurements newMeasurements) {
        return new Examples(folder, stations, newMeasurements, missing, seed);
    }

    /**
     * With other missing buildings.
     *
     * @param newMissing which buildings are missing
     * @return the changed examples
     */
    public Examples missing(MissingBuildings newMissing) {
        return new Examples(folder, stations, measurements, newMissing, seed);
    }

    /**
     * With another seed.
     *
     * @param newSeed decides measurements, missing buildings and orders
     * @return the changed examples
     */
    public Examples seed(long newSeed) {
        return new Examples(folder, stations, measurements, missing, newSeed);
    }

    /**
     * How many examples an epoch has.
     *
     * @return the number of transmitters
     */
    public int size() {
        return stations.size();
    }

    /**
     * One example.
     *
     * @param epoch which epoch, from 0
     * @param number which transmitter, from 0
     * @return the scene, with its buildings missing and its measurements taken
     * @throws RdeException if a file is missing, damaged or not what was expected
     */
    public Scene example(int epoch, int number) {
        SplittableRandom random = stream(epoch, number);
        Scene scene = folder.scene(stations.get(number));
        return measurements.measure(missing.hide(scene, random.split()), random.split());
    }

    /**
     * The order of an epoch's examples.
     *
     * @param epoch which epoch, from 0
     * @return the numbers from 0 to {@link #size} − 1, shuffled
     */
    public int[] order(int epoch) {
        SplittableRandom random = stream(epoch, -1);
        int[] order = new int[size()];
        for (int i = 0; i < order.length; i++) {
            int before = random.nextInt(i + 1);
            order[i] = order[before];
            order[before] = i;
        }
        return order;
    }

    /** A stream of its own for each epoch and number: drawing mixes what is added. */
    private SplittableRandom stream(int epoch, int number) {
        long ofSeed = new SplittableRandom(seed).nextLong();
        long ofEpoch = new SplittableRandom(ofSeed + epoch).nextLong();
        return new SplittableRandom(new SplittableRandom(ofEpoch + number).nextLong());
    }
}
