package org.rde4j.nd4j.solve;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.rde4j.Optimizer;
import org.rde4j.RateConstrained;
import org.rde4j.Relaxed;
import org.rde4j.nd4j.checkpoint.Checkpoint;

/** An update rule with its state for the mask of one task; the mask stays in its feasible set. */
abstract class MaskUpdate implements Checkpoint.State {

    /** The rule of a solver for masks of so many components. */
    static MaskUpdate of(Relaxed<?> solver, int components) {
        if (solver instanceof RateConstrained constrained) {
            int budget = constrained.budget().of(components);
            return constrained.method() == RateConstrained.Method.FRANK_WOLFE
                    ? new FrankWolfe(budget, components)
                    : of(solver.descent().optimizer(), budget, components);
        }
        return of(solver.descent().optimizer(), components, components);
    }

    private static MaskUpdate of(Optimizer optimizer, int budget, int components) {
        if (optimizer instanceof Optimizer.Adam adam) {
            return new AdamUpdate(adam, budget, components);
        }
        return new SgdUpdate((Optimizer.Sgd) optimizer, budget, components);
    }

    /**
     * Moves the mask against the gradient.
     *
     * @param share of the step size, in (0, 1]
     */
    abstract void step(float[] mask, float[] gradient, double share);

    @Override
    public void write(DataOutputStream out) throws IOException {}

    @Override
    public void read(DataInputStream in) throws IOException {}

    private static final class SgdUpdate extends MaskUpdate {
        private final double stepSize;
        private final int budget;
        private final float[] metric;

        SgdUpdate(Optimizer.Sgd sgd, int budget, int components) {
            this.stepSize = sgd.stepSize();
            this.budget = budget;
            this.metric = new float[components];
            Arrays.fill(metric, 1);
        }

        @Override
        void step(float[] mask, float[] gradient, double share) {
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (float) (mask[i] - share * stepSize * gradient[i]);
            }
            CappedSimplex.project(mask, budget, metric);
        }
    }

    /**
     * Adam. The nearest feasible mask is sought in Adam's own metric: after steps of about equal length in
     * every entry, the Euclidean one would take the same from all and forget what the gradient said.
     */
    private static final class AdamUpdate extends MaskUpdate {
        private final Optimizer.Adam adam;
        private final int budget;
        private final float[] mean;
        private final float[] square;
        private final float[] metric;
        private int steps;

        AdamUpdate(Optimizer.Adam adam, int budget, int components) {
            this.adam = adam;
            this.budget = budget;
            this.metric = new float[components];
            this.mean = new float[components];
            this.square = new float[components];
        }

        @Override
        void step(float[] mask, float[] gradient, double share) {
            steps++;
            double meanBias = 1 - StrictMath.pow(adam.beta1(), steps);
            double squareBias = 1 - StrictMath.pow(adam.beta2(), steps);
            for (int i = 0; i < mask.length; i++) {
                double g = gradient[i];
                mean[i] = (float) (adam.beta1() * mean[i] + (1 - adam.beta1()) * g);
                square[i] = (float) (adam.beta2() * square[i] + (1 - adam.beta2()) * g * g);
                double root = Math.sqrt(square[i] / squareBias) + adam.epsilon();
                mask[i] = (float) (mask[i] - share * adam.stepSize() * (mean[i] / meanBias) / root);
                metric[i] = (float) root;
            }
            CappedSimplex.project(mask, budget, metric);
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeInt(steps);
            Checkpoint.write(out, mean);
            Checkpoint.write(out, square);
        }

        @Override
        public void read(DataInputStream in) throws IOException {
            steps = in.readInt();
            Checkpoint.read(in, mean);
            Checkpoint.read(in, square);
        }
    }

    /**
     * Frank-Wolfe with averaged gradients: the corner of {s ∈ [0,1]^k : ‖s‖₁ ≤ ℓ} that the averaged gradient
     * favours gets the weight 2/(t+2).
     */
    private static final class FrankWolfe extends MaskUpdate {
        private final int budget;
        private final float[] mean;
        private int steps;

        FrankWolfe(int budget, int components) {
            this.budget = budget;
            this.mean = new float[components];
        }

        @Override
        void step(float[] mask, float[] gradient, double shareOfStep) {
            double share = steps == 0 ? 1 : Math.min(1, 4 / StrictMath.pow(steps + 8, 2.0 / 3));
            for (int i = 0; i < mask.length; i++) {
                mean[i] += (float) (share * (gradient[i] - mean[i]));
            }
            boolean[] corner = Ranking.least(mean, budget);
            float weight = 2f / (steps + 2);
            for (int i = 0; i < mask.length; i++) {
                float vertex = corner[i] && mean[i] < 0 ? 1 : 0;
                mask[i] += weight * (vertex - mask[i]);
            }
            steps++;
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeInt(steps);
            Checkpoint.write(out, mean);
        }

        @Override
        public void read(DataInputStream in) throws IOException {
            steps = in.readInt();
            Checkpoint.read(in, mean);
        }
    }
}
