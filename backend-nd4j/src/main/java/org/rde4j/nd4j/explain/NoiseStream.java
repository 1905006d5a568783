package org.rde4j.nd4j.explain;

import java.util.SplittableRandom;
import org.rde4j.nd4j.random.NormalNumbers;

/**
 * Random numbers addressed by (seed, sample, block). Every sample has a stream of its own, so what is drawn
 * does not depend on how samples are split into micro-batches, on the other signals or on threads.
 */
record NoiseStream(long seed) {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** Fills an array with standardised values. */
    @FunctionalInterface
    interface Standard {
        void fill(SplittableRandom random, float[] into);
    }

    /**
     * A generator for one block of one sample.
     *
     * @param sample the number of the sample since the start of the solution
     * @param block the index of the block of components
     */
    SplittableRandom at(long sample, int block) {
        return new SplittableRandom(mix(mix(mix(seed + GOLDEN_GAMMA) + sample) + block));
    }

    /** The stream of a strategy inside of another, independent of this one. */
    NoiseStream child(int index) {
        return new NoiseStream(mix(seed + (index + 1) * GOLDEN_GAMMA));
    }

    /** Draws standard normal values, the same for all signals. */
    Perturbations.Draw normal(int block) {
        return (sample, signals, into) -> {
            NormalNumbers.fill(at(sample, block), into[0]);
            for (int i = 1; i < into.length; i++) {
                System.arraycopy(into[0], 0, into[i], 0, into[0].length);
            }
        };
    }

    /** Fills an array with independent values that are uniform in [-1, 1). */
    static void uniform(SplittableRandom random, float[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = (float) (2 * random.nextDouble() - 1);
        }
    }

    /** The finaliser of MurmurHash3 with the constants of Stafford's variant 13. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
