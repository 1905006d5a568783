package org.rde4j.nd4j.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.rde4j.OutputKind;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * What a model gives for signals of one shape. See {@code Nd4jBackend.contract}; what it takes is in
 * {@link Nd4jModel#inputs()}.
 *
 * @param output what its outputs are taken for: what is stated, or what its last operation tells
 * @param outputShape the shape of one output, channels first: [m], [C, T] or [C, H, W]
 * @param certain whether something says that the outputs mean that; if not, they are taken for scores, and a question
 *     for labels is refused where the numbers may as well be probabilities
 */
public record ModelContract(OutputKind output, List<Long> outputShape, boolean certain) {

    /** Copies the list. */
    public ModelContract {
        outputShape = List.copyOf(outputShape);
    }

    /**
     * Looks at a model.
     *
     * @param model what to look at
     * @param signalShape channels first, without a batch axis
     * @return its contract
     * @throws org.rde4j.RdeException if signals of that shape do not fit the model
     */
    public static ModelContract of(Nd4jModel model, int... signalShape) {
        Graph graph = new Graph();
        Node x = graph.channelsLast(graph.placeholder("signal", Buffers.batch(1, signalShape)));
        return OutputMeaning.of(graph, model, x).contract();
    }

    /** The contract of outputs [N, m] or [N, …, C], channels last. */
    static ModelContract of(OutputKind kind, Node outputs, boolean certain) {
        List<Long> shape = new ArrayList<>(List.of(outputs.size(-1)));
        LongStream.of(outputs.shape()).skip(1).limit(outputs.rank() - 2L).forEach(shape::add);
        return new ModelContract(kind, shape, certain);
    }

    /**
     * How many labels distortions may ask for.
     *
     * @return the channels of the output; two for a single one, none for values
     */
    public int labels() {
        int channels = Math.toIntExact(outputShape.get(0));
        return output == OutputKind.VALUES ? 0 : channels == 1 ? 2 : channels;
    }

    /**
     * Whether there is an output for each place.
     *
     * @return true for maps [C, H, W] or [C, T] of more than one place
     */
    public boolean isMap() {
        return outputShape.stream().skip(1).anyMatch(size -> size > 1);
    }
}
