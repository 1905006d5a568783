package org.rde4j.radiomap.scene;

import java.util.random.RandomGenerator;

/** One component in line of sight is missing. */
record SeenMissing() implements MissingBuildings {
    @Override
    public Scene hide(Scene scene, RandomGenerator random) {
        LineOfSight view = LineOfSight.from(scene.transmitter(), scene.city());
        Components buildings = Components.of(scene.city());
        // The first seen one of a random order is each seen one with equal chance, without looking at all.
        for (int building : RandomMissing.shuffled(buildings.count(), random)) {
            int[] pixels = buildings.pixels(building);
            if (view.seesBuilding(pixels)) {
                return scene.given(Maps.without(scene.city(), pixels));
            }
        }
        return scene.given(scene.city());
    }
}
