package org.rde4j.nd4j.explain;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rde4j.Contrast;
import org.rde4j.Distortion;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * A model's output in a graph together with its meaning, which is stated or read off the last operation. Distortions
 * see the scores Φ whatever stands behind them: a model with a softmax at its end is measured as the same model
 * without it.
 *
 * @param graph where it is written
 * @param raw what the model wrote, channels last: [N, m], or a map [N, …, C]
 * @param kind what the numbers mean
 * @param before what the last operation was applied to, if that is the activation of the kind
 */
record OutputMeaning(Graph graph, Node raw, OutputKind kind, @Nullable Node before) {
    /** The smallest probability that scores are made of: the logarithm of nothing is no number. */
    private static final double LEAST = 1e-30;
    /** Next to one, 32-bit floats are this far apart. */
    private static final double NEXT_TO_ONE = 6e-8;
    /** How far rounding takes the sum of probabilities from one. */
    private static final double ROUNDING = 1e-3;

    /**
     * Looks at what a model wrote.
     *
     * @param stated what the model or its user says of it
     */
    static OutputMeaning of(Graph graph, Node raw, Optional<OutputKind> stated) {
        Optional<LastActivation> last = LastActivation.of(graph, raw);
        OutputKind kind = stated.orElseGet(() -> last.map(LastActivation::kind).orElse(OutputKind.SCORES));
        Node before = last.filter(activation -> activation.kind() == kind)
                .map(LastActivation::before)
                .orElse(null);
        return new OutputMeaning(graph, raw, kind, before);
    }

    /**
     * What a distortion looks at.
     *
     * @param values [N, m] or [N, …, C], channels last; scores of labels lie along the last axis
     * @param kind what they were taken for
     */
    record Read(Node values, OutputKind kind) {

        /** Whether the probability of a label is the sigmoid of its score, instead of the softmax. */
        boolean independent() {
            return kind == OutputKind.LABEL_SCORES || kind == OutputKind.LABEL_PROBABILITIES;
        }

        /** The shape of one output, channels last. */
        long[] shape() {
            return Arrays.copyOfRange(values.shape(), 1, values.rank());
        }

        /** How many labels there are. */
        int labels() {
            return (int) values.size(-1);
        }
    }

    /**
     * What a distortion looks at: scores where it asks for labels, the outputs elsewhere.
     *
     * @throws RdeException if it asks for labels, and the outputs have none or one for each place
     */
    Read read(Distortion distortion) {
        if (!(distortion instanceof Distortion.OfLabel || distortion instanceof Contrast)) {
            return new Read(kind == OutputKind.PROBABILITIES && before != null ? before : raw, kind);
        }
        requireLabels(distortion);
        Node scores = scores();
        boolean single = scores.size(-1) == 1;
        if (single && kind == OutputKind.PROBABILITIES) {
            throw new RdeException(
                    "The softmax of the model's single output is always 1.",
                    "State what it gives with giving(OutputKind.LABEL_PROBABILITIES), or leave the softmax out.");
        }
        Node each = distortion instanceof Distortion.RegionProbability
                ? scores
                : graph.reshape(scores, scores.size(0), scores.size(-1));
        // Of a choice of two, either label's score is what the other's is not.
        Node of = single ? graph.concat(-1, List.of(graph.mul(each, -1), each)) : each;
        return new Read(of, single && kind == OutputKind.SCORES ? OutputKind.LABEL_SCORES : kind);
    }

    private Node scores() {
        if (before != null) {
            return before;
        }
        return switch (kind) {
            case PROBABILITIES -> graph.log(graph.clip(raw, LEAST, 1));
            case LABEL_PROBABILITIES -> {
                Node p = graph.clip(raw, LEAST, 1 - NEXT_TO_ONE);
                yield graph.sub(graph.log(p), graph.log(graph.from(1, p)));
            }
            default -> raw;
        };
    }

