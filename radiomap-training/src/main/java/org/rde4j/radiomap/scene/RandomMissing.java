package org.rde4j.radiomap.scene;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.rde4j.RdeException;

/** Random components are missing, from {@code fewest} to {@code most} of them. */
record RandomMissing(int fewest, int most) implements MissingBuildings {
    RandomMissing {
        if (fewest < 0 || most < fewest) {
            throw new RdeException(
                    "The number of missing buildings cannot lie between %s and %s.".formatted(fewest, most),
                    "Give two numbers in order, from 0 on.");
        }
    }

    @Override
    public Scene hide(Scene scene, RandomGenerator random) {
        int number = (int) random.nextLong(fewest, most + 1L);
        if (number == 0) {
            return scene.given(scene.city());
        }
        Components buildings = Components.of(scene.city());
        int[] pixels = Arrays.stream(shuffled(buildings.count(), random))
                .limit(number)
                .flatMap(building -> Arrays.stream(buildings.pixels(building)))
                .toArray();
        return scene.given(Maps.without(scene.city(), pixels));
    }

    /** The numbers 1 to count in random order. */
    static int[] shuffled(int count, RandomGenerator random) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            int before = random.nextInt(i + 1);
            numbers[i] = numbers[before];
            numbers[before] = i + 1;
        }
        return numbers;
    }
}
