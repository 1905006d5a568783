package org.rde4j.radiomap.scene;

import java.util.Arrays;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * The connected components of a map, such as the buildings of a city, numbered from 1 in the order of their
 * first pixels, row by row.
 */
public final class Components {
    private final int rows;
    private final int columns;
    private final int[] labels;
    /** The pixels of component 1, then those of component 2, and so on. */
    private final int[] pixels;
    /** Where the pixels of component n begin is at n - 1, where they end at n. */
    private final int[] ends;

    private Components(int rows, int columns, int[] labels, int[] pixels, int[] ends) {
        this.rows = rows;
        this.columns = columns;
        this.labels = labels;
        this.pixels = pixels;
        this.ends = ends;
    }

    /** Which pixels touch each other. */
    public enum Neighbours {
        /** Those that share a side. */
        FOUR,
        /** Those that share a side or a corner. */
        EIGHT
    }

    /**
     * The components whose pixels share sides or corners: no ray passes between two such pixels (see
     * {@link LineOfSight}).
     *
     * @param map [H, W], 0 outside, anything else inside
     * @return its components
     * @throws RdeException if the map has another rank
     */
    public static Components of(Tensor map) {
        return of(map, Neighbours.EIGHT);
    }

    /**
     * The components for either notion of touching.
     *
     * @param map [H, W], 0 outside, anything else inside
     * @param neighbours which pixels touch each other
     * @return its components
     * @throws RdeException if the map has another rank
     */
    public static Components of(Tensor map, Neighbours neighbours) {
        boolean[] inside = Maps.inside(map);
        int columns = map.shape()[1];
        int[] labels = new int[inside.length];
        int[] pixels = new int[inside.length];
        int[] ends = new int[16];
        int count = 0;
        int end = 0;
        for (int i = 0; i < inside.length; i++) {
            if (inside[i] && labels[i] == 0) {
                end = fill(i, ++count, end, new Field(inside, columns, neighbours), labels, pixels);
                ends = count < ends.length ? ends : Arrays.copyOf(ends, 2 * count);
                ends[count] = end;
            }
        }
        return new Components(
                map.shape()[0], columns, labels, Arrays.copyOf(pixels, end), Arrays.copyOf(ends, count + 1));
    }

    private record Field(boolean[] inside, int columns, Neighbours neighbours) {
        /** Writes the neighbours of a pixel that are inside and returns how many they are. */
        int around(int pixel, int[] found) {
            int row = pixel / columns;
            int column = pixel % columns;
            int rows = inside.length / columns;
            int count = 0;
            for (int r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
                for (int c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
                    boolean touches = neighbours == Neighbours.EIGHT || r == row || c == column;
                    if (touches && inside[r * columns + c]) {
                        found[count++] = r * columns + c;
                    }
                }
            }
            return count;
        }
    }

    /** Labels all that is connected to a pixel; its pixels, in the order of their finding, are the queue. */
    private static int fill(int first, int label, int start, Field field, int[] labels, int[] pixels) {
        int[] found = new int[9];
        int end = start;
        labels[first] = label;
        pixels[end++] = first;
        for (int next = start; next < end; next++) {
            int count = field.around(pixels[next], found);
            for (int i = 0; i < count; i++) {
                if (labels[found[i]] == 0) {
                    labels[found[i]] = label;
                    pixels[end++] = found[i];
                }
            }
        }
        return end;
    }

    /**
     * How many there are.
     *
     * @return the number of components, at least 0
     */
    public int count() {
        return ends.length - 1;
    }

    /**
     * The number of each pixel's component.
     *
     * @return [H, W], 0 outside of all, otherwise 1 to {@link #count}
     */
    public Tensor labels() {
        float[] values = new float[labels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = labels[i];
        }
        return Tensor.of(values, rows, columns);
    }

    /**
     * The pixels of one component.
     *
     * @param component its number, from 1
     * @return row · W + column of each
     * @throws RdeException if there is no such component
     */
    public int[] pixels(int component) {
        if (component < 1 || component > count()) {
            throw new RdeException(
                    "There is no component %s among %s.".formatted(component, count()), "They are counted from 1.");
        }
        return Arrays.copyOfRange(pixels, ends[component - 1], ends[component]);
    }

    /**
     * Some of the components.
     *
     * @param some their numbers, from 1
     * @return [H, W], 1 inside of these components, 0 elsewhere
     * @throws RdeException if there is no such component
     */
    public Tensor map(int... some) {
        float[] values = new float[labels.length];
        for (int component : some) {
            for (int pixel : pixels(component)) {
                values[pixel] = 1;
            }
        }
        return Tensor.of(values, rows, columns);
    }
}
