package org.rde4j.nd4j.training;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Optimizer;

/** Moves one array of weights against its gradient, in place. */
interface Update {

    /**
     * One step.
     *
     * @param gradient of the loss with respect to the weights; only read, since weights can share one
     * @param step the number of the step, counted from 0
     * @param factor multiplies the optimizer's step size
     */
    void run(INDArray gradient, long step, double factor);

    /** What it remembers of past gradients, all zeros at the start; changed in place by every step. */
    List<INDArray> moments();

    /** The update rule of an optimizer for some weights. */
    static Update of(Optimizer optimizer, INDArray weights) {
        if (optimizer instanceof Optimizer.Adam adam) {
            return new AdamUpdate(adam, weights);
        }
        return new Descent(optimizer.stepSize(), weights);
    }

    /** Stochastic gradient descent. */
    record Descent(double stepSize, INDArray weights) implements Update {
        @Override
        public void run(INDArray gradient, long step, double factor) {
            weights.subi(gradient.mul(stepSize * factor));
        }

        @Override
        public List<INDArray> moments() {
            return List.of();
        }
    }

    /** Adam by ND4J's fused operation. */
    final class AdamUpdate implements Update {
        private final Optimizer.Adam adam;
        private final INDArray weights;
        private final INDArray square;
        private final INDArray mean;
        private final INDArray change;
        private final AdamUpdater operation = new AdamUpdater();
        private final OpContext context = Nd4j.getExecutioner().buildContext();

        AdamUpdate(Optimizer.Adam adam, INDArray weights) {
            this.adam = adam;
            this.weights = weights;
            square = Nd4j.zeros(weights.dataType(), weights.shape());
            mean = Nd4j.zeros(weights.dataType(), weights.shape());
            change = Nd4j.create(weights.dataType(), weights.shape());
            context.shapeFunctionOverride(true);
        }

        @Override
        public void run(INDArray gradient, long step, double factor) {
            context.setInputArrays(gradient, square, mean);
            context.setOutputArrays(change, square, mean);
            // ND4J adds epsilon to the root before the bias is corrected, the paper's algorithm 1 after that.
            double epsilon = adam.epsilon() * Math.sqrt(1 - StrictMath.pow(adam.beta2(), step + 1));
            context.setTArguments(adam.stepSize() * factor, adam.beta1(), adam.beta2(), epsilon);
            context.setIArguments(step);
            Nd4j.getExecutioner().exec(operation, context);
            weights.subi(change);
        }

        @Override
        public List<INDArray> moments() {
            return List.of(square, mean);
        }
    }
}
