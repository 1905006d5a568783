package org.rde4j.nd4j.solve;

import java.util.stream.Stream;

/**
 * A descent with two samples in each step and no step size. Two running means of the gradient, each of one of the two
 * samples, are kept apart; what they agree on ({@link Agreement}) is the gradient ĝ that moves the mask, by
 * η·(ĝ + π)/(|ĝ| + π) with the price π of an entry: the price is known exactly and is not drowned by the noise of the
 * gradient, as it is where a step is divided by that noise. The step η falls to zero, and all steps together are as long
 * as the course says.
 *
 * <p>The gradient of a sample is 2√D·∇√D. The slope ∇√D varies much less between samples than the distance √D does, so
 * the part of ĝ that is a multiple of the mean slope is filtered apart from the rest.
 *
 * @param objective what is minimised
 * @param task whose mask moves
 */
record AgreedDescent(Objective objective, int task) {
    /** Samples of one step: one for each running mean. */
    static final int SAMPLES = 2;
    /** How much of all steps the running means look back, those of slopes twice as far, but not below a few steps. */
    private static final double MEMORY = 0.04;

    private static final double LEAST_STEPS = 3;
    /** What growing entries may take back, in one step, of the distance to the clean output, in a careful course. */
    private static final double CAREFUL = 0.3;
    /** How often the interval is halved that the force of growing is sought in, and its lower end. */
    private static final int HALVINGS = 9;

    private static final double LEAST_FORCE = -14;

    /**
     * A way to go.
     *
     * @param steps how many
     * @param length how far an entry may travel in all of them
     * @param careful whether entries grow only as fast as a linear model of the output is to be trusted: then a mask that
     *     the price makes fall to nothing grows again where it matters most
     * @param slopes that it goes by
     * @param first the number of the first sample
     */
    record Course(int steps, double length, boolean careful, Distortions.Slopes slopes, long first) {}

    /**
     * Where a descent is.
     *
     * @param step how many steps were made
     * @param mask k entries
     * @param gradients the two running means of gradients
     * @param slopes the two running means of slopes
     * @param weight of all gradients in their means; they begin with zeros
     * @param slopeWeight of all slopes
     * @param distortion the running mean, with the same weight as the gradients
     */
    record State(
            int step,
            float[] mask,
            float[][] gradients,
            float[][] slopes,
            double weight,
            double slopeWeight,
            double distortion) {}

    State from(float[] mask) {
        return new State(0, mask.clone(), new float[2][mask.length], new float[2][mask.length], 0, 0, 0);
    }

    State step(State state, Course course, Algorithm.Journal journal, int planned) {
        int step = state.step();
        int k = state.mask().length;
        float[][] drawn = new float[SAMPLES][k];
        Distortions.Estimate estimate = objective
                .distortions()
                .perSample(
                        task,
                        state.mask(),
                        new Distortions.Samples(course.first() + (long) step * SAMPLES, SAMPLES),
                        course.slopes(),
                        drawn)
                .finite();
        float[] prices = new float[k];
        journal.record(task, objective.value(task, state.mask(), estimate, prices), planned);
        double keep = 1 - 1 / Math.max(LEAST_STEPS, MEMORY * course.steps());
        double keepSlope = 1 - 1 / Math.max(LEAST_STEPS, 2 * MEMORY * course.steps());
        float[][] gradients = new float[2][k];
        float[][] slopes = new float[2][k];
        for (int half = 0; half < 2; half++) {
            // Neighbouring samples change their places, so that neither mean has the earlier ones only.
            int sample = (half + step) % 2;
            double distance = 2 * Math.sqrt(Math.max(0, estimate.distortion()[sample]));
            remember(state.gradients()[half], keep, drawn[sample], 1 - keep, gradients[half]);
            remember(
                    state.slopes()[half],
                    keepSlope,
                    drawn[sample],
                    distance > 0 ? (1 - keepSlope) / distance : 0,
                    slopes[half]);
        }
        double distortion = (estimate.distortion()[0] + estimate.distortion()[1]) / 2;
        State moved = new State(
                step + 1,
                state.mask().clone(),
                gradients,
                slopes,
                keep * state.weight() + 1 - keep,
                keepSlope * state.slopeWeight() + 1 - keepSlope,
                keep * state.distortion() + (1 - keep) * distortion);
        move(moved, course, prices);
        return moved;
    }

