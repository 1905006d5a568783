package org.rde4j.radiomap.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.Place;

/**
 * The buildings of a map, one pixel to a metre.
 *
 * @param buildings [H, W], 1 inside buildings, 0 elsewhere
 * @param outlines of the buildings, not beyond the map
 */
public record City(Tensor buildings, List<Polygon> outlines) {
    /** The side of RadioMapSeer's maps, in pixels. */
    public static final int DEFAULT_SIZE = 256;

    private static final int SMALLEST_SIZE = 64;
    private static final int LARGEST_SIZE = 1024;

    /** Transmitters keep this part of the map's side away from its edges, as RadioMapSeer's do. */
    private static final double BORDER = 0.2;

    /** Checks the map. */
    public City {
        outlines = List.copyOf(outlines);
        int[] shape = buildings.shape();
        if (shape.length != 2 || Math.max(shape[0], shape[1]) > LARGEST_SIZE) {
            throw new RdeException(
                    "The buildings have the shape %s.".formatted(Arrays.toString(shape)),
                    "Give a map [H, W] of at most %1$s×%1$s pixels.".formatted(LARGEST_SIZE));
        }
        for (float value : buildings.values()) {
            if (value != 0 && value != 1) {
                throw new RdeException(
                        "The map of the buildings holds the value %s.".formatted(value),
                        "Mark pixels inside buildings with 1 and others with 0.");
            }
        }
    }

    /**
     * A made-up city of the usual size: blocks of houses along streets, open places, courtyards.
     *
     * @param seed the same seed gives the same city
     * @return a city of 256×256 metres
     */
    public static City of(long seed) {
        return of(seed, DEFAULT_SIZE);
    }

    /**
     * A made-up city: blocks of houses along streets, open places, courtyards. Where the map ends, buildings
     * are cut off.
     *
     * @param seed the same seed gives the same city
     * @param size metres along each side, a multiple of 64 from 64 to 1024
     * @return a city
     * @throws RdeException if the size is another one
     */
    public static City of(long seed, int size) {
        requireSize(size);
        return of(new CityPlan(new SplittableRandom(seed), size).buildings(), size, size);
    }

    static void requireSize(int size) {
        if (size < SMALLEST_SIZE || size > LARGEST_SIZE || size % SMALLEST_SIZE != 0) {
            throw new RdeException(
                    "The size of a city (%s) must be a multiple of %s from %2$s to %s."
                            .formatted(size, SMALLEST_SIZE, LARGEST_SIZE),
                    "Maybe use %s.".formatted(DEFAULT_SIZE));
        }
    }

    /**
     * A city of given buildings.
     *
     * @param outlines of the buildings; pixels whose centres lie in at least one of them are inside
     * @param rows of the map
     * @param columns of the map
     * @return the city
     */
    public static City of(List<Polygon> outlines, int rows, int columns) {
        float[] map = new float[rows * columns];
        for (Polygon outline : outlines) {
            float[] one = new float[map.length];
            outline.fill(one, rows, columns);
            for (int i = 0; i < map.length; i++) {
                map[i] = Math.max(map[i], one[i]);
            }
        }
        return new City(Tensor.of(map, rows, columns), outlines);
    }

    /**
     * A city known by its map alone, such as one of RadioMapSeer's.
     *
     * @param buildings [H, W], 1 inside buildings, 0 elsewhere
     * @return the city; its outlines follow the pixels to within a metre, and courtyards without a gate have
     *     outlines of their own
     */
    public static City of(Tensor buildings) {
        City plain = new City(buildings, List.of());
        return new City(buildings, Outline.trace(buildings.values(), plain.rows(), plain.columns()));
    }

    /**
     * The height of the map.
     *
     * @return rows, one to a metre
     */
    public int rows() {
        return buildings.shape()[0];
    }

    /**
     * The width of the map.
     *
     * @return columns, one to a metre
     */
    public int columns() {
        return buildings.shape()[1];
    }

    /**
     * Places for transmitters: on streets, not beside a wall, at least a fifth of the map away from its edges.
     *
     * @param count how many, at least 1
     * @param seed the same seed gives the same places
     * @return different places in random order
     * @throws RdeException if the city has fewer such places
     */
    public List<Place> transmitters(int count, long seed) {
        List<Place> open = openPlaces();
        if (count < 1 || count > open.size()) {
            throw new RdeException(
                    "The number of transmitters (%s) must be from 1 to %s, the places for them in this city."
                            .formatted(count, open.size()),
                    "Maybe use 8.");
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, open.size());
            Place chosen = open.get(other);
            open.set(other, open.get(i));
            open.set(i, chosen);
        }
        return List.copyOf(open.subList(0, count));
    }

    private List<Place> openPlaces() {
        float[] map = buildings.values();
        int rows = rows();
        int columns = columns();
        List<Place> open = new ArrayList<>();
        for (int row = (int) (BORDER * rows); row < (1 - BORDER) * rows; row++) {
            for (int column = (int) (BORDER * columns); column < (1 - BORDER) * columns; column++) {
                float built = 0;
                for (int i = 0; i < 9; i++) {
                    int nearRow = Math.min(rows - 1, Math.max(0, row + i / 3 - 1));
                    int nearColumn = Math.min(columns - 1, Math.max(0, column + i % 3 - 1));
                    built += map[nearRow * columns + nearColumn];
                }
                if (built == 0) {
                    open.add(new Place(row, column));
                }
            }
        }
        return open;
    }
}
