package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.solve.Distortions;

/** How a mask lies in one row of numbers, the blocks one after the other, and how users see it. */
record MaskLayout(List<Block> blocks) {

    /** The number k of components. */
    int components() {
        return blocks.stream().mapToInt(Block::components).sum();
    }

    /** Which components are neighbours: those that own several cells each lie in no order. */
    List<Distortions.Grid> grids() {
        return maskedBlocks().stream().map(MaskLayout::grid).toList();
    }

    private static Distortions.Grid grid(Block block) {
        if (!block.owners().isEmpty()) {
            return Distortions.Grid.scattered(block.components());
        }
        List<Integer> sides = block.grid();
        int columns = sides.get(sides.size() - 1);
        return new Distortions.Grid(sides.size() == 1 ? 1 : sides.get(0), columns, block.bands());
    }

    /** What masks hold for cells that are always kept: nothing marks them, whatever marking means. */
    static float ofKept(RateDistortion problem) {
        return problem.game() == RateDistortion.Game.DELETION ? 0 : 1;
    }

    /** The blocks that have mask entries. */
    List<Block> maskedBlocks() {
        return blocks.stream().filter(block -> block.components() > 0).toList();
    }

    /** Where a block begins. */
    int offset(int block) {
        return blocks.subList(0, block).stream().mapToInt(Block::components).sum();
    }

    /** A row cut into blocks. */
    float[][] byBlock(float[] row) {
        float[][] parts = new float[blocks.size()][];
        int offset = 0;
        for (int i = 0; i < parts.length; i++) {
            int k = blocks.get(i).components();
            parts[i] = Arrays.copyOfRange(row, offset, offset + k);
            offset += k;
        }
        return parts;
    }

    /**
     * Copies rows, one for each signal, into an array [signals, cells] for each block.
     *
     * @param kept the number of cells that are always kept
     */
    void write(float[][] rows, List<INDArray> arrays, float kept) {
        int offset = 0;
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            for (int b = 0; b < rows.length; b++) {
                Buffers.of(arrays.get(i)).put(b * block.cells(), block.spread(rows[b], offset, kept));
            }
            offset += block.components();
        }
    }

    /** Adds an array [signals, cells] for each block to rows, one for each signal: the transpose of writing. */
    void add(List<INDArray> arrays, float[][] rows) {
        int offset = 0;
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            float[] values = Buffers.values(arrays.get(i));
            for (int b = 0; b < rows.length; b++) {
                block.collected(values, b * block.cells(), rows[b], offset);
            }
            offset += block.components();
        }
    }

    /** A row as users see it. */
    Map<String, Tensor> masks(float[] mask) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        float[][] parts = byBlock(mask);
        for (int i = 0; i < parts.length; i++) {
            Block block = blocks.get(i);
            if (block.components() > 0) {
                named.put(block.name(), block.published(parts[i]));
            }
        }
        return named;
    }

    /** A row from masks as users see them. */
    float[] row(Map<String, Tensor> masks) {
        List<String> names = maskedBlocks().stream().map(Block::name).toList();
        if (!names.containsAll(masks.keySet())) {
            throw new RdeException(
                    "There are masks for the blocks %s, but the representation has %s."
                            .formatted(masks.keySet(), names),
                    "Give one for each block of the representation.");
        }
        float[] row = new float[components()];
        int offset = 0;
        for (Block block : maskedBlocks()) {
            Tensor mask = masks.get(block.name());
            if (mask == null) {
                throw new RdeException(
                        "There is no mask for the block %s, only for %s.".formatted(block.name(), masks.keySet()),
                        "Give one for each block of the representation.");
            }
            float[] stored = block.stored(mask);
            for (float s : stored) {
                if (!(s >= 0 && s <= 1)) {
                    throw new RdeException(
                            "The mask of the block %s holds %s.".formatted(block.name(), s),
                            "Every entry must lie in [0, 1].");
                }
            }
            System.arraycopy(stored, 0, row, offset, stored.length);
            offset += stored.length;
        }
        return row;
    }
}
