package org.rde4j;

import java.util.Optional;

/**
 * A solver whose mask moves downhill in [0,1]^k. A solver with a price converges by itself ({@link Convergence}); as soon
 * as it is given a setting of a {@link Descent}, such as its steps, it descends as that says.
 *
 * @param <S> the solver itself, which with-ers return
 */
public sealed interface Relaxed<S extends Relaxed<S>> extends Solver permits Priced, RateConstrained {

    /**
     * How the mask moves.
     *
     * @return a descent, or the search that needs no settings
     */
    Minimiser minimiser();

    /**
     * How the mask descends.
     *
     * @return the settings of the descent; where none was asked for, those that a change of them begins with
     */
    Descent descent();

    /**
     * With another descent.
     *
     * @param newDescent the settings
     * @return the changed solver
     */
    S descent(Descent newDescent);

    /**
     * The update rule.
     *
     * @return Adam 0.003 unless changed
     */
    default Optimizer optimizer() {
        return descent().optimizer();
    }

    /**
     * The number of updates.
     *
     * @return at least 1
     */
    default int steps() {
        return descent().steps();
    }

    @Override
    default Optional<Relaxed<?>> relaxed() {
        return Optional.of(this);
    }

    @Override
    default int samples() {
        return minimiser().samples();
    }

    @Override
    default long seed() {
        return minimiser().seed();
    }

    /**
     * With another update rule.
     *
     * @param newOptimizer the update rule
     * @return the changed solver
     */
    default S optimizer(Optimizer newOptimizer) {
        return descent(descent().optimizer(newOptimizer));
    }

    /**
     * With Adam.
     *
     * @param stepSize greater than 0
     * @return the changed solver
     */
    default S adam(double stepSize) {
        return optimizer(new Optimizer.Adam(stepSize));
    }

    /**
     * With plain gradient descent.
     *
     * @param stepSize greater than 0
     * @return the changed solver
     */
    default S sgd(double stepSize) {
        return optimizer(new Optimizer.Sgd(stepSize));
    }

    /**
     * With another number of updates.
     *
     * @param newSteps at least 1
     * @return the changed solver
     */
    default S steps(int newSteps) {
        return descent(descent().steps(newSteps));
    }

    /**
     * With another number of perturbations per step.
     *
     * @param newSamples at least 1
     * @return the changed solver
     */
    default S samples(int newSamples) {
        return descent(descent().samples(newSamples));
    }

    /**
     * Starting from a constant mask.
     *
     * @param value in [0, 1]
     * @return the changed solver
     */
    default S startingAt(double value) {
        return descent(descent().start(new Descent.Constant(value)));
    }

    /**
     * Starting from the quantiles of the gradient at a mask of 0.9, see {@link Descent.GradientQuantiles}.
     *
     * @return the changed solver
     */
    default S startingFromGradient() {
        return descent(descent().start(new Descent.GradientQuantiles(0.9)));
    }

    /**
     * Stopping early when the objective no longer falls.
     *
     * @param window the number of steps that are averaged, at least 1
     * @param relativeGain the share that counts as progress, in [0, 1]
     * @return the changed solver
     */
    default S stoppingOnPlateau(int window, double relativeGain) {
        return descent(descent().plateau(new Descent.Plateau(window, relativeGain)));
    }

    /**
     * Smoothing gradients over neighbouring components, less from step to step: far fewer samples lead to a mask of
     * the same objective where components have neighbours, as pixels and wavelets do. See {@link Descent.Smoothing}.
     *
     * @param width of the first step in places of each grid, greater than 0; 8 suits photographs
     * @return the changed solver
     */
    default S smoothing(double width) {
        return descent(descent().smoothing(new Descent.Smoothing(width)));
    }

    /**
     * With steps that become smaller in equal parts: twice the step size goes as far as without, and ends with less
     * noise in the mask and a lower distortion. See {@link Descent.Decay}.
     *
     * @param share of the step size that would be left after the last step, in [0, 1); 0 unless there is a reason
     * @return the changed solver
     */
    default S decayingTo(double share) {
        return descent(descent().decay(new Descent.Decay(share)));
    }
}
