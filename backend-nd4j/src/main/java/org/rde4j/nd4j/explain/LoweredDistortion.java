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
 * clean outputs [B, 1, m]. Labels come as one-hot rows [B, 1, m], so that one graph serves every label and
 * no gradient has to pass an indexed read.
 */
final class LoweredDistortion {
    private final Graph graph;
    private final Node clean;
    private final Node changed;
    private final Node labels;
    private final @Nullable Node region;

    private LoweredDistortion(Graph graph, Node clean, Node changed, Node labels, @Nullable Node region) {
        this.graph = graph;
        this.clean = clean;
        this.changed = changed;
        this.labels = labels;
        this.region = region;
    }

    /**
     * The distortion of every sample.
     *
     * @param outputShape the shape of one output, channels last, for regions
     * @return [B, M]
     */
    static Node of(Distortion d, Graph graph, Node clean, Node changed, Node labels, long[] outputShape) {
        return of(d, graph, clean, changed, labels, outputShape, null);
    }

    /**
     * The same with the region of each signal.
     *
     * @param region [B, 1, m], 1 for outputs inside of it and 0 elsewhere, or null if signals come without
     * @return [B, M]
     */
    static Node of(
            Distortion d,
            Graph graph,
            Node clean,
            Node changed,
            Node labels,
            long[] outputShape,
            @Nullable Node region) {
        return new LoweredDistortion(graph, clean, changed, labels, region).lower(d, outputShape);
    }

    /** The label's probability for every sample, [B, M]. */
    static Node probability(Graph graph, Node changed, Node labels) {
        return graph.sum(graph.mul(graph.softmax(changed), labels), false, 2);
    }

    private Node lower(Distortion d, long[] outputShape) {
        Node measure;
        if (d instanceof Distortion.LabelScore) {
            measure = graph.square(graph.sub(ofLabel(clean), ofLabel(changed)));
        } else if (d instanceof Distortion.LabelProbability) {
            measure = graph.square(graph.sub(ofLabel(graph.softmax(clean)), ofLabel(graph.softmax(changed))));
        } else if (d instanceof Distortion.ToProbabilityOne) {
            measure = graph.square(graph.add(ofLabel(graph.softmax(changed)), -1));
        } else if (d instanceof Distortion.CrossEntropy) {
            measure = graph.mul(ofLabel(graph.logSoftmax(changed)), -1);
        } else if (d instanceof Distortion.RemainingProbability) {
            measure = ofLabel(graph.softmax(changed));
        } else if (d instanceof Contrast contrast) {
            INDArray difference = OutputRegion.difference(contrast, (int) changed.size(2));
            Node lead = graph.mul(graph.sub(clean, changed), graph.constant(difference));
            measure = graph.square(graph.sum(lead, false, 2));
        } else if (d instanceof Distortion.SquaredError e) {
            Node error = graph.square(graph.sub(clean, changed));
            measure = e.region().isEmpty()
                    ? graph.sum(error, false, 2)
                    : graph.sum(graph.mul(error, inside(e.region().get(), outputShape)), false, 2);
        } else if (d instanceof CustomDistortion custom) {
            Node own = new Node(
                    custom.measure().measure(graph.sameDiff(), clean.variable(), changed.variable()),
                    changed.size(0),
                    changed.size(1));
            measure = own;
        } else {
            throw new RdeException(
                    "The distortion %s comes from another backend.".formatted(d),
                    "Make custom distortions with Nd4jBackend.distortion(...).");
        }
        return d.factor() == 1 ? measure : graph.mul(measure, d.factor());
    }

    /** 1 where an output belongs to the region, [1 or B, 1, m]. */
    private Node inside(Region of, long[] outputShape) {
        return of instanceof Region.PerExample && region != null
                ? region
                : graph.constant(OutputRegion.indicator(of, outputShape));
    }

    private Node ofLabel(Node outputs) {
        return graph.sum(graph.mul(outputs, labels), false, 2);
    }
}
