package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rde4j.RdeException;
import org.rde4j.nd4j.representation.Block;
import org.rde4j.nd4j.representation.Transform;

/**
 * Where an obfuscation strategy acts.
 *
 * @param shape of a signal, channels first
 * @param blocks the indices of the blocks that it replaces
 */
record Scope(Transform transform, int[] shape, int[] blocks) {

    /** All blocks of a transform. */
    static Scope of(Transform transform, int... shape) {
        return new Scope(
                transform, shape, IntStream.range(0, transform.blocks().size()).toArray());
    }

    /** The same with fewer blocks. */
    Scope only(int... fewer) {
        return new Scope(transform, shape, fewer);
    }

    Block block(int index) {
        return transform.blocks().get(index);
    }

    /** The names of its blocks. */
    List<String> names() {
        return Arrays.stream(blocks).mapToObj(index -> block(index).name()).toList();
    }

    /**
     * The one block that there is.
     *
     * @throws RdeException if there are several
     */
    int onlyBlock(String strategy) {
        if (blocks.length != 1) {
            throw new RdeException(
                    "The obfuscation %s needs a representation of one block, but here are %s."
                            .formatted(strategy, names()),
                    "Maybe use pixels(), or give it to one block with on(...).");
        }
        return blocks[0];
    }
}
