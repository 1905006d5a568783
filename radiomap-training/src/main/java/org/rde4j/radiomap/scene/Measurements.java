package org.rde4j.radiomap.scene;

import java.util.random.RandomGenerator;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * Where the signal strength is measured: at a random number of different pixels, all equally likely, usually
 * outside of all buildings. (RadioUNet's authors draw them anywhere, with buildings, and perhaps twice.)
 *
 * @param fewest the least number of measurements, at least 0
 * @param most the largest number, at least {@code fewest}; on a map with fewer pixels to choose from, all of
 *     these
 * @param anywhere whether buildings are measured too; not by default
 */
public record Measurements(int fewest, int most, boolean anywhere) {
    /** 1 to 300 measurements outside of buildings. */
    public static final Measurements STANDARD = between(1, 300);

    /** Checks the numbers. */
    public Measurements {
        if (fewest < 0 || most < fewest) {
            throw new RdeException(
                    "The number of measurements cannot lie between %s and %s.".formatted(fewest, most),
                    "Give two numbers in order, from 0 on.");
        }
    }

    /**
     * A random number of measurements outside of buildings, each number equally likely.
     *
     * @param fewest the least number, at least 0
     * @param most the largest number
     * @return the policy
     */
    public static Measurements between(int fewest, int most) {
        return new Measurements(fewest, most, false);
    }

    /**
     * Always the same number of measurements outside of buildings.
     *
     * @param number their number, at least 0
     * @return the policy
     */
    public static Measurements exactly(int number) {
        return between(number, number);
    }

    /**
     * Draws the places from all pixels, those inside of buildings included.
     *
     * @return the changed policy
     */
    public Measurements everywhere() {
        return new Measurements(fewest, most, true);
    }

    /**
     * Measures a scene.
     *
     * @param scene the scene
     * @param random decides the number and the places
     * @return the scene, measured only there
     */
    public Scene measure(Scene scene, RandomGenerator random) {
        boolean[] built = Maps.inside(scene.city());
        int[] places = new int[built.length];
        int free = 0;
        for (int i = 0; i < built.length; i++) {
            if (anywhere || !built[i]) {
                places[free++] = i;
            }
        }
        int number = Math.min(free, (int) random.nextLong(fewest, most + 1L));
        float[] measured = new float[built.length];
        for (int i = 0; i < number; i++) {
            int chosen = i + random.nextInt(free - i);
            measured[places[chosen]] = 1;
            places[chosen] = places[i];
        }
        return scene.measured(Tensor.of(measured, scene.rows(), scene.columns()));
    }
}
