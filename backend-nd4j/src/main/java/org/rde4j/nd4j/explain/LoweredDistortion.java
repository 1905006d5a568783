package org.rde4j.nd4j.explain;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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

    private LoweredDistortion(Graph graph, Node clean, Node changed, Node labels) {
        this.graph = graph;
        this.clean = clean;
        this.changed = changed;
        this.labels = labels;
    }

    /**
     * The distortion of every sample.
     *
     * @param outputShape the shape of one output, channels last, for regions
     * @return [B, M]
     */
    static Node of(Distortion d, Graph graph, Node clean, Node changed, Node labels, long[] outputShape) {
        return new LoweredDistortion(graph, clean, changed, labels).lower(d, outputShape);
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
        } else if (d instanceof Distortion.SquaredError e) {
            Node error = graph.square(graph.sub(clean, changed));
            measure = e.region().isEmpty()
                    ? graph.sum(error, false, 2)
                    : graph.sum(
                            graph.mul(error, graph.constant(indicator(e.region().get(), outputShape))), false, 2);
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

    private Node ofLabel(Node outputs) {
        return graph.sum(graph.mul(outputs, labels), false, 2);
    }

    /** One where an output belongs to the region, [1, 1, m]. */
    private static INDArray indicator(Region region, long[] outputShape) {
        int size = (int) java.util.Arrays.stream(outputShape).reduce(1, (a, b) -> a * b);
        INDArray indicator = Nd4j.zeros(DataType.FLOAT, 1, 1, size);
        if (region instanceof Region.Box box) {
            if (outputShape.length != 3
                    || box.y() + box.height() > outputShape[0]
                    || box.x() + box.width() > outputShape[1]) {
                throw new RdeException(
                        "The region %s does not lie in the model's output %s (height, width, channels)."
                                .formatted(box, java.util.Arrays.toString(outputShape)),
                        "Choose a box inside the output image.");
            }
            int width = (int) outputShape[1];
            int channels = (int) outputShape[2];
            for (int y = box.y(); y < box.y() + box.height(); y++) {
                for (int x = box.x(); x < box.x() + box.width(); x++) {
                    for (int c = 0; c < channels; c++) {
                        indicator.putScalar((y * width + x) * channels + c, 1);
                    }
                }
            }
        } else if (region instanceof Region.Indices indices) {
            indices.stream().forEach(i -> {
                if (i >= size) {
                    throw new RdeException(
                            "The region names output %d, but the model has %d outputs.".formatted(i, size),
                            "Outputs count from 0.");
                }
                indicator.putScalar(lastFromFirst(i, outputShape), 1);
            });
        }
        return indicator;
    }

    /** Where an entry of the channels-first flattened output stands in the channels-last one. */
    private static int lastFromFirst(int index, long[] channelsLast) {
        int channels = (int) channelsLast[channelsLast.length - 1];
        int places = 1;
        for (int i = 0; i < channelsLast.length - 1; i++) {
            places *= (int) channelsLast[i];
        }
        return channelsLast.length == 1 ? index : (index % places) * channels + index / places;
    }
}
