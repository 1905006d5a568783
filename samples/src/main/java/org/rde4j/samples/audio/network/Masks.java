package org.rde4j.samples.audio.network;

import java.util.SplittableRandom;

/**
 * Random binary masks over magnitude and phase, as an inpainting network meets them: for each of the two a share of
 * kept frequencies is drawn, one time in five 0 or 1, and half of the masks keep whole stretches of frequencies.
 */
final class Masks {
    private static final double WHOLE = 0.1;
    private static final int SHORTEST = 8;
    private static final int LONGEST = 160;

    private Masks() {}

    /** Masks for a batch, [N, T, 2]: 1 where kept. */
    static float[] drawn(SplittableRandom random, int batch, int length) {
        float[] masks = new float[batch * length * 2];
        for (int n = 0; n < batch; n++) {
            for (int channel = 0; channel < 2; channel++) {
                double chance = random.nextDouble();
                double share = chance < WHOLE ? 0 : chance > 1 - WHOLE ? 1 : random.nextDouble();
                boolean stretches = random.nextBoolean();
                int end = 0;
                boolean kept = false;
                for (int t = 0; t < length; t++) {
                    if (t == end) {
                        end += stretches ? random.nextInt(SHORTEST, LONGEST) : 1;
                        kept = random.nextDouble() < share;
                    }
                    masks[(n * length + t) * 2 + channel] = kept ? 1 : 0;
                }
            }
        }
        return masks;
    }
}
