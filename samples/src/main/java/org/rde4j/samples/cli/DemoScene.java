package org.rde4j.samples.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.rde4j.RdeException;
import org.rde4j.radiomap.explanation.MissingShadow;
import org.rde4j.radiomap.scene.Components;
import org.rde4j.radiomap.scene.LineOfSight;
import org.rde4j.radiomap.scene.Measurements;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.NoiseFloor;
import org.rde4j.radiomap.scene.Place;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.radiomap.scene.Shadow;
import org.rde4j.radiomap.simulation.Simulation;
import org.rde4j.samples.report.ShadowedScene;

/** A simulated scene that shows well what the networks do: a missing building with a large and dark shadow. */
final class DemoScene {
    private static final int CITIES = 100;
    /** Of the missing building's shadow, in which at least so many measurements are to lie. */
    private static final int LEAST_MEASUREMENTS = 3;

    private static final double LEAST_DEPTH = 0.1;
    /** Shadows are simulated for the largest few only. */
    private static final int TRIED = 3;

    private DemoScene() {}

    /**
     * Makes up cities with one transmitter each until one has such a building, and hides it. The cities are others
     * than those that 'simulate radio' writes for small positive seeds.
     */
    static ShadowedScene of(long seed, int size, int measurements) {
        Simulation cities = Simulation.of(CITIES, 1, ~seed).size(size);
        for (int map = 0; map < CITIES; map++) {
            Scene city = cities.scenes(map).get(0);
            Measurements places = Measurements.exactly(measurements);
            Optional<ShadowedScene> darkest = hidden(city).stream()
                    .map(hidden -> places.measure(hidden, new SplittableRandom(seed)))
                    .map(scene -> new ShadowedScene(scene, MissingShadow.of(scene, NoiseFloor.STANDARD)))
                    .filter(one -> one.shadow().depth() >= LEAST_DEPTH)
                    .filter(one -> one.shadow().measurements(one.scene()) >= LEAST_MEASUREMENTS)
                    .max(Comparator.comparing(
                            one -> one.shadow().depth() * one.shadow().pixels()));
            if (darkest.isPresent()) {
                return darkest.get();
            }
        }
        throw new RdeException(
                "In %s cities of the seed %s no shadow holds measurements.".formatted(CITIES, seed),
                "Choose another seed.");
    }

    /** The city without one of the seen buildings with the largest shadows, largest first. */
    private static List<Scene> hidden(Scene city) {
        Components buildings = Components.of(city.city());
        LineOfSight view = LineOfSight.from(city.transmitter(), city.city());
        List<Scene> scenes = new ArrayList<>();
        for (int building = 1; building <= buildings.count(); building++) {
            int pixel = buildings.pixels(building)[0];
            if (view.seesBuilding(buildings.map(building))) {
                Place place = new Place(pixel / city.columns(), pixel % city.columns());
                scenes.add(MissingBuildings.at(place).hide(city, new SplittableRandom(0)));
            }
        }
        scenes.sort(Comparator.comparing((Scene scene) -> -shadowed(scene)));
        return scenes.subList(0, Math.min(TRIED, scenes.size()));
    }

    private static double shadowed(Scene scene) {
        double pixels = 0;
        for (float inside : Shadow.STANDARD.of(scene, scene.missing()).values()) {
            pixels += inside;
        }
        return pixels;
    }
}
