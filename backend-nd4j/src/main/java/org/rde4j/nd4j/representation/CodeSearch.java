package org.rde4j.nd4j.representation;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.rde4j.RdeException;
import org.rde4j.nd4j.engine.Stopping;
import org.rde4j.nd4j.random.NormalNumbers;

/**
 * How a code h with f(h) ≈ x is found without an encoder: Adam (Kingma and Ba, 2015) on ‖f(h) − x‖², its step size
 * falling along a half cosine to 0, from several starts at once. The first start is h = 0, the others are standard
 * normal; the best code seen wins.
 *
 * @param steps at least 1, 500 unless told otherwise
 * @param stepSize of the first step, in units of the code, greater than 0, 0.1 unless told otherwise
 * @param starts at least 1, 4 unless told otherwise
 * @param seed decides the starts after the first, 0 unless told otherwise
 */
public record CodeSearch(int steps, double stepSize, int starts, long seed) {
    private static final double FIRST_DECAY = 0.9;
    private static final double SECOND_DECAY = 0.999;
    private static final double EPSILON = 1e-8;

    /** Checks the ranges. */
    public CodeSearch {
        if (steps < 1 || starts < 1) {
            throw new RdeException(
                    "The steps (%s) and starts (%s) of the search for a code must be at least 1."
                            .formatted(steps, starts),
                    "Maybe use CodeSearch.defaults().");
        }
        if (!(stepSize > 0) || Double.isInfinite(stepSize)) {
            throw new RdeException(
                    "The step size (%s) of the search for a code must be a finite number greater than 0."
                            .formatted(stepSize),
                    "Maybe use CodeSearch.defaults().");
        }
    }

    /**
     * 500 steps of 0.1 from 4 starts with the seed 0.
     *
     * @return the settings
     */
    public static CodeSearch defaults() {
        return new CodeSearch(500, 0.1, 4, 0);
    }

    /**
     * With another number of steps.
     *
     * @param newSteps at least 1
     * @return the changed settings
     */
    public CodeSearch steps(int newSteps) {
        return new CodeSearch(newSteps, stepSize, starts, seed);
    }

    /**
     * With another first step size.
     *
     * @param newStepSize greater than 0
     * @return the changed settings
     */
    public CodeSearch stepSize(double newStepSize) {
        return new CodeSearch(steps, newStepSize, starts, seed);
    }

    /**
     * With another number of starts.
     *
     * @param newStarts at least 1
     * @return the changed settings
     */
    public CodeSearch starts(int newStarts) {
        return new CodeSearch(steps, stepSize, newStarts, seed);
    }

    /**
     * With another seed.
     *
     * @param newSeed any number
     * @return the changed settings
     */
    public CodeSearch seed(long newSeed) {
        return new CodeSearch(steps, stepSize, starts, newSeed);
    }

    /** What is minimised, for all starts at once. */
    interface Errors {
        /**
         * Evaluates codes.
         *
         * @param codes [starts, k]
         * @return the error of each code [starts] and the gradient of their sum [starts, k]
         */
        INDArray[] at(INDArray codes);
    }

    /**
     * The best code.
     *
     * @param size the number k of entries of a code
     */
    float[] best(int size, Errors errors) {
        INDArray codes = Nd4j.create(DataType.FLOAT, starts, size);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = size; i < starts * size; i++) {
            codes.putScalar(i / size, i % size, NormalNumbers.next(random));
        }
        INDArray mean = Nd4j.create(DataType.FLOAT, starts, size);
        INDArray square = Nd4j.create(DataType.FLOAT, starts, size);
        float[] best = codes.getRow(0).toFloatVector();
        double least = Double.POSITIVE_INFINITY;
        for (int step = 0; step <= steps; step++) {
            Stopping.check();
            INDArray[] values = errors.at(codes);
            for (int b = 0; b < starts; b++) {
                if (values[0].getDouble(b) < least) {
                    least = values[0].getDouble(b);
                    best = codes.getRow(b).toFloatVector();
                }
            }
            descend(codes, values[1], mean, square, step);
        }
        return best;
    }

    private void descend(INDArray codes, INDArray gradient, INDArray mean, INDArray square, int step) {
        mean.muli(FIRST_DECAY).addi(gradient.mul(1 - FIRST_DECAY));
        square.muli(SECOND_DECAY).addi(gradient.mul(gradient).muli(1 - SECOND_DECAY));
        double size = stepSize
                / 2
                * (1 + StrictMath.cos(Math.PI * step / steps))
                / (1 - StrictMath.pow(FIRST_DECAY, step + 1.0));
        double correction = Math.sqrt(1 - StrictMath.pow(SECOND_DECAY, step + 1.0));
        INDArray root = Transforms.sqrt(square, true);
        codes.subi(mean.mul(size).divi(root.divi(correction).addi(EPSILON)));
    }
}
