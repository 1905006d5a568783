package org.rde4j.nd4j.training;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.Optimizer;

/** Moves one array of weights against its gradient, in place; overwrites the gradient. */
interface Update {

    /**
     * One step.
     *
     * @param step the number of the step, counted from 0
     * @param factor multiplies the optimizer's step size
     */
    void run(long step, double factor);

    /** The update rule of an optimizer for some weights and the array that holds their gradient. */
    static Update of(Optimizer optimizer, INDArray weights, INDArray gradient) {
        if (optimizer instanceof Optimizer.Adam adam) {
            return new AdamUpdate(adam, weights, gradient);
        }
        double stepSize = optimizer.stepSize();
        return (step, factor) -> weights.subi(gradient.muli(stepSize * factor));
    }

    /** Adam by ND4J's fused operation. */
    final class AdamUpdate implements Update {
        private final Optimizer.Adam adam;
        private final INDArray weights;
        private final INDArray gradient;
        private final AdamUpdater operation = new AdamUpdater();
        private final OpContext context = Nd4j.getExecutioner().buildContext();

        AdamUpdate(Optimizer.Adam adam, INDArray weights, INDArray gradient) {
            this.adam = adam;
            this.weights = weights;
            this.gradient = gradient;
            INDArray square = Nd4j.zeros(gradient.dataType(), gradient.shape());
            INDArray mean = Nd4j.zeros(gradient.dataType(), gradient.shape());
            context.setInputArrays(gradient, square, mean);
            context.setOutputArrays(gradient, square, mean);
            context.shapeFunctionOverride(true);
        }

        @Override
        public void run(long step, double factor) {
            // ND4J adds epsilon to the root before the bias is corrected, the paper's algorithm 1 after that.
            double epsilon = adam.epsilon() * Math.sqrt(1 - Math.pow(adam.beta2(), step + 1));
            context.setTArguments(adam.stepSize() * factor, adam.beta1(), adam.beta2(), epsilon);
            context.setIArguments(step);
            Nd4j.getExecutioner().exec(operation, context);
            weights.subi(gradient);
        }
    }
}
