package org.rde4j.radiomap.explanation;

import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.NoiseFloor;
import org.rde4j.radiomap.scene.Place;
import org.rde4j.radiomap.scene.Scene;
import org.rde4j.radiomap.scene.Shadow;
import org.rde4j.radiomap.simulation.City;
import org.rde4j.radiomap.simulation.Propagation;

/**
 * The shadow of a scene's missing buildings, and how dark they make it: what an estimate shows that has found out
 * that they are there (seed section 4.3.1, Figure 8).
 *
 * @param area [H, W], 1 in the shadow, 0 elsewhere, see {@link Shadow}
 * @param truth the mean true strength in the shadow
 * @param without the mean strength that it would have without the missing buildings: the true one, plus what the
 *     dominant path model ({@link Propagation}) says that they take away
 */
public record MissingShadow(Tensor area, double truth, double without) {
    /** Strengths stay as they are. */
    private static final NoiseFloor NOTHING = new NoiseFloor(0);

    /**
     * The shadow in a scene.
     *
     * @param scene with missing buildings; its strengths are above a threshold of the grey levels, as
     *     {@code RadioMapSeer} reads them
     * @param floor that was used
     * @return the shadow, NaN as strengths if it has no pixel
     */
    public static MissingShadow of(Scene scene, NoiseFloor floor) {
        Tensor area = Shadow.STANDARD.of(scene, scene.missing());
        Propagation model = Propagation.fitted();
        double taken = mean(model.gain(City.of(scene.given()), scene.transmitter()), area, floor)
                - mean(model.gain(City.of(scene.city()), scene.transmitter()), area, floor);
        double truth = mean(scene.gain(), area, NOTHING);
        return new MissingShadow(area, truth, truth + taken);
    }

    /**
     * The number of its pixels.
     *
     * @return at least 0
     */
    public int pixels() {
        int count = 0;
        for (float inside : area.values()) {
            count += inside > 0 ? 1 : 0;
        }
        return count;
    }

    /**
     * How much darker the missing buildings make it.
     *
     * @return in grey levels of [0, 1]
     */
    public double depth() {
        return without - truth;
    }

    /**
     * The mean of an estimate in the shadow.
     *
     * @param estimate [H, W]
     * @return the mean
     */
    public double mean(Tensor estimate) {
        return mean(estimate, area, NOTHING);
    }

    /**
     * Whether an estimate shows the shadow: whether its mean is nearer to the true one than to the one without the
     * missing buildings.
     *
     * @param estimate [H, W]
     * @return true if it does
     */
    public boolean isIn(Tensor estimate) {
        double mean = mean(estimate);
        return Math.abs(mean - truth) < Math.abs(mean - without);
    }

    /**
     * Whether a place lies in the shadow.
     *
     * @param place on the map
     * @return true if it does
     */
    public boolean contains(Place place) {
        return area.get(place.row(), place.column()) > 0;
    }

    /**
     * How many measurements of a scene lie in the shadow.
     *
     * @param scene measured somewhere
     * @return at least 0
     */
    public int measurements(Scene scene) {
        float[] measured = scene.measured().values();
        float[] inside = area.values();
        int count = 0;
        for (int i = 0; i < measured.length; i++) {
            count += measured[i] > 0 && inside[i] > 0 ? 1 : 0;
        }
        return count;
    }

    /**
     * A scene without the measurements that lie in the shadow.
     *
     * @param scene measured somewhere
     * @return the scene with the other measurements
     */
    public Scene unmeasured(Scene scene) {
        float[] measured = scene.measured().values();
        float[] inside = area.values();
        for (int i = 0; i < measured.length; i++) {
            measured[i] = inside[i] > 0 ? 0 : measured[i];
        }
        return scene.measured(Tensor.of(measured, area.shape()));
    }

    private static double mean(Tensor strength, Tensor area, NoiseFloor floor) {
        float[] values = strength.values();
        float[] inside = area.values();
        double sum = 0;
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (inside[i] > 0) {
                sum += floor.strength(values[i]);
                count++;
            }
        }
        return sum / count;
    }
}
