package org.rde4j;

import java.util.List;

/**
 * A problem compiled together with a model. Explains any number of signals of any shapes that the model
 * takes; what is built for one shape is reused for the next signal of that shape. Not thread-safe.
 */
public interface Explainer extends AutoCloseable {

    /**
     * Explains the model's decision on one signal.
     *
     * @param signal [C, H, W], [C, T] or [n], without a batch axis
     * @param observer called after every step
     * @return the explanation
     * @throws RdeException if the signal holds NaN or infinite values or does not fit the model or the problem
     */
    default Explanation explain(Tensor signal, StepObserver observer) {
        return explainEach(List.of(signal), observer).get(0);
    }

    /**
     * Explains the model's decision on one signal.
     *
     * @param signal [C, H, W], [C, T] or [n], without a batch axis
     * @return the explanation
     * @throws RdeException if the signal holds NaN or infinite values or does not fit the model or the problem
     */
    default Explanation explain(Tensor signal) {
        return explain(signal, step -> {});
    }

    /**
     * Explains several signals of one shape together, each with a mask of its own. Every result is what
     * {@link #explain(Tensor)} gives for that signal alone, up to rounding.
     *
     * @param signals at least one, all of the same shape
     * @param observer called after every step with the mean over the signals
     * @return one explanation for each signal, in their order
     * @throws RdeException if a signal holds NaN or infinite values or does not fit
     */
    List<Explanation> explainEach(List<Tensor> signals, StepObserver observer);

    /** Frees the memory of the compiled graphs. */
    @Override
    void close();

    /** Told about the progress of a solver. */
    @FunctionalInterface
    interface StepObserver {
        /**
         * Called after every step, on the thread that explains.
         *
         * @param step what was measured at the mask before the update
         */
        void onStep(Explanation.Step step);
    }
}
