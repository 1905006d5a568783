package org.rde4j.nd4j.dl4j;

import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The preprocessors of Deeplearning4j, which fit the output of one layer to the input of the next. */
final class Preprocessors {
    private Preprocessors() {}

    static void requireSupported(InputPreProcessor preprocessor, String layer) {
        if (preprocessor instanceof ComposableInputPreProcessor composed) {
            for (InputPreProcessor part : composed.getInputPreProcessors()) {
                requireSupported(part, layer);
            }
        } else if (!(preprocessor instanceof CnnToFeedForwardPreProcessor
                || preprocessor instanceof FeedForwardToCnnPreProcessor)) {
            throw new RdeException(
                    "The preprocessor %s of %s is not supported."
                            .formatted(preprocessor.getClass().getSimpleName(), layer),
                    "Supported are CnnToFeedForwardPreProcessor and FeedForwardToCnnPreProcessor.");
        }
    }

    static Node apply(Graph graph, Layout layout, Node x, InputPreProcessor preprocessor) {
        if (preprocessor instanceof ComposableInputPreProcessor composed) {
            Node y = x;
            for (InputPreProcessor part : composed.getInputPreProcessors()) {
                y = apply(graph, layout, y, part);
            }
            return y;
        }
        if (preprocessor instanceof FeedForwardToCnnPreProcessor image) {
            // Images are let through, so that a network over flat rows can also explain pictures.
            return x.rank() == 4
                    ? x
                    : layout.ours(
                            graph,
                            graph.reshape(
                                    x,
                                    x.size(0),
                                    image.getNumChannels(),
                                    image.getInputHeight(),
                                    image.getInputWidth()));
        }
        return graph.reshape(layout.theirs(graph, x), x.size(0), -1);
    }
}
