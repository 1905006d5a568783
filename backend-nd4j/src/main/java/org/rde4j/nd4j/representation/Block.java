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
 * <p>Coefficients are stored as cells of {@code dimension} values. Usually a component is one cell. Components
 * of unequal sizes, such as superpixels, own several cells, in any order: {@link #spread} gives each cell the
 * mask entry of its owner, and {@link #collected} goes back with gradients. Graphs see cells alone.
 *
 * @param name unique among the blocks of a representation, such as {@code pixels} or {@code detail_3}
 * @param grid the sizes of the grid: [rows, columns], or one size for one-dimensional blocks; empty for a block
 *     that is always kept and has no components
 * @param bands the components at each place of the grid; a mask has an axis for them only if there are several
 * @param dimension the number of values d of one cell; where a component is one cell, h ∈ R^d
 * @param channels how many channels of the signal the values run through, fastest first
 * @param firstChannel which channel of the signal the first of them is, 0 unless the block is one of several parts
 * @param owners for each cell the component it belongs to in storage order, or {@link #KEPT}; empty if the i-th
 *     cell is the i-th component
 * @param cellGrid the grid that the cells lie on, the same number of them at each place: {@code grid} where a
 *     component is a cell, the places of the signal or the frequencies of its spectrum where it owns several
 */
public record Block(
        String name,
        List<Integer> grid,
        int bands,
        int dimension,
        int channels,
        int firstChannel,
        List<Integer> owners,
        List<Integer> cellGrid) {
    /** The owner of cells that belong to no component: they are never replaced. */
    public static final int KEPT = -1;

    /** Keeps the lists from changing. */
    public Block {
        grid = List.copyOf(grid);
        owners = List.copyOf(owners);
        cellGrid = List.copyOf(cellGrid);
    }

    /** A block whose components are one cell each. */
    public Block(String name, List<Integer> grid, int bands, int dimension, int channels) {
        this(name, grid, bands, dimension, channels, 0, List.of(), grid);
    }

    /** A block of one band whose components hold one value for each channel. */
    static Block of(String name, List<Integer> grid, int channels) {
        return new Block(name, grid, 1, channels, channels);
    }

    /** A block of so many components in a row, each of which owns several cells; none if all are kept. */
    static Block owning(
            String name, int components, int dimension, int channels, int[] owners, List<Integer> cellGrid) {
        List<Integer> grid = components == 0 ? List.of() : List.of(components);
        List<Integer> each = Arrays.stream(owners).boxed().toList();
        return new Block(name, grid, 1, dimension, channels, 0, each, cellGrid);
    }

    /** The same block as one of a part of the signal. */
    Block inPart(String newName, int partsFirstChannel) {
        return new Block(newName, grid, bands, dimension, channels, partsFirstChannel + firstChannel, owners, cellGrid);
    }

    /**
     * The number of components.
     *
     * @return places times bands
     */
    public int components() {
        return grid.isEmpty() ? 0 : places(grid) * bands;
    }

    /**
     * The number of cells.
     *
     * @return the number of coefficients divided by {@code dimension}
     */
    public int cells() {
        return owners.isEmpty() ? components() : owners.size();
    }

    /** The component that a cell belongs to, or {@link #KEPT}. */
    int owner(int cell) {
        return owners.isEmpty() ? cell : owners.get(cell);
    }

    /**
     * The mask of each cell, 1 for cells that are always kept.
     *
     * @param masks holds one number for each component in storage order
     * @param from where this block starts
     * @return one number for each cell: that of its owner, or 1
     */
    public float[] spread(float[] masks, int from) {
        return spread(masks, from, 1);
    }

    /**
     * The mask of each cell.
     *
     * @param masks holds one number for each component in storage order
     * @param from where this block starts
     * @param kept the number of cells that are always kept
     * @return one number for each cell: that of its owner, or {@code kept}
     */
    public float[] spread(float[] masks, int from, float kept) {
        if (owners.isEmpty()) {
            return Arrays.copyOfRange(masks, from, from + components());
        }
        float[] cells = new float[owners.size()];
        for (int i = 0; i < cells.length; i++) {
            int owner = owners.get(i);
            cells[i] = owner == KEPT ? kept : masks[from + owner];
        }
        return cells;
    }

    /**
     * Adds the derivative with respect to each cell's mask to that of its owner: the transpose of
     * {@link #spread}.
     *
     * @param cells holds one number for each cell
     * @param cellsFrom where this block starts in {@code cells}
     * @param into one number for each component in storage order, added to
     * @param intoFrom where this block starts in {@code into}
     */
    public void collected(float[] cells, int cellsFrom, float[] into, int intoFrom) {
        int count = cells();
        for (int i = 0; i < count; i++) {
            int owner = owner(i);
            if (owner != KEPT) {
                into[intoFrom + owner] += cells[cellsFrom + i];
            }
        }
    }

    /**
     * The number of cells at each place of their grid.
     *
     * @return how many cells follow each other there; {@code bands} where a component is a cell
     */
    public int cellBands() {
        return cells() / places(cellGrid);
    }

    private static int places(List<Integer> grid) {
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
        return Tensor.of(transposed(mask, places(grid), bands), maskShape());
    }

    /**
     * Where a component stands in the flattened mask as users see it.
     *
     * @param component its position in storage order
     * @return its position in a mask of shape {@link #maskShape()}, row by row
     */
    public int published(int component) {
        return component % bands * places(grid) + component / bands;
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
        return transposed(mask.values(), bands, places(grid));
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

    /** Without the owners: they rarely fit on a line. */
    @Override
    public String toString() {
        return "Block[%s, grid %s, %s band(s), %s cell(s) of %s value(s)]"
                .formatted(name, grid, bands, cells(), dimension);
    }
}
