package org.rde4j.nd4j.random;

import java.util.random.RandomGenerator;

/**
 * Standard normal numbers by the ziggurat method of Marsaglia and Tsang, with the 128 layers and the test of Doornik
 * (<i>An Improved Ziggurat Method to Generate Normal Random Samples</i>, 2005). Java's own generators change theirs between versions: a seed
 * would not give one answer.
 */
public final class NormalNumbers {
    private static final int LAYERS = 128;
    /** Where the tail begins, and the area of each layer, for this number of layers. */
    private static final double TAIL = 3.442619855899;

    private static final double AREA = 9.91256303526217e-3;

    /** The right edges of the layers, the widest first; the base of the lowest counts its tail as a rectangle. */
    private static final double[] EDGES = edges();
    /** Which share of a layer lies under the curve for certain. */
    private static final double[] CERTAIN = certain();

    private NormalNumbers() {}

    private static double[] edges() {
        double[] edges = new double[LAYERS + 1];
        double height = density(TAIL);
        edges[0] = AREA / height;
        edges[1] = TAIL;
        for (int i = 2; i < LAYERS; i++) {
            height += AREA / edges[i - 1];
            edges[i] = Math.sqrt(-2 * StrictMath.log(height));
        }
        return edges;
    }

    private static double[] certain() {
        double[] certain = new double[LAYERS];
        for (int i = 0; i < LAYERS; i++) {
            certain[i] = EDGES[i + 1] / EDGES[i];
        }
        return certain;
    }

    /** Up to its factor. */
    private static double density(double x) {
        return StrictMath.exp(-x * x / 2);
    }

    /**
     * The next number.
     *
     * @param random where from; 1.02 draws on average
     * @return a number with mean 0 and variance 1
     */
    public static double next(RandomGenerator random) {
        while (true) {
            // The layer and the place in it are different bits of one draw.
            long bits = random.nextLong();
            int layer = (int) bits & LAYERS - 1;
            double place = (bits >> 10) * 0x1p-53;
            double x = place * EDGES[layer];
            if (Math.abs(place) < CERTAIN[layer]) {
                return x;
            }
            if (layer == 0) {
                return Math.copySign(TAIL + beyond(random), place);
            }
            double high = density(EDGES[layer + 1]);
            double low = density(EDGES[layer]);
            if (low + random.nextDouble() * (high - low) < density(x)) {
                return x;
            }
        }
    }

    /** How far a number of the tail lies in it. */
    private static double beyond(RandomGenerator random) {
        while (true) {
            double x = -StrictMath.log(1 - random.nextDouble()) / TAIL;
            double y = -StrictMath.log(1 - random.nextDouble());
            if (2 * y > x * x) {
                return x;
            }
        }
    }

    /**
     * Fills an array with independent numbers.
     *
     * @param random where from
     * @param into all of it is overwritten
     */
    public static void fill(RandomGenerator random, float[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = (float) next(random);
        }
    }
}
