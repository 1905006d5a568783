package org.rde4j.radiomap.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.MissingBuildings;
import org.rde4j.radiomap.scene.Scene;

/** The cities without buildings that come with the data set. */
record GivenMissing(RadioMapSeer folder, int fewest, int most) implements MissingBuildings {
    private static final int MOST = 4;
    private static final int VERSIONS = 6;

    GivenMissing {
        if (fewest < 1 || most < fewest || most > MOST) {
            throw new RdeException(
                    "The number of missing buildings cannot lie between %s and %s.".formatted(fewest, most),
                    "Files lack 1 to %s buildings.".formatted(MOST));
        }
    }

    @Override
    public Scene hide(Scene scene, RandomGenerator random) {
        int missing = random.nextInt(fewest, most + 1);
        int version = random.nextInt(1, VERSIONS + 1);
        Tensor given = folder.cityWithout(map(scene), missing, version);
        if (!Arrays.equals(given.shape(), scene.city().shape())) {
            throw new RdeException(
                    "Map %s without %s buildings (version %s) has the shape %s."
                            .formatted(map(scene), missing, version, Arrays.toString(given.shape())),
                    "Expected is the shape of the whole city, %s."
                            .formatted(Arrays.toString(scene.city().shape())));
        }
        return scene.given(given);
    }

    private static int map(Scene scene) {
        String number = scene.name().split("_", 2)[0];
        if (!number.matches("\\d{1,6}")) {
            throw new RdeException(
                    "The scene %s is not named by a map and a transmitter.".formatted(scene.name()),
                    "Files of missing buildings belong to scenes of the same folder.");
        }
        return Integer.parseInt(number);
    }
}
