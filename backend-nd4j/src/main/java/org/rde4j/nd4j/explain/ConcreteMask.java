package org.rde4j.nd4j.explain;

import java.util.SplittableRandom;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Masks drawn from the concrete distribution, s = σ((logit θ + ε) / temperature) with logistic noise ε
 * (Maddison, Mnih and Teh 2017).
 */
final class ConcreteMask {
    /** θ is squeezed that far away from 0 and 1, where its logit would be infinite. */
    private static final double LEAST = 0.001;

    private static final float CERTAIN = 40;

    private ConcreteMask() {}

    /**
     * Writes s for every sample.
     *
     * @param theta [B, 1, k, 1]
     * @param noise [B, M, k, 1]
     */
    static Node of(Graph graph, Node theta, Node noise, double temperature) {
        Node inside = graph.add(graph.mul(theta, 1 - 2 * LEAST), LEAST);
        Node logit = graph.sub(graph.log(inside), graph.log(graph.from(1, inside)));
        Node wide = graph.broadcastTo(logit, noise.shape());
        return graph.sigmoid(graph.mul(graph.add(noise, wide), 1 / temperature));
    }

    /** What is to be added to s, of the same θ and noise, to round it to 0 or 1. */
    static float[] roundings(float[] theta, float[] noise, double temperature) {
        float[] roundings = new float[theta.length];
        for (int i = 0; i < roundings.length; i++) {
            double inside = LEAST + (1 - 2 * LEAST) * theta[i];
            double x = StrictMath.log(inside / (1 - inside)) + noise[i];
            roundings[i] = (float) ((x > 0 ? 1 : 0) - 1 / (1 + StrictMath.exp(-x / temperature)));
        }
        return roundings;
    }

    /** Noise that leaves no doubt about s = 1, for cells that are always kept. */
    static float certain(double temperature) {
        return (float) (CERTAIN * Math.max(1, temperature));
    }

    /** Fills an array with logistic noise. */
    static void noise(SplittableRandom random, float[] into) {
        for (int i = 0; i < into.length; i++) {
            double u = random.nextDouble();
            into[i] = (float) (u == 0 ? -CERTAIN : StrictMath.log(u / (1 - u)));
        }
    }
}