    private void requireLabels(Distortion distortion) {
        String asked = name(distortion);
        if (kind == OutputKind.VALUES) {
            throw new RdeException(
                    "The model gives values without labels, but %s asks for a label.".formatted(asked),
                    "Maybe use squaredError(), or state with giving(OutputKind.SCORES) that they are scores.");
        }
        boolean map = raw.length() / raw.size(0) > raw.size(-1);
        boolean ofRegion = distortion instanceof Distortion.RegionProbability;
        if (map && !ofRegion) {
            throw new RdeException(
                    "The model gives a map %s (channels, then places), but %s asks for one label."
                            .formatted(channelsFirst(), asked),
                    "Ask for a class of a part, regionProbability(box(x, y, width, height)).of(class), or for"
                            + " values, squaredError().restrictedTo(box(x, y, width, height)).");
        }
        if (ofRegion && raw.rank() != 4) {
            throw new RdeException(
                    "The model gives %s, but %s asks for a part of a map [C, H, W].".formatted(channelsFirst(), asked),
                    raw.rank() == 2 ? "Maybe use labelProbability()." : "Maybe use squaredError().");
        }
    }

    /** {@code labelProbability()} for a record LabelProbability, as users write it. */
    private static String name(Distortion distortion) {
        String type = distortion.getClass().getSimpleName();
        return type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1) + "()";
    }

    private String channelsFirst() {
        Deque<Long> shape = new ArrayDeque<>();
        Arrays.stream(raw.shape()).skip(1).forEach(shape::add);
        shape.addFirst(shape.removeLast());
        return shape.toString();
    }

    /**
     * Holds the meaning against the output for one clean signal.
     *
     * @param values the raw output, flattened, channels last
     * @param stated whether the kind was stated
     * @param labels whether the distortion asks for labels
     * @throws RdeException if the values cannot mean that
     */
    void requireMeaning(float[] values, boolean stated, boolean labels) {
        int channels = (int) raw.size(-1);
        boolean probabilities = kind == OutputKind.PROBABILITIES || kind == OutputKind.LABEL_PROBABILITIES;
        boolean inRange = inUnitInterval(values);
        boolean together = inRange && addUp(values, channels);
        if (stated && probabilities && !(kind == OutputKind.PROBABILITIES ? together : inRange)) {
            throw new RdeException(
                    "The model is said to give %s, but its output for the clean signal is %s."
                            .formatted(
                                    kind, inRange ? "no distribution: it does not add up to 1" : "not between 0 and 1"),
                    "State what it gives with giving(...), maybe OutputKind.SCORES.");
        }
        boolean oneProbability = !stated
                && labels
                && kind == OutputKind.SCORES
                && channels == 1
                && inRange
                && !LastActivation.isLinear(graph, raw);
        if (oneProbability) {
            throw new RdeException(
                    "The model's single output (%s) lies in [0, 1], as a probability does, but its last operation is no"
                                    .formatted(values[0])
                            + " sigmoid.",
                    "State what it is with giving(OutputKind.LABEL_PROBABILITIES) or giving(OutputKind.LABEL_SCORES).");
        }
        boolean disguised = !stated && labels && kind == OutputKind.SCORES && channels > 1 && together;
        if (disguised) {
            throw new RdeException(
                    "The model's outputs lie in [0, 1] and add up to 1, as probabilities do, but its last operation is"
                            + " no softmax.",
                    "State what they are with giving(OutputKind.PROBABILITIES) or giving(OutputKind.SCORES).");
        }
    }

    private static boolean inUnitInterval(float[] values) {
        for (float value : values) {
            if (!(value >= 0 && value <= 1 + ROUNDING)) {
                return false;
            }
        }
        return true;
    }

    private static boolean addUp(float[] values, int channels) {
        for (int place = 0; place < values.length; place += channels) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += values[place + c];
            }
            if (Math.abs(sum - 1) > ROUNDING) {
                return false;
            }
        }
        return true;
    }
}
