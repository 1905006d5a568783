package org.rde4j.nd4j.solve;

import java.util.Arrays;
import org.rde4j.Optimizer;
import org.rde4j.RateConstrained;
import org.rde4j.Relaxed;

/** How a gradient moves a mask within its feasible set. */
sealed interface UpdateRule {

    /** The rule of a solver. */
    static UpdateRule of(Relaxed<?> solver) {
        if (solver instanceof RateConstrained constrained
                && constrained.method() == RateConstrained.Method.FRANK_WOLFE) {
            return new FrankWolfe();
        }
        return solver.descent().optimizer() instanceof Optimizer.Adam adam
                ? new Adam(adam)
                : new Sgd((Optimizer.Sgd) solver.descent().optimizer());
    }

    /** How many numbers the rule remembers of each entry. */
    int memories();

    /**
     * Moves the mask against the gradient.
     *
     * @param mask changed
     * @param memory [memories][k], changed; zeros before the first step
     * @param step how many steps came before
     * @param share of the step size, in (0, 1]
     */
    void move(float[] mask, float[] gradient, float[][] memory, int step, double share, FeasibleSet set);

    /** Plain steps. */
    record Sgd(Optimizer.Sgd settings) implements UpdateRule {
        @Override
        public int memories() {
            return 0;
        }

        @Override
        public void move(float[] mask, float[] gradient, float[][] memory, int step, double share, FeasibleSet set) {
            float[] metric = new float[mask.length];
            Arrays.fill(metric, 1);
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (float) (mask[i] - share * settings.stepSize() * gradient[i]);
            }
            set.project(mask, metric);
        }
    }

    /**
     * Adam. The nearest feasible mask is sought in Adam's own metric: after steps of about equal length in
     * every entry, the Euclidean one would take the same from all and forget what the gradient said.
     */
    record Adam(Optimizer.Adam settings) implements UpdateRule {
        @Override
        public int memories() {
            return 2;
        }

        @Override
        public void move(float[] mask, float[] gradient, float[][] memory, int step, double share, FeasibleSet set) {
            float[] mean = memory[0];
            float[] square = memory[1];
            float[] metric = new float[mask.length];
            double meanBias = 1 - StrictMath.pow(settings.beta1(), step + 1);
            double squareBias = 1 - StrictMath.pow(settings.beta2(), step + 1);
            for (int i = 0; i < mask.length; i++) {
                double g = gradient[i];
                mean[i] = (float) (settings.beta1() * mean[i] + (1 - settings.beta1()) * g);
                square[i] = (float) (settings.beta2() * square[i] + (1 - settings.beta2()) * g * g);
                double root = Math.sqrt(square[i] / squareBias) + settings.epsilon();
                mask[i] = (float) (mask[i] - share * settings.stepSize() * (mean[i] / meanBias) / root);
                metric[i] = (float) root;
            }
            set.project(mask, metric);
        }
    }

    /** Frank-Wolfe: the corner of the set that the averaged gradient favours gets the weight 2/(t+2). */
    record FrankWolfe() implements UpdateRule {
        @Override
        public int memories() {
            return 1;
        }

        @Override
        public void move(float[] mask, float[] gradient, float[][] memory, int step, double share, FeasibleSet set) {
            float[] mean = memory[0];
            double fresh = step == 0 ? 1 : Math.min(1, 4 / StrictMath.pow(step + 8, 2.0 / 3));
            for (int i = 0; i < mask.length; i++) {
                mean[i] += (float) (fresh * (gradient[i] - mean[i]));
            }
            float[] corner = set.corner(mean);
            float weight = 2f / (step + 2);
            for (int i = 0; i < mask.length; i++) {
                mask[i] += weight * (corner[i] - mask[i]);
            }
        }
    }
}
