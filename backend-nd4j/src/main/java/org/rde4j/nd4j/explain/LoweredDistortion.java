package org.rde4j.nd4j.explain;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.Contrast;
import org.rde4j.Distortion;
import org.rde4j.RdeException;
import org.rde4j.Region;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Writes a distortion measure into a graph.
 *
 * <p>Outputs have the shape [B, M, m] for B signals, M samples and m flattened outputs (channels last), the
 * clean outputs [B, 1, m]. Labels come as one-hot rows [B, 1, L], so that one graph serves every label and
 * no gradient has to pass an indexed read. What the outputs are is a matter of {@link OutputMeaning}.
 */
final class LoweredDistortion {
    private final Graph graph;
    private final Distortion distortion;
    private final long[] shape;
    private final boolean independent;
    private final @Nullable Node region;

    private LoweredDistortion(
            Graph graph, Distortion distortion, long[] shape, boolean independent, @Nullable Node region) {
        this.graph = graph;
        this.distortion = distortion;
        this.shape = shape;
        this.independent = independent;
        this.region = region;
    }

    /** A measure of outputs that were read for it. */
    static LoweredDistortion of(Graph graph, Distortion distortion, OutputMeaning.Read read) {
        return of(graph, distortion, read, null);
    }

    /**
     * The same with the region of each signal.
     *
     * @param region [B, 1, m], 1 for outputs inside of it and 0 elsewhere, or null if signals come without
     */
    static LoweredDistortion of(Graph graph, Distortion distortion, OutputMeaning.Read read, @Nullable Node region) {
        return new LoweredDistortion(graph, distortion, read.shape(), read.independent(), region);
    }

    /**
     * The distortion of every sample.
     *
     * @return [B, M]
     */
    Node measure(Node clean, Node changed, Node labels) {
        Node measure;
        if (distortion instanceof Distortion.LabelScore) {
            measure = graph.square(graph.sub(of(labels, clean), of(labels, changed)));
        } else if (distortion instanceof Distortion.LabelProbability
                || distortion instanceof Distortion.RegionProbability) {
            measure = graph.square(graph.sub(of(labels, probabilities(clean)), of(labels, probabilities(changed))));
        } else if (distortion instanceof Distortion.ToProbabilityOne) {
            measure = graph.square(graph.add(of(labels, probabilities(changed)), -1));
        } else if (distortion instanceof Distortion.CrossEntropy) {
            measure = graph.mul(of(labels, logProbabilities(changed)), -1);
        } else if (distortion instanceof Distortion.RemainingProbability) {
            measure = of(labels, probabilities(changed));
        } else if (distortion instanceof Contrast contrast) {
            INDArray difference = OutputRegion.difference(contrast, (int) changed.size(2));
            Node lead = graph.mul(graph.sub(clean, changed), graph.constant(difference));
            measure = graph.square(graph.sum(lead, false, 2));
        } else if (distortion instanceof Distortion.SquaredError e) {
            Node error = graph.square(graph.sub(clean, changed));
            measure = e.region().isEmpty()
                    ? graph.sum(error, false, 2)
                    : graph.sum(graph.mul(error, inside(e.region().get())), false, 2);
        } else if (distortion instanceof CustomDistortion custom) {
            measure = new Node(
                    custom.part().write(graph.sameDiff(), () -> custom.measure()
                            .measure(graph.sameDiff(), clean.variable(), changed.variable())),
                    changed.size(0),
                    changed.size(1));
        } else {
            throw new RdeException(
                    "The distortion %s was not made for ND4J.".formatted(distortion),
                    "Make custom distortions with Nd4jBackend.distortion(...).");
        }
        return distortion.factor() == 1 ? measure : graph.mul(measure, distortion.factor());
    }

    /**
     * The probability of every label: of the model, or the mean over the region that the measure names.
     *
     * @param scores [B, M, m]
     * @return [B, M, L]
     */
    Node probabilities(Node scores) {
        if (!(distortion instanceof Distortion.RegionProbability part)) {
            return activated(scores);
        }
        long channels = shape[shape.length - 1];
        INDArray marks = OutputRegion.places(part.region(), shape);
        Node places = graph.reshape(scores, scores.size(0), scores.size(1), marks.length(), channels);
        Node weights = graph.constant(marks.div(marks.sumNumber()).reshape(1, 1, marks.length(), 1));
        return graph.sum(graph.mul(activated(places), weights), false, 2);
    }

    private Node activated(Node scores) {
        return independent ? graph.sigmoid(scores) : graph.softmax(scores);
    }

    private Node logProbabilities(Node scores) {
        if (!independent) {
            return graph.logSoftmax(scores);
        }
        // log σ(z) = −relu(−z) − log(1 + exp(−|z|)), which overflows nowhere
        Node rest = graph.log(graph.add(graph.exp(graph.mul(graph.abs(scores), -1)), 1));
        return graph.mul(graph.add(graph.relu(graph.mul(scores, -1)), rest), -1);
    }

    /** 1 where an output belongs to the region, [1 or B, 1, m]. */
    private Node inside(Region of) {
        return of instanceof Region.PerExample && region != null
                ? region
                : graph.constant(OutputRegion.indicator(of, shape));
    }

    /** The label's own of what every label has. */
    Node of(Node labels, Node every) {
        return graph.sum(graph.mul(every, labels), false, 2);
    }
}
