package org.rde4j;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A problem compiled together with a model. Explains any number of signals of any shapes that the model
 * takes; what is built for one shape is reused for the next signal of that shape.
 *
 * <p>Any number of threads may use one explainer; each gets the same answer, bit for bit, as alone. They take turns: a
 * thread that has to wait is stopped, like one that explains, by the cancellation of its run and by an interrupt. It
 * ends with a {@link java.util.concurrent.CancellationException}; an interrupt stays set. For work side by
 * side take an explainer for each thread.
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
        return explainEach(List.of(Objects.requireNonNull(signal, "The signal is null.")), Run.observed(observer))
                .get(0);
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
     * @param signals all of the same shape; without any the answer is empty
     * @param run who is told, how long it may take, where its state is kept
     * @return one explanation for each signal, in their order
     * @throws RdeException if a signal holds NaN or infinite values or does not fit, a checkpoint belongs to
     *     something else, or this is closed
     * @throws java.util.concurrent.CancellationException if it is stopped; the state is in the checkpoint, if there is one
     */
    List<Explanation> explainEach(List<Tensor> signals, Run run);

    /**
     * Explains several signals of one shape with one mask for all of them, which minimises the mean of their
     * distortions (seed section 4.2.2).
     *
     * @param signals all of the same shape; without any the answer is empty
     * @param run who is told, how long it may take, where its state is kept
     * @return one explanation for each signal, in their order; all have the same masks
     * @throws RdeException as {@link #explainEach}
     */
    List<Explanation> explainTogether(List<Tensor> signals, Run run);

    /**
     * Explains one signal at several prices of the rate: points of its rate-distortion curve. They are solved from the
     * lowest price to the highest, each from the mask of the one before.
     *
     * @param signal [C, H, W], [C, T] or [n], without a batch axis
     * @param lambdas prices λ, each at least 0
     * @param run who is told; a time budget holds for each price; checkpoints are not kept
     * @return one explanation for each price, in the order given; its problem has that price
     * @throws RdeException if the problem's solver has no price, or as {@link #explain(Tensor)}
     */
    List<Explanation> curve(Tensor signal, List<Double> lambdas, Run run);

    /**
     * Measures any mask.
     *
     * @param signal [C, H, W], [C, T] or [n], without a batch axis
     * @param masks as {@link Explanation#masks()}
     * @param samples the number of fresh samples, at least 1
     * @param seed of the samples
     * @return what was measured
     * @throws RdeException if a mask is missing, has another shape or leaves [0, 1]
     */
    Assessment assess(Tensor signal, Map<String, Tensor> masks, int samples, long seed);

    /**
     * Frees the memory of the compiled graphs. If a thread is explaining, this waits for its end; threads that wait for
     * their turn, and all later calls, are refused with an {@link RdeException}. Closing twice does no harm.
     */
    @Override
    void close();

    /** What goes on between two steps. */
    enum Stage {
        /** A round of a search tries its candidates. */
        CANDIDATES,
        /** A final mask is measured on fresh samples. */
        MEASUREMENT
    }

    /** Told about the progress of a solver, on the thread that explains. It must not use the explainer itself. */
    @FunctionalInterface
    interface StepObserver {
        /**
         * Called after every step.
         *
         * @param step what was measured at the mask before the update
         */
        void onStep(Explanation.Step step);

        /**
         * Called now and then between steps, so that long rounds and the final measurement are no silence. Does nothing
         * unless overridden.
         *
         * @param stage what goes on
         * @param done how many candidates or samples of it are done
         * @param of how many there will be, at least 1; a lazy search may need fewer
         */
        default void onProgress(Stage stage, long done, long of) {}
    }
}
