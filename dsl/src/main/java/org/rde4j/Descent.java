package org.rde4j;

import java.util.Optional;

/**
 * How a relaxed mask moves downhill.
 *
 * @param optimizer the update rule
 * @param steps the number of updates, at least 1
 * @param samples perturbations per step in the Monte-Carlo estimate of the distortion, at least 1
 * @param start the mask before the first step
 * @param plateau when to stop early, or empty
 * @param smoothing how gradients are smoothed, or empty
 * @param decay how the step size falls, or empty
 * @param seed the seed of all random draws
 */
public record Descent(
        Optimizer optimizer,
        int steps,
        int samples,
        Start start,
        Optional<Plateau> plateau,
        Optional<Smoothing> smoothing,
        Optional<Decay> decay,
        long seed)
        implements Minimiser {

    /** Checks the ranges. */
    public Descent {
        Check.atLeast("number of steps", steps, 1, "Maybe use steps(300).");
        Check.atLeast("number of samples", samples, 1, "Maybe use samples(16).");
    }

    /**
     * Adam 0.003, 2000 steps of 64 samples from a mask of ones, no early stop, no smoothing, equal steps,
     * seed 0.
     *
     * @return the settings
     */
    public static Descent defaults() {
        return new Descent(
                new Optimizer.Adam(0.003),
                2000,
                64,
                new Constant(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0);
    }

    /** The mask before the first step. */
    public sealed interface Start {}

    /**
     * The same value everywhere.
     *
     * @param value in [0, 1]
     */
    public record Constant(double value) implements Start {
        /** Checks the range. */
        public Constant {
            Check.unitInterval("start of the mask", value, "Maybe use startingAt(1).");
        }
    }

    /**
     * The quantile of each component's gradient, in (0, 1]: components that the distortion depends on most
     * start near 1. After StartGrad (2025), with the gradient of the expected distortion at a constant mask.
     *
     * @param at the constant mask where the gradient is taken, in [0, 1)
     */
    public record GradientQuantiles(double at) implements Start {
        /** Checks the range. */
        public GradientQuantiles {
            if (!(at >= 0 && at < 1)) {
                throw new RdeException(
                        "The mask where the starting gradient is taken (%s) must lie in [0, 1).".formatted(at),
                        "Maybe use 0.9; at 1 nothing is replaced and the gradient is zero.");
            }
        }
    }

    /**
     * An early stop: ends when the objective, averaged over {@code window} steps, is not lower than in the
     * window before by the given share.
     *
     * @param window the number of steps that are averaged, at least 1
     * @param relativeGain the share that counts as progress, in [0, 1]
     */
    public record Plateau(int window, double relativeGain) {
        /** Checks the ranges. */
        public Plateau {
            Check.atLeast("window of the plateau", window, 1, "Maybe use 50 steps.");
            Check.unitInterval("gain of the plateau", relativeGain, "Maybe use 0.001.");
        }
    }

    /**
     * Gradients that are smoothed over neighbouring components of a grid: where a sample says little of a single
     * pixel it says much of a region. The width shrinks in equal steps to 0 at the last one, from regions to
     * pixels. What is minimised stays the same, and so does any mask where the gradient vanishes.
     *
     * @param width of the first step: the standard deviation of the weights in places of the grid of each block
     *     of components, such as pixels or the coefficients of one scale, greater than 0; no more than a quarter of a
     *     grid's side counts
     */
    public record Smoothing(double width) {
        /** Checks the range. */
        public Smoothing {
            Check.positive("width of the smoothing", width, "Maybe use smoothing(8).");
        }
    }

    /**
     * A step size that falls in equal parts from step to step. What noise has done to a mask by then is mended by
     * ever smaller steps, instead of growing to the end. Frank-Wolfe has steps of its own and does not read it.
     *
     * @param lastShare the share of the step size that would be left after the last step, in [0, 1)
     */
    public record Decay(double lastShare) {
        /** Checks the range. */
        public Decay {
            if (!(lastShare >= 0 && lastShare < 1)) {
                throw new RdeException(
                        "The share of the step size that is left (%s) must lie in [0, 1).".formatted(lastShare),
                        "Maybe use decayingTo(0).");
            }
        }
    }

    /** What a minimiser is, or the given settings with its seed where it is no descent. */
    static Descent of(Minimiser minimiser, Descent otherwise) {
        return minimiser instanceof Descent descent ? descent : otherwise.seed(minimiser.seed());
    }

    Descent optimizer(Optimizer newOptimizer) {
        return new Descent(newOptimizer, steps, samples, start, plateau, smoothing, decay, seed);
    }

    Descent steps(int newSteps) {
        return new Descent(optimizer, newSteps, samples, start, plateau, smoothing, decay, seed);
    }

    Descent samples(int newSamples) {
        return new Descent(optimizer, steps, newSamples, start, plateau, smoothing, decay, seed);
    }

    Descent start(Start newStart) {
        return new Descent(optimizer, steps, samples, newStart, plateau, smoothing, decay, seed);
    }

    Descent plateau(Plateau newPlateau) {
        return new Descent(optimizer, steps, samples, start, Optional.of(newPlateau), smoothing, decay, seed);
    }

    Descent smoothing(Smoothing newSmoothing) {
        return new Descent(optimizer, steps, samples, start, plateau, Optional.of(newSmoothing), decay, seed);
    }

    Descent decay(Decay newDecay) {
        return new Descent(optimizer, steps, samples, start, plateau, smoothing, Optional.of(newDecay), seed);
    }

    @Override
    public Descent seed(long newSeed) {
        return new Descent(optimizer, steps, samples, start, plateau, smoothing, decay, newSeed);
    }
}
