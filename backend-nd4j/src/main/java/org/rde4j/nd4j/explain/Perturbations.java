package org.rde4j.nd4j.explain;

import java.util.Map;

/**
 * The random inputs of a lowered obfuscation strategy for a batch of signals.
 *
 * @param random whether samples differ from each other; if not, one sample tells everything
 * @param draws by the name of the input
 */
record Perturbations(boolean random, Map<String, Draw> draws) {

    /** Draws one input. */
    @FunctionalInterface
    interface Draw {
        /**
         * Draws the values of one sample. All signals share the underlying random numbers, so that each gets the
         * same draws in any batch.
         *
         * @param sample the number of the sample since the start of the solution
         * @param signals which signals of the batch
         * @param into one array of zeros for each of these signals, to be filled
         */
        void fill(long sample, int[] signals, float[][] into);
    }
}
