package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rde4j.RdeException;
import org.rde4j.Tensor;
import org.rde4j.nd4j.representation.Block;

/**
 * The coefficients of a block as users give them, [d, … the mask's shape], in the order in which graphs store them,
 * [places, bands, d]. Where components own several cells, the cells count instead: [d, bands, … their grid].
 */
final class Coefficients {
    private Coefficients() {}

    /**
     * Values for each coefficient in storage order.
     *
     * @param values broadcast to the block's coefficients as in NumPy
     * @param what they are, for messages
     * @throws RdeException if they do not broadcast
     */
    static float[] stored(Block block, Tensor values, String what) {
        int[] shape = shape(block);
        int[] given = values.shape();
        int missing = shape.length - given.length;
        boolean fits = missing >= 0
                && IntStream.range(0, given.length).allMatch(i -> given[i] == 1 || given[i] == shape[missing + i]);
        if (!fits) {
            throw new RdeException(
                    "The %s has the shape %s, which does not broadcast to the coefficients %s of the block %s."
                            .formatted(what, Arrays.toString(given), Arrays.toString(shape), block.name()),
                    "Give that shape, or give each block its own noise with perPart(...).");
        }
        int[] strides = new int[shape.length];
        for (int i = given.length - 1, stride = 1; i >= 0; stride *= given[i--]) {
            strides[missing + i] = given[i] == 1 ? 0 : stride;
        }
        float[] from = values.values();
        float[] result = new float[IntStream.of(shape).reduce(1, Math::multiplyExact)];
        int[] positions = positions(block);
        for (int i = 0; i < result.length; i++) {
            int rest = i;
            int source = 0;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                source += rest % shape[axis] * strides[axis];
                rest /= shape[axis];
            }
            result[positions[i]] = from[source];
        }
        return result;
    }

    /** For each coefficient in the users' order, where it is stored. */
    static int[] positions(Block block) {
        int d = block.dimension();
        int bands = block.cellBands();
        int places = block.cells() / bands;
        int[] positions = new int[d * bands * places];
        for (int i = 0; i < positions.length; i++) {
            int place = i % places;
            int band = i / places % bands;
            int value = i / places / bands;
            positions[i] = (place * bands + band) * d + value;
        }
        return positions;
    }

    private static int[] shape(Block block) {
        Stream<Integer> bands = block.cellBands() == 1 ? Stream.empty() : Stream.of(block.cellBands());
        return Stream.concat(Stream.of(block.dimension()), Stream.concat(bands, block.cellGrid().stream()))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