    private static void remember(float[] before, double keep, float[] drawn, double weight, float[] now) {
        for (int i = 0; i < now.length; i++) {
            now[i] = (float) (keep * before[i] + weight * drawn[i]);
        }
    }

    /** Moves the mask of a state whose means are up to date. */
    private void move(State state, Course course, float[] prices) {
        Agreement agreement = new Agreement(objective.distortions().grids());
        float[][] rest = scaled(state.gradients(), 1 / state.weight());
        float[][] slopes = scaled(state.slopes(), 1 / state.slopeWeight());
        double along = along(rest, slopes);
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < prices.length; i++) {
                rest[half][i] -= (float) (along * slopes[half][i]);
            }
        }
        long shift = course.first() + (long) state.step() * SAMPLES;
        float[] slope = agreement.of(slopes[0], slopes[1], shift);
        float[] gradient = agreement.of(rest[0], rest[1], shift + 1);
        for (int i = 0; i < prices.length; i++) {
            gradient[i] += (float) (along * slope[i]);
        }
        double left = 1 - (state.step() - 1.0) / course.steps();
        double size = 2 * course.length() / course.steps() * left;
        double force = 1;
        if (course.careful()) {
            double most = CAREFUL * Math.sqrt(Math.max(0, state.distortion() / state.weight()));
            force = force(most / size, slope, gradient, prices);
        }
        float[] mask = state.mask();
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (float) Math.min(1, Math.max(0, mask[i] - size * direction(force * gradient[i], prices[i])));
        }
    }

    private static float[][] scaled(float[][] means, double by) {
        return Stream.of(means)
                .map(mean -> {
                    float[] scaled = new float[mean.length];
                    for (int i = 0; i < scaled.length; i++) {
                        scaled[i] = (float) (by * mean[i]);
                    }
                    return scaled;
                })
                .toArray(float[][]::new);
    }

    /** The multiple of the slopes that is nearest to the gradients, by products of independent means. */
    private static double along(float[][] gradients, float[][] slopes) {
        double product = 0;
        double power = 0;
        for (int i = 0; i < slopes[0].length; i++) {
            product += gradients[0][i] * (double) slopes[1][i] + gradients[1][i] * (double) slopes[0][i];
            power += 2.0 * slopes[0][i] * slopes[1][i];
        }
        return power > 0 ? product / power : 0;
    }

    /** In [-1, 1]: the price where the gradient is small, the sign of the gradient where it is large. */
    private static double direction(double gradient, double price) {
        double size = Math.abs(gradient) + Math.abs(price);
        return size > 0 ? (gradient + price) / size : 0;
    }

    /** The share of the gradient with which the distance to the clean output changes by no more than given. */
    private static double force(double most, float[] slope, float[] gradient, float[] prices) {
        if (change(1, slope, gradient, prices) <= most) {
            return 1;
        }
        double low = LEAST_FORCE;
        double high = 0;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (change(StrictMath.exp(middle), slope, gradient, prices) > most) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return StrictMath.exp(low);
    }

    /** How much the gradient changes the distance, beyond what the price does alone. */
    private static double change(double force, float[] slope, float[] gradient, float[] prices) {
        double sum = 0;
        for (int i = 0; i < slope.length; i++) {
            sum += slope[i] * (direction(force * gradient[i], prices[i]) - Math.signum(prices[i]));
        }
        return Math.abs(sum);
    }
}
