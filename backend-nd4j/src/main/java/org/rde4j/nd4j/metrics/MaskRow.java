package org.rde4j.nd4j.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.rde4j.Tensor;

/**
 * A mask as one row of numbers: its blocks one after the other in the order of their names, each row by row.
 *
 * @param blocks the mask as users see it, in that order; gives names and shapes
 * @param values of all components
 */
record MaskRow(Map<String, Tensor> blocks, float[] values) {

    static MaskRow of(Map<String, Tensor> masks) {
        Map<String, Tensor> blocks = new TreeMap<>(masks);
        float[] values =
                new float[blocks.values().stream().mapToInt(Tensor::size).sum()];
        int offset = 0;
        for (Tensor block : blocks.values()) {
            System.arraycopy(block.values(), 0, values, offset, block.size());
            offset += block.size();
        }
        return new MaskRow(blocks, values);
    }

    int size() {
        return values.length;
    }

    /** The name and shape of every block. */
    Map<String, List<Integer>> shapes() {
        Map<String, List<Integer>> shapes = new TreeMap<>();
        blocks.forEach((name, block) ->
                shapes.put(name, Arrays.stream(block.shape()).boxed().toList()));
        return shapes;
    }

    /** Other values for the same components. */
    MaskRow with(float[] newValues) {
        Map<String, Tensor> masks = new LinkedHashMap<>();
        int offset = 0;
        for (Map.Entry<String, Tensor> block : blocks.entrySet()) {
            float[] part = new float[block.getValue().size()];
            System.arraycopy(newValues, offset, part, 0, part.length);
            masks.put(block.getKey(), Tensor.of(part, block.getValue().shape()));
            offset += part.length;
        }
        return new MaskRow(masks, newValues);
    }

    /** The positions of the components, greatest entry first, earlier position first among equals. */
    int[] order() {
        return IntStream.range(0, size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The same entries at random places. */
    MaskRow shuffled(SplittableRandom random) {
        int[] places = permutation(size(), random);
        float[] moved = new float[size()];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = values[places[i]];
        }
        return with(moved);
    }

    /** The numbers below n in a random order. */
    static int[] permutation(int n, SplittableRandom random) {
        int[] order = IntStream.range(0, n).toArray();
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
