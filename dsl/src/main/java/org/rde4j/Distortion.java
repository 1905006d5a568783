package org.rde4j;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A measure d(Φ(x), Φ(y)) ≥ 0 of how far the model's output moved (seed section 3.1.2, Examples 7 and 8).
 * Φ are the model's scores and Φ̃ their probabilities, whichever of both the model puts out ({@link OutputKind}): a
 * softmax at the end of a model is no part of Φ. A sigmoid at the end is no part of it where a label is involved, and
 * is one for squared errors and custom measures. A single output is a choice between the labels 0 and 1.
 */
public sealed interface Distortion permits Distortion.OfLabel, Distortion.SquaredError, Contrast, Distortion.Custom {

    /**
     * The factor C that multiplies the measure.
     *
     * @return greater than 0, 1 unless changed
     */
    double factor();

    /**
     * The same measure with its factor multiplied.
     *
     * @param by greater than 0
     * @return the changed measure
     */
    Distortion times(double by);

    /**
     * d1, the squared gap of the label's score, (Φ_j(x) − Φ_j(y))².
     *
     * @return the measure for the predicted label
     */
    static LabelScore labelScore() {
        return new LabelScore(1, OptionalInt.empty());
    }

    /**
     * d2, the squared gap of the label's probability, (Φ̃_j(x) − Φ̃_j(y))².
     *
     * @return the measure for the predicted label
     */
    static LabelProbability labelProbability() {
        return new LabelProbability(1, OptionalInt.empty());
    }

    /**
     * The squared gap of the label's probability to one, (1 − Φ̃_j(y))².
     *
     * @return the measure for the predicted label
     */
    static ToProbabilityOne toProbabilityOne() {
        return new ToProbabilityOne(1, OptionalInt.empty());
    }

    /**
     * The cross-entropy of the label, −log Φ̃_j(y).
     *
     * @return the measure for the predicted label
     */
    static CrossEntropy crossEntropy() {
        return new CrossEntropy(1, OptionalInt.empty());
    }

    /**
     * What is left of the label's probability, Φ̃_j(y): small when the decision is gone. For the deletion game
     * (Fong and Vedaldi 2017), see {@link RateDistortion#deleting()}.
     *
     * @return the measure for the predicted label
     */
    static RemainingProbability remainingProbability() {
        return new RemainingProbability(1, OptionalInt.empty());
    }

    /**
     * The squared gap of a label's mean probability over a part of an output map, such as a class of a segmentation:
     * (mean of Φ̃_j(x) over J − mean of Φ̃_j(y) over J)². Channels of the map are labels. Without {@code of(j)} it is
     * the label with the greatest mean.
     *
     * @param region the pixels J of the output map
     * @return the measure for the label that prevails there
     */
    static RegionProbability regionProbability(Region region) {
        return new RegionProbability(1, OptionalInt.empty(), region);
    }

    /**
     * How far the lead of one label over another moved, ((Φ_a − Φ_b)(x) − (Φ_a − Φ_b)(y))²: why a and not b?
     *
     * @param label a, counted from 0
     * @param other b, counted from 0, different from a
     * @return the measure
     */
    static Contrast contrast(int label, int other) {
        return new Contrast(1, label, other);
    }

    /**
     * d3, the squared error ‖Φ(x) − Φ(y)‖² over all outputs; restricted to a region it is d4.
     *
     * @return the measure
     */
    static SquaredError squaredError() {
        return new SquaredError(1, Optional.empty());
    }

    /** A measure that looks at one label. */
    sealed interface OfLabel extends Distortion {
        /**
         * The label j that is explained.
         *
         * @return the class index, or empty for the label that the model predicts for the clean signal
         */
        OptionalInt label();

        /**
         * The same measure for a given label instead of the predicted one.
         *
         * @param index the class, counted from 0
         * @return the changed measure
         */
        OfLabel of(int index);

        @Override
        OfLabel times(double by);
    }

    /**
     * d1. See {@link #labelScore()}.
     *
     * @param factor greater than 0
     * @param label the class, or empty for the predicted one
     */
    record LabelScore(double factor, OptionalInt label) implements OfLabel {
        /** Checks the ranges. */
        public LabelScore {
            check(factor, label);
        }

        @Override
        public LabelScore times(double by) {
            return new LabelScore(factor * by, label);
        }

        @Override
        public LabelScore of(int index) {
            return new LabelScore(factor, OptionalInt.of(index));
        }
    }

