package org.rde4j.nd4j.samediff;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.rde4j.nd4j.custom.OwnPart;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A model that is written down as a function.
 *
 * @param name how the model is called in messages
 * @param function given a graph and a batch of channels-first signals in it, [N, C, H, W], [N, C, T] or
 *     [N, n], gives [N, m] scores or channels-first images. It is called for every shape of
 *     signals and size of batch, with a graph of its own; variables that it makes there are frozen.
 */
public record CustomModel(String name, Function function) implements Nd4jModel {

    /** From channels-first signals to scores or channels-first images. */
    @FunctionalInterface
    public interface Function {

        /**
         * Writes the model.
         *
         * @param graph where to write
         * @param signals a placeholder of that graph
         * @return a variable of that graph
         */
        SDVariable apply(SameDiff graph, SDVariable signals);
    }

    @Override
    public Node append(Graph graph, Node signals) {
        Node first = graph.channelsFirst(signals);
        OwnPart part = OwnPart.of("model", name);
        SameDiff own = SameDiff.create();
        SDVariable x = own.placeHolder("signals", DataType.FLOAT, first.shape());
        SDVariable y;
        // Functions need not be made for several threads.
        synchronized (function) {
            y = part.call(() -> function.apply(own, x));
        }
        if (y.getSameDiff() != own) {
            throw part.wrong(
                    "gives a variable of another graph than it was given",
                    "Return what it computes from its two arguments.");
        }
        // These signals are in the function's order already: nothing may be permuted on the way in.
        Node result = SameDiffModel.of(own, x.name(), y.name())
                .called(name)
                .channelsLast()
                .append(graph, first);
        return graph.channelsLast(result);
    }
}
