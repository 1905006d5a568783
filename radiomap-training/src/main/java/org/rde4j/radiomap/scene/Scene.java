package org.rde4j.radiomap.scene;

import java.util.Arrays;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * What a network is to estimate and what it is told: a transmitter in a city, its signal strength everywhere,
 * the city without some missing buildings, and some places where the strength was measured (seed section 4.3).
 * All maps have the same shape [H, W], row 0 at the top, one pixel to a metre.
 *
 * @param name of the map and the transmitter, such as {@code 12_3}
 * @param transmitter where the transmitter is
 * @param city 1 inside buildings, 0 elsewhere; all buildings
 * @param given the same without the missing buildings, as the network is told
 * @param gain the signal strength, in [0, 1]; 0 inside buildings
 * @param measured 1 where the strength was measured, 0 elsewhere
 */
public record Scene(String name, Place transmitter, Tensor city, Tensor given, Tensor gain, Tensor measured) {
    /** Checks that the maps fit together. */
    public Scene {
        int[] shape = city.shape();
        for (Tensor map : new Tensor[] {given, gain, measured}) {
            if (city.rank() != 2 || !Arrays.equals(shape, map.shape())) {
                throw new RdeException(
                        "The scene %s has maps of shapes %s and %s."
                                .formatted(name, Arrays.toString(shape), Arrays.toString(map.shape())),
                        "Give all maps of a scene the same shape [H, W].");
            }
        }
        if (transmitter.row() < 0
                || transmitter.row() >= shape[0]
                || transmitter.column() < 0
                || transmitter.column() >= shape[1]) {
            throw new RdeException(
                    "The transmitter of the scene %s (%s, %s) lies outside of its map %s."
                            .formatted(name, transmitter.row(), transmitter.column(), Arrays.toString(shape)),
                    "Rows and columns count from 0.");
        }
    }

    /**
     * The height of the maps.
     *
     * @return rows
     */
    public int rows() {
        return city.shape()[0];
    }

    /**
     * The width of the maps.
     *
     * @return columns
     */
    public int columns() {
        return city.shape()[1];
    }

    /**
     * The buildings that the network is not told of.
     *
     * @return [H, W], 1 inside of them
     */
    public Tensor missing() {
        float[] all = city.values();
        float[] told = given.values();
        for (int i = 0; i < all.length; i++) {
            all[i] = all[i] > told[i] ? 1 : 0;
        }
        return Tensor.of(all, city.shape());
    }

    /**
     * What Φ is told: the transmitter, the city without missing buildings, the measured strengths.
     *
     * @return [3, H, W] in [0, 1]
     */
    public Tensor input() {
        float[] maps = stacked(3, given);
        float[] strength = gain.values();
        float[] where = measured.values();
        for (int i = 0; i < where.length; i++) {
            maps[2 * where.length + i] = where[i] * strength[i];
        }
        return Tensor.of(maps, 3, rows(), columns());
    }

    /**
     * What Φ0 is trained on: the transmitter and the whole city.
     *
     * @return [2, H, W], 0 or 1
     */
    public Tensor wholeCity() {
        return Tensor.of(stacked(2, city), 2, rows(), columns());
    }

    /**
     * What Φ0 knows where buildings are missing: the transmitter and the city without them.
     *
     * @return [2, H, W], 0 or 1
     */
    public Tensor givenCity() {
        return Tensor.of(stacked(2, given), 2, rows(), columns());
    }

    private float[] stacked(int channels, Tensor buildings) {
        int size = rows() * columns();
        float[] maps = new float[channels * size];
        maps[transmitter.row() * columns() + transmitter.column()] = 1;
        System.arraycopy(buildings.values(), 0, maps, size, size);
        return maps;
    }

    /**
     * With other buildings missing.
     *
     * @param newGiven [H, W], the city as the network is told
     * @return the changed scene
     */
    public Scene given(Tensor newGiven) {
        return new Scene(name, transmitter, city, newGiven, gain, measured);
    }

    /**
     * With other measurements.
     *
     * @param newMeasured [H, W], 1 where the strength was measured
     * @return the changed scene
     */
    public Scene measured(Tensor newMeasured) {
        return new Scene(name, transmitter, city, given, gain, newMeasured);
    }
}
