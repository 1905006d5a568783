package org.rde4j.nd4j.explain;

import org.jspecify.annotations.Nullable;
import org.rde4j.Distortion;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** How far outputs are from their targets, by the distortions of explanations. */
public final class FitTerm {
    private FitTerm() {}

    /**
     * Writes the distance of every example.
     *
     * @param fit a squared error, which is divided by the number m of output values; a cross-entropy; or a custom
     *     distortion
     * @param graph where to write
     * @param targets [N, … the shape of one output], channels last
     * @param outputs of the same shape
     * @param region of each example, [N, 1, m], or null if examples come without
     * @return [N]
     */
    public static Node of(Distortion fit, Graph graph, Node targets, Node outputs, @Nullable Node region) {
        OutputMeaning.Read read = OutputMeaning.of(graph, outputs).read(fit);
        Node output = graph.reshape(read.values(), outputs.size(0), 1, -1);
        Node target = graph.reshape(targets, output.shape());
        Node each = LoweredDistortion.of(graph, fit, read, region).measure(target, output, target);
        Node distance = graph.reshape(each, targets.size(0));
        return fit instanceof Distortion.SquaredError ? graph.mul(distance, 1.0 / target.size(2)) : distance;
    }
}
