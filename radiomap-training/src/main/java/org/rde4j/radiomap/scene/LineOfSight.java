package org.rde4j.radiomap.scene;

import java.util.Arrays;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * What is seen from a transmitter among obstacles. A pixel is seen if the straight line from the transmitter's
 * centre to its own crosses no obstacle; where that line leaves a pixel exactly through a corner, it is stopped
 * if both pixels beside that corner are obstacles. The two ends do not count: the side of a building that faces
 * the transmitter is seen, and a transmitter on a roof sees as one on the street.
 */
public final class LineOfSight {
    private final boolean[] obstacles;
    private final int rows;
    private final int columns;
    private final int transmitter;

    private LineOfSight(boolean[] obstacles, int rows, int columns, int transmitter) {
        this.obstacles = obstacles;
        this.rows = rows;
        this.columns = columns;
        this.transmitter = transmitter;
    }

    /**
     * The view from a transmitter.
     *
     * @param transmitter where it is
     * @param obstacles [H, W], not 0 inside of the obstacles
     * @return the view
     * @throws RdeException if the obstacles have another rank or the transmitter lies outside of them
     */
    public static LineOfSight from(Place transmitter, Tensor obstacles) {
        boolean[] blocked = Maps.inside(obstacles);
        int[] shape = obstacles.shape();
        return new LineOfSight(blocked, shape[0], shape[1], pixel(transmitter, shape[0], shape[1]));
    }

    private static int pixel(Place place, int rows, int columns) {
        if (place.row() < 0 || place.row() >= rows || place.column() < 0 || place.column() >= columns) {
            throw new RdeException(
                    "The place (%s, %s) lies outside of a map of %s×%s pixels."
                            .formatted(place.row(), place.column(), rows, columns),
                    "Rows and columns count from 0.");
        }
        return place.row() * columns + place.column();
    }

    /**
     * Whether a pixel is seen.
     *
     * @param place the pixel
     * @return whether no obstacle lies between it and the transmitter
     * @throws RdeException if it lies outside of the map
     */
    public boolean sees(Place place) {
        return Ray.firstHit(obstacles, columns, transmitter, pixel(place, rows, columns)) < 0;
    }

    /**
     * Whether a building is seen: at least one of its pixels is, where the building itself is no obstacle.
     *
     * @param building [H, W], not 0 inside of it
     * @return whether the transmitter sees any of it
     * @throws RdeException if its map has another shape than the obstacles
     */
    public boolean seesBuilding(Tensor building) {
        if (!Arrays.equals(building.shape(), new int[] {rows, columns})) {
            throw new RdeException(
                    "A building's map has the shape %s among obstacles [%s, %s]."
                            .formatted(Arrays.toString(building.shape()), rows, columns),
                    "Give both the same shape.");
        }
        return seesBuilding(Maps.pixels(building));
    }

    boolean seesBuilding(int[] pixels) {
        boolean[] others = obstacles.clone();
        for (int pixel : pixels) {
            others[pixel] = false;
        }
        return Arrays.stream(pixels).anyMatch(pixel -> Ray.firstHit(others, columns, transmitter, pixel) < 0);
    }

    /**
     * All that is seen.
     *
     * @return [H, W], 1 where a pixel is seen, 0 elsewhere
     */
    public Tensor seen() {
        float[] seen = new float[obstacles.length];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = Ray.firstHit(obstacles, columns, transmitter, i) < 0 ? 1 : 0;
        }
        return Tensor.of(seen, rows, columns);
    }

    /**
     * The region J of the interpretation loss (seed section 4.3.2): the missing buildings that the transmitter
     * sees among all other buildings of the city, missing ones included.
     *
     * @param scene a scene
     * @return [H, W], 1 inside of these buildings, 0 elsewhere; all 0 if none is seen
     */
    public static Tensor missingInSight(Scene scene) {
        LineOfSight view = from(scene.transmitter(), scene.city());
        Components missing = Components.of(scene.missing());
        int[] seen = new int[missing.count()];
        int count = 0;
        for (int building = 1; building <= missing.count(); building++) {
            if (view.seesBuilding(missing.pixels(building))) {
                seen[count++] = building;
            }
        }
        return missing.map(Arrays.copyOf(seen, count));
    }
}
