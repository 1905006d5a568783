package org.rde4j.nd4j.explain;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.rde4j.BernoulliRelaxation;

/**
 * A mask drawn from the concrete distribution, s = σ((logit θ + ε) / temperature) with logistic noise ε
 * (Maddison, Mnih and Teh 2017). Masks are drawn before they enter a graph, so that graphs know masks alone.
 *
 * @param values s, or s rounded to 0 or 1
 * @param slopes ds/dθ of each entry, not rounded
 */
record ConcreteMask(float[] values, float[] slopes) {
    /** θ is squeezed that far away from 0 and 1, where its logit would be infinite. */
    private static final double LEAST = 0.001;

    private static final double CERTAIN = 40;

    /**
     * Draws one.
     *
     * @param theta probabilities in [0, 1], k entries
     * @param counts how many of them each block has
     * @param randoms where each block's ε come from
     */
    static ConcreteMask draw(
            float[] theta, BernoulliRelaxation how, List<Integer> counts, IntFunction<SplittableRandom> randoms) {
        float[] values = new float[theta.length];
        float[] slopes = new float[theta.length];
        int i = 0;
        for (int block = 0; block < counts.size(); block++) {
            SplittableRandom random = randoms.apply(block);
            for (int end = i + counts.get(block); i < end; i++) {
                double u = random.nextDouble();
                double noise = u == 0 ? -CERTAIN : StrictMath.log(u / (1 - u));
                double inside = LEAST + (1 - 2 * LEAST) * theta[i];
                double x = StrictMath.log(inside / (1 - inside)) + noise;
                double s = 1 / (1 + StrictMath.exp(-x / how.temperature()));
                double rounded = x > 0 ? 1 : 0;
                values[i] = (float) (how.straightThrough() ? rounded : s);
                slopes[i] = (float) ((1 - 2 * LEAST) * s * (1 - s) / (how.temperature() * inside * (1 - inside)));
            }
        }
        return new ConcreteMask(values, slopes);
    }
}
