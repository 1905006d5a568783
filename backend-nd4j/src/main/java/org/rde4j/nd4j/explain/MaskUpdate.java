package org.rde4j.nd4j.explain;

import org.rde4j.Optimizer;

/** An update rule with its state for the mask of one signal; clamps to [0, 1] after each step. */
abstract class MaskUpdate {

    static MaskUpdate of(Optimizer optimizer, int components) {
        if (optimizer instanceof Optimizer.Adam adam) {
            return new AdamUpdate(adam, components);
        }
        return new SgdUpdate((Optimizer.Sgd) optimizer);
    }

    /** Moves the mask against the gradient. */
    abstract void step(float[] mask, float[] gradient);

    static float clamp(double value) {
        return (float) Math.min(1, Math.max(0, value));
    }

    private static final class SgdUpdate extends MaskUpdate {
        private final double stepSize;

        SgdUpdate(Optimizer.Sgd sgd) {
            this.stepSize = sgd.stepSize();
        }

        @Override
        void step(float[] mask, float[] gradient) {
            for (int i = 0; i < mask.length; i++) {
                mask[i] = clamp(mask[i] - stepSize * gradient[i]);
            }
        }
    }

    private static final class AdamUpdate extends MaskUpdate {
        private final Optimizer.Adam adam;
        private final float[] mean;
        private final float[] square;
        private int steps;

        AdamUpdate(Optimizer.Adam adam, int components) {
            this.adam = adam;
            this.mean = new float[components];
            this.square = new float[components];
        }

        @Override
        void step(float[] mask, float[] gradient) {
            steps++;
            double meanBias = 1 - Math.pow(adam.beta1(), steps);
            double squareBias = 1 - Math.pow(adam.beta2(), steps);
            for (int i = 0; i < mask.length; i++) {
                double g = gradient[i];
                mean[i] = (float) (adam.beta1() * mean[i] + (1 - adam.beta1()) * g);
                square[i] = (float) (adam.beta2() * square[i] + (1 - adam.beta2()) * g * g);
                double root = Math.sqrt(square[i] / squareBias) + adam.epsilon();
                mask[i] = clamp(mask[i] - adam.stepSize() * (mean[i] / meanBias) / root);
            }
        }
    }
}
