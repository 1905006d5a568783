package org.rde4j.radiomap.scene;

import java.util.random.RandomGenerator;
import org.rde4j.RdeException;

/** The component at a place is missing. */
record GivenPlace(Place place) implements MissingBuildings {
    @Override
    public Scene hide(Scene scene, RandomGenerator random) {
        Components buildings = Components.of(scene.city());
        boolean outside = place.row() < 0
                || place.column() < 0
                || place.row() >= scene.rows()
                || place.column() >= scene.columns();
        int building = outside ? 0 : (int) buildings.labels().get(place.row(), place.column());
        if (building == 0) {
            throw new RdeException(
                    "The scene %s has no building at column %s of row %s."
                            .formatted(scene.name(), place.column(), place.row()),
                    "Maybe let one that the transmitter sees be chosen.");
        }
        return scene.given(Maps.without(scene.city(), buildings.pixels(building)));
    }
}
