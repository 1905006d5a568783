package org.rde4j.nd4j.samediff;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A model that is a SameDiff graph. The graph is copied with its weights as they are, and is itself never
 * changed nor run.
 *
 * <p>The graph takes channels-first signals, [N, C, H, W], [N, C, T] or [N, n], and gives [N, m] scores or
 * channels-first images, unless {@link #channelsLast()} says otherwise. Where the batch size is fixed in it,
 * only batches of that size can be run.
 */
public final class SameDiffModel implements Nd4jModel {
    private static final String SIGNALS = "signals";

    private final SameDiff frozen;
    private final String output;
    private final long @Nullable [] expected;
    private final boolean channelsLast;
    private final String name;

    private SameDiffModel(
            SameDiff frozen, String output, long @Nullable [] expected, boolean channelsLast, String name) {
        this.frozen = frozen;
        this.output = output;
        this.expected = expected;
        this.channelsLast = channelsLast;
        this.name = name;
    }

    /**
     * The model that a part of a graph computes.
     *
     * @param graph the graph, with its weights
     * @param input the placeholder that takes the signals
     * @param output the variable that holds the scores or images
     * @return the model, called by the name of its output
     * @throws RdeException in the cases of {@link GraphSplice#of}
     */
    public static SameDiffModel of(SameDiff graph, String input, String output) {
        GraphSplice splice = GraphSplice.of(graph, Set.of(input), output);
        SDVariable placeholder = graph.getVariable(input);
        SameDiff frozen = SameDiff.create();
        SDVariable signals = frozen.placeHolder(SIGNALS, placeholder.dataType(), (long[]) null);
        SDVariable result = splice.into(frozen, Map.of(input, signals));
        return new SameDiffModel(frozen, result.name(), placeholder.placeholderShape(), false, output);
    }

    /**
     * The same model of a graph that takes and gives channels-last arrays, [N, H, W, C] or [N, T, C].
     *
     * @return the model
     */
    public SameDiffModel channelsLast() {
        return new SameDiffModel(frozen, output, expected, true, name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node append(Graph graph, Node signals) {
        Node x = channelsLast ? signals : graph.channelsFirst(signals);
        requireShape(x.shape());
        DataType type = frozen.getVariable(SIGNALS).dataType();
        SDVariable input = type == DataType.FLOAT ? x.variable() : x.variable().castTo(type);
        SDVariable result =
                GraphSplice.of(frozen, Set.of(SIGNALS), output).into(graph.sameDiff(), Map.of(SIGNALS, input));
        SDVariable floats = result.dataType() == DataType.FLOAT ? result : result.castTo(DataType.FLOAT);
        Node y = graph.node(floats, resultShape(x.shape(), type));
        if (y.rank() == 1) {
            return graph.reshape(y, y.size(0), 1);
        }
        return channelsLast ? y : graph.channelsLast(y);
    }

    private void requireShape(long[] shape) {
        boolean fits = expected == null || expected.length == shape.length;
        for (int i = 0; fits && expected != null && i < shape.length; i++) {
            fits = expected[i] < 0 || expected[i] == shape[i];
        }
        if (!fits) {
            throw new RdeException(
                    "The signals %s do not fit the input %s of the model '%s'."
                            .formatted(Arrays.toString(shape), Arrays.toString(expected), name),
                    "Give signals of that shape (-1 is any size), or build the graph for this one.");
        }
    }

    /** SameDiff knows shapes only while it runs, so this runs the model once, on zeros. */
    private long[] resultShape(long[] shape, DataType type) {
        long[] result;
        try (INDArray zeros = Nd4j.zeros(type, shape)) {
            result = frozen.outputSingle(Map.of(SIGNALS, zeros), output).shape();
        } catch (RuntimeException e) {
            throw new RdeException(
                    "The model '%s' cannot be run on signals %s: %s"
                            .formatted(name, Arrays.toString(shape), e.getMessage()),
                    "Check the size of the signals and the channel order that the graph wants.",
                    e);
        } finally {
            frozen.clearPlaceholders(true);
        }
        if (result.length < 1 || result.length > 4 || result[0] != shape[0]) {
            throw new RdeException(
                    "The model '%s' gives an output %s for %d signals, not one row or image for each."
                            .formatted(name, Arrays.toString(result), shape[0]),
                    "Build the graph with the batch size -1.");
        }
        return result;
    }
}
