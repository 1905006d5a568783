package org.rde4j.radiomap.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.NoiseFloor;
import org.rde4j.radiomap.scene.Place;
import org.rde4j.radiomap.scene.Scene;

/**
 * A data set of made-up cities with transmitters. Map m is the same whatever the number of maps.
 *
 * @param maps how many cities, at least 1
 * @param transmitters in each city, at least 1
 * @param seed the same seed gives the same data set
 * @param size of each city in metres and pixels, a multiple of 64 from 64 to 1024
 * @param propagation how signals get weaker
 */
public record Simulation(int maps, int transmitters, long seed, int size, Propagation propagation) {
    private static final int LEVELS = 255;

    /** Checks the numbers. */
    public Simulation {
        if (maps < 1 || transmitters < 1) {
            throw new RdeException(
                    "The numbers of maps (%s) and of transmitters (%s) must be at least 1."
                            .formatted(maps, transmitters),
                    "Maybe use 100 maps with 8 transmitters each.");
        }
        City.requireSize(size);
    }

    /**
     * Cities of 256×256 metres with the fitted propagation.
     *
     * @param maps how many cities, at least 1
     * @param transmitters in each city, at least 1
     * @param seed the same seed gives the same data set
     * @return the data set
     */
    public static Simulation of(int maps, int transmitters, long seed) {
        return new Simulation(maps, transmitters, seed, City.DEFAULT_SIZE, Propagation.fitted());
    }

    /**
     * With cities of another size.
     *
     * @param newSize in metres and pixels, a multiple of 64 from 64 to 1024
     * @return the changed data set
     */
    public Simulation size(int newSize) {
        return new Simulation(maps, transmitters, seed, newSize, propagation);
    }

    /**
     * With other physics.
     *
     * @param newPropagation how signals get weaker
     * @return the changed data set
     */
    public Simulation propagation(Propagation newPropagation) {
        return new Simulation(maps, transmitters, seed, size, newPropagation);
    }

    /**
     * One city.
     *
     * @param map from 0
     * @return the city
     */
    public City city(int map) {
        return City.of(stream(map).nextLong(), size);
    }

    /**
     * The transmitters of one city.
     *
     * @param map from 0
     * @return places on streets
     */
    public List<Place> transmitters(int map) {
        return transmitters(city(map), map);
    }

    List<Place> transmitters(City city, int map) {
        SplittableRandom random = stream(map);
        random.nextLong();
        return city.transmitters(transmitters, random.nextLong());
    }

    private SplittableRandom stream(int map) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + map);
    }

    /**
     * The scenes of one city, with all buildings given and nothing measured, as a loader of the written files
     * would return them: 8 bits, then everything up to 0.2 is 0 and the rest scaled to [0, 1].
     *
     * @param map from 0
     * @return one scene for each transmitter, named {@code map_transmitter}
     */
    public List<Scene> scenes(int map) {
        City city = city(map);
        Simulator simulator = Simulator.of(city).propagation(propagation);
        Tensor nothing = Tensor.of(new float[size * size], size, size);
        List<Scene> scenes = new ArrayList<>();
        for (Place place : transmitters(city, map)) {
            String name = "%s_%s".formatted(map, scenes.size());
            Tensor gain = aboveNoise(simulator.gain(place));
            scenes.add(new Scene(name, place, city.buildings(), city.buildings(), gain, nothing));
        }
        return scenes;
    }

    private static Tensor aboveNoise(Tensor gain) {
        float[] values = gain.values();
        for (int i = 0; i < values.length; i++) {
            float grey = (float) Math.round(LEVELS * values[i]) / LEVELS;
            values[i] = NoiseFloor.STANDARD.strength(grey);
        }
        return Tensor.of(values, gain.shape());
    }

    /**
     * Writes the data set in RadioMapSeer's layout: {@code png/buildings_complete/M.png},
     * {@code png/antennas/M_T.png} and {@code gain/DPM/M_T.png} (8 bits of grey, gains without the cut at 0.2),
     * {@code polygon/buildings_complete/M.json} (a list of outlines, each a list of [x, y]) and
     * {@code antenna/M.json} (a list of [column, row]). {@code simulation.json} says what it was made from. Maps
     * that are there already stay, so that an interrupted simulation goes on and a finished one can be extended.
     *
     * @param folder new, empty, or written with the same settings except for the number of maps
     * @param threads how many maps are made at the same time, at least 1; the files do not depend on it
     * @param afterMap called after each map, whether made or there already, by any thread but never by two at once
     * @return how many maps were made
     * @throws RdeException if the folder cannot be written or holds something else
     */
    public int write(Path folder, int threads, Runnable afterMap) {
        if (threads < 1) {
            throw new RdeException("The number of threads (%s) must be at least 1.".formatted(threads), "Maybe use 1.");
        }
        SimulatedFolder files = SimulatedFolder.open(this, folder);
        AtomicInteger made = new AtomicInteger();
        Parallel.run(maps, threads, map -> {
            if (!files.holds(map)) {
                files.write(map);
                made.incrementAndGet();
            }
            synchronized (made) {
                afterMap.run();
            }
        });
        return made.get();
    }
}