    /**
     * d2. See {@link #labelProbability()}.
     *
     * @param factor greater than 0
     * @param label the class, or empty for the predicted one
     */
    record LabelProbability(double factor, OptionalInt label) implements OfLabel {
        /** Checks the ranges. */
        public LabelProbability {
            check(factor, label);
        }

        @Override
        public LabelProbability times(double by) {
            return new LabelProbability(factor * by, label);
        }

        @Override
        public LabelProbability of(int index) {
            return new LabelProbability(factor, OptionalInt.of(index));
        }
    }

    /**
     * The gap to probability one. See {@link #toProbabilityOne()}.
     *
     * @param factor greater than 0
     * @param label the class, or empty for the predicted one
     */
    record ToProbabilityOne(double factor, OptionalInt label) implements OfLabel {
        /** Checks the ranges. */
        public ToProbabilityOne {
            check(factor, label);
        }

        @Override
        public ToProbabilityOne times(double by) {
            return new ToProbabilityOne(factor * by, label);
        }

        @Override
        public ToProbabilityOne of(int index) {
            return new ToProbabilityOne(factor, OptionalInt.of(index));
        }
    }

    /**
     * Cross-entropy. See {@link #crossEntropy()}.
     *
     * @param factor greater than 0
     * @param label the class, or empty for the predicted one
     */
    record CrossEntropy(double factor, OptionalInt label) implements OfLabel {
        /** Checks the ranges. */
        public CrossEntropy {
            check(factor, label);
        }

        @Override
        public CrossEntropy times(double by) {
            return new CrossEntropy(factor * by, label);
        }

        @Override
        public CrossEntropy of(int index) {
            return new CrossEntropy(factor, OptionalInt.of(index));
        }
    }

    /**
     * What is left of the probability. See {@link #remainingProbability()}.
     *
     * @param factor greater than 0
     * @param label the class, or empty for the predicted one
     */
    record RemainingProbability(double factor, OptionalInt label) implements OfLabel {
        /** Checks the ranges. */
        public RemainingProbability {
            check(factor, label);
        }

        @Override
        public RemainingProbability times(double by) {
            return new RemainingProbability(factor * by, label);
        }

        @Override
        public RemainingProbability of(int index) {
            return new RemainingProbability(factor, OptionalInt.of(index));
        }
    }

    /**
     * A label on a part of a map. See {@link #regionProbability(Region)}.
     *
     * @param factor greater than 0
     * @param label the class, or empty for the one that prevails in the region
     * @param region pixels of the output map: a box, a polygon or a mask
     */
    record RegionProbability(double factor, OptionalInt label, Region region) implements OfLabel {
        /** Checks the ranges. */
        public RegionProbability {
            check(factor, label);
            if (!(region instanceof Region.OfImage)) {
                throw new RdeException(
                        "The region %s of a label's probability must be made of pixels.".formatted(region),
                        "Maybe use box(96, 96, 32, 32).");
            }
        }

        @Override
        public RegionProbability times(double by) {
            return new RegionProbability(factor * by, label, region);
        }

        @Override
        public RegionProbability of(int index) {
            return new RegionProbability(factor, OptionalInt.of(index), region);
        }
    }

    /**
     * d3 and d4. See {@link #squaredError()}.
     *
     * @param factor greater than 0
     * @param region the outputs J that count, or empty for all
     */
    record SquaredError(double factor, Optional<Region> region) implements Distortion {
        /** Checks the ranges. */
        public SquaredError {
            check(factor, OptionalInt.empty());
        }

        @Override
        public SquaredError times(double by) {
            return new SquaredError(factor * by, region);
        }

        /**
         * d4, the same error on a part of the output only.
         *
         * @param part the outputs that count
         * @return the changed measure
         */
        public SquaredError restrictedTo(Region part) {
            return new SquaredError(factor, Optional.of(part));
        }
    }

    /** A measure that a backend makes from a function over its own tensors. */
    non-sealed interface Custom extends Distortion {
        /**
         * How it is called in messages and files.
         *
         * @return a short name
         */
        String name();
    }

    private static void check(double factor, OptionalInt label) {
        Check.positive("factor of the distortion", factor, "Maybe use times(100).");
        if (label.isPresent()) {
            Check.atLeast("label", label.getAsInt(), 0, "Classes count from 0.");
        }
    }
}
