package org.rde4j.nd4j.explain;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rde4j.Contrast;
import org.rde4j.Distortion;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A model's output in a graph together with its meaning, which is stated or read off the last operation. Distortions
 * see the scores Φ whatever stands behind them: a model with a softmax at its end is measured as the same model
 * without it.
 *
 * @param graph where it is written
 * @param raw what the model wrote, channels last: [N, m], or a map [N, …, C]
 * @param contract what the numbers mean
 * @param stated whether the model or its user says so
 * @param before what the last operation was applied to, if that is the activation of the kind
 */
record OutputMeaning(Graph graph, Node raw, ModelContract contract, boolean stated, @Nullable Node before) {
    /** The smallest probability that scores are made of: the logarithm of nothing is no number. */
    private static final double LEAST = 1e-30;
    /** Next to one, 32-bit floats are this far apart. */
    private static final double NEXT_TO_ONE = 6e-8;
    /** How far rounding takes the sum of probabilities from one. */
    private static final double ROUNDING = 1e-3;

    /**
     * Writes a model and looks at what it wrote.
     *
     * @param signals a batch, channels last
     */
    static OutputMeaning of(Graph graph, Nd4jModel model, Node signals) {
        return of(graph, model.append(graph, signals), model.gives());
    }

    /** Looks at outputs of which nothing is stated. */
    static OutputMeaning of(Graph graph, Node raw) {
        return of(graph, raw, Optional.empty());
    }

    private static OutputMeaning of(Graph graph, Node raw, Optional<OutputKind> stated) {
        Optional<LastActivation> last = LastActivation.of(graph, raw);
        OutputKind kind = stated.orElseGet(() -> last.map(LastActivation::kind).orElse(OutputKind.SCORES));
        Node before = last.filter(activation -> activation.kind() == kind)
                .map(LastActivation::before)
                .orElse(null);
        boolean certain =
                stated.isPresent() || last.isPresent() || Origin.of(graph, raw).equals(Set.of(Origin.SUMS));
        return new OutputMeaning(graph, raw, ModelContract.of(kind, raw, certain), stated.isPresent(), before);
    }

    private OutputKind kind() {
        return contract.output();
    }

    /** Whether a distortion asks for labels instead of values. */
    private static boolean asksForLabels(Distortion distortion) {
        return distortion instanceof Distortion.OfLabel || distortion instanceof Contrast;
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
        OutputKind kind = kind();
        if (!asksForLabels(distortion)) {
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
        return switch (kind()) {
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
        if (contract.labels() == 0 && !stated) {
            throw new RdeException(
                    "The softmax at the model's end does not go over one axis of labels, which %s asks for."
                            .formatted(asked),
                    "Maybe use squaredError(), or state what the outputs are, as in giving(OutputKind.SCORES).");
        }
        if (contract.labels() == 0) {
            throw new RdeException(
                    "The model gives values without labels, but %s asks for a label.".formatted(asked),
                    "Maybe use squaredError(), or state with giving(OutputKind.SCORES) that they are scores.");
        }
        boolean ofRegion = distortion instanceof Distortion.RegionProbability;
        if (contract.isMap() && !ofRegion) {
            throw new RdeException(
                    "The model gives a map %s (channels, then places), but %s asks for one label."
                            .formatted(contract.outputShape(), asked),
                    "Ask for a class of a part, regionProbability(box(x, y, width, height)).of(class), or for"
                            + " values, squaredError().restrictedTo(box(x, y, width, height)).");
        }
        if (ofRegion && raw.rank() != 4) {
            throw new RdeException(
                    "The model gives %s, but %s asks for a part of a map [C, H, W]."
                            .formatted(contract.outputShape(), asked),
                    raw.rank() == 2 ? "Maybe use labelProbability()." : "Maybe use squaredError().");
        }
    }

    /** {@code labelProbability()} for a record LabelProbability, as users write it. */
    private static String name(Distortion distortion) {
        String type = distortion.getClass().getSimpleName();
        return type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1) + "()";
    }

    /**
     * Holds the meaning against the output for one clean signal.
     *
     * @param values the raw output, flattened, channels last
     * @throws RdeException if the values cannot mean that, or may as well mean something else
     */
    void requireMeaning(float[] values, Distortion distortion) {
        int channels = (int) raw.size(-1);
        boolean inRange = inUnitInterval(values);
        boolean together = inRange && addUp(values, channels);
        if (stated) {
            requireStated(inRange, together);
        } else if (kind() == OutputKind.SCORES && asksForLabels(distortion)) {
            requireScores(inRange, channels > 1 && together);
        }
    }

    private void requireStated(boolean inRange, boolean together) {
        boolean possible =
                switch (kind()) {
                    case PROBABILITIES -> together;
                    case LABEL_PROBABILITIES -> inRange;
                    default -> true;
                };
        if (!possible) {
            throw new RdeException(
                    "The model is said to give %s, but its output for the clean signal is %s."
                            .formatted(
                                    kind(),
                                    inRange ? "no distribution: it does not add up to 1" : "not between 0 and 1"),
                    "State what it gives with giving(...), maybe OutputKind.SCORES.");
        }
    }

    /** Nothing says that the outputs are scores; that they are no probabilities must show in another way. */
    private void requireScores(boolean inRange, boolean together) {
        if (together) {
            throw unclear("lie in [0, 1] and add up to 1, as probabilities do, but its last operation is no softmax");
        }
        // Scores of a linear layer may lie there by chance.
        if (contract.certain()) {
            return;
        }
        if (Origin.of(graph, raw).contains(Origin.ACTIVATION)) {
            throw unclear("come from a softmax or a sigmoid, but are changed after it");
        }
        if (inRange) {
            throw unclear("lie in [0, 1], as probabilities do, but its last operation is no softmax and no sigmoid");
        }
    }

    private static RdeException unclear(String what) {
        return new RdeException(
                "The model's outputs %s.".formatted(what),
                "State what they are: giving(OutputKind.PROBABILITIES), giving(OutputKind.LABEL_PROBABILITIES) or"
                        + " giving(OutputKind.SCORES). Or choose an output before.");
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
