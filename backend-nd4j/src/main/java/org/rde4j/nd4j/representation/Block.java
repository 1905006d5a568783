package org.rde4j.nd4j.representation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * Components of one kind, for instance the pixels of an image or the details of one scale.
 *
 * <p>A block has the same number of bands at each place of a grid. Graphs store the bands of one place
 * together ([rows, columns, bands]), because that is how convolutions read them; masks show one picture per
 * band ([bands, rows, columns]). {@link #published} and {@link #stored} go from one order to the other.
 *
 * @param name unique among the blocks of a representation, such as {@code pixels} or {@code detail_3}
 * @param grid the sizes of the grid: [rows, columns], or one size for one-dimensional blocks
 * @param bands the components at each place of the grid; a mask has an axis for them only if there are several
 * @param dimension the number of values d of one component h ∈ R^d
 * @param channels how many channels of the signal the values of a component run through, fastest first; a
 *     divisor of {@code dimension}
 */
public record Block(String name, List<Integer> grid, int bands, int dimension, int channels) {

    /** Keeps the grid from changing. */
    public Block {
        grid = List.copyOf(grid);
    }

    /** A block of one band whose components hold one value for each channel. */
    static Block of(String name, List<Integer> grid, int channels) {
        return new Block(name, grid, 1, channels, channels);
    }

    /**
     * The number of components.
     *
     * @return places times bands
     */
    public int components() {
        return places() * bands;
    }

    private int places() {
        return grid.stream().reduce(1, Math::multiplyExact);
    }

    /**
     * The shape of this block's mask as users see it.
     *
     * @return the grid, after an axis for the bands if there are several
     */
    public int[] maskShape() {
        return Stream.concat(bands == 1 ? Stream.empty() : Stream.of(bands), grid.stream())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * A mask as users see it.
     *
     * @param mask one number for each component in storage order
     * @return the mask of shape {@link #maskShape()}
     */
    public Tensor published(float[] mask) {
        return Tensor.of(transposed(mask, places(), bands), maskShape());
    }

    /**
     * Where a component stands in the flattened mask as users see it.
     *
     * @param component its position in storage order
     * @return its position in a mask of shape {@link #maskShape()}, row by row
     */
    public int published(int component) {
        return component % bands * places() + component / bands;
    }

    /**
     * A mask as graphs store it.
     *
     * @param mask of shape {@link #maskShape()}
     * @return one number for each component in storage order
     * @throws RdeException if the mask has another shape
     */
    public float[] stored(Tensor mask) {
        if (!Arrays.equals(mask.shape(), maskShape())) {
            throw new RdeException(
                    "The mask of the block %s has the shape %s but must have the shape %s."
                            .formatted(name, Arrays.toString(mask.shape()), Arrays.toString(maskShape())),
                    "Maybe it is the mask of another block.");
        }
        return transposed(mask.values(), bands, places());
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        float[] result = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                result[c * rows + r] = values[r * columns + c];
            }
        }
        return result;
    }
}
