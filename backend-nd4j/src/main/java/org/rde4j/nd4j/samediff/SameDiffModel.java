package org.rde4j.nd4j.samediff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.rde4j.RdeException;
import org.rde4j.nd4j.engine.Inference;
import org.rde4j.nd4j.graph.Ancestry;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.ModelInput;
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
    private final SameDiff frozen;
    private final List<Input> inputs;
    private final String output;
    private final boolean channelsLast;
    private final String name;

    /** A placeholder, with the sizes that it fixes; −1 is open, null says nothing. */
    private record Input(String name, DataType type, long @Nullable [] expected) {}

    private SameDiffModel(SameDiff frozen, List<Input> inputs, String output, boolean channelsLast, String name) {
        this.frozen = frozen;
        this.inputs = inputs;
        this.output = output;
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
        return of(graph, List.of(input), output);
    }

    /**
     * The model of several inputs that a part of a graph computes.
     *
     * @param graph the graph, with its weights
     * @param inputs the placeholders
     * @param output the variable that holds the result
     * @return the model, called by the name of its output
     * @throws RdeException in the cases of {@link GraphSplice#of}
     */
    public static SameDiffModel of(SameDiff graph, List<String> inputs, String output) {
        GraphSplice splice = GraphSplice.of(graph, Set.copyOf(inputs), output);
        SameDiff frozen = SameDiff.create();
        List<Input> own = new ArrayList<>();
        Map<String, SDVariable> placeholders = new HashMap<>();
        for (String input : inputs) {
            SDVariable source = graph.getVariable(input);
            own.add(new Input(input, source.dataType(), source.placeholderShape()));
            placeholders.put(input, frozen.placeHolder(input, source.dataType(), (long[]) null));
        }
        SDVariable result = splice.into(frozen, placeholders);
        return new SameDiffModel(frozen, own, result.name(), false, output);
    }

    /**
     * The same model of a graph that takes and gives channels-last arrays, [N, H, W, C] or [N, T, C].
     *
     * @return the model
     */
    public SameDiffModel channelsLast() {
        return new SameDiffModel(frozen, inputs, output, true, name);
    }

    /** The same model by another name. */
    SameDiffModel called(String other) {
        return new SameDiffModel(frozen, inputs, output, channelsLast, other);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<ModelInput> inputs() {
        return inputs.stream().map(this::described).toList();
    }

    private ModelInput described(Input input) {
        return new ModelInput(
                input.name(),
                input.expected() == null
                        ? List.of()
                        : Arrays.stream(input.expected()).boxed().toList(),
                input.type().name().toLowerCase(Locale.ROOT),
                false);
    }

    @Override
    public Node append(Graph graph, Node signals) {
        return append(graph, List.of(signals));
    }

    @Override
    public Node append(Graph graph, List<Node> signals) {
        requireInputs(signals.size());
        // SameDiff's graphs keep state while they are read.
        synchronized (frozen) {
            return written(graph, signals);
        }
    }

    private Node written(Graph graph, List<Node> signals) {
        Map<String, SDVariable> replacements = new HashMap<>();
        List<long[]> shapes = new ArrayList<>();
        for (int i = 0; i < signals.size(); i++) {
            Input input = inputs.get(i);
            Node x = channelsLast ? signals.get(i) : graph.channelsFirst(signals.get(i));
            requireShape(input, x.shape());
            shapes.add(x.shape());
            replacements.put(
                    input.name(),
                    input.type() == DataType.FLOAT ? x.variable() : x.variable().castTo(input.type()));
        }
        SDVariable result =
                GraphSplice.of(frozen, replacements.keySet(), output).into(graph.sameDiff(), replacements);
        SDVariable floats = result.dataType() == DataType.FLOAT ? result : result.castTo(DataType.FLOAT);
        Node y = graph.node(floats, resultShape(graph, result, shapes));
        if (y.rank() == 1) {
            return graph.reshape(y, y.size(0), 1);
        }
        return channelsLast ? y : graph.channelsLast(y);
    }

    private void requireShape(Input input, long[] shape) {
        long[] expected = input.expected();
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

    /** What the shapes of operations make of the shapes of signals. */
    private long[] resultShape(Graph graph, SDVariable written, List<long[]> shapes) {
        long[] result;
        Ancestry part = Ancestry.of(graph.sameDiff(), List.of(written.name()));
        try (Inference inference = Inference.of(graph.sameDiff(), part)) {
            result = inference.shape(written.name());
        } catch (RuntimeException e) {
            throw new RdeException(
                    "The model '%s' cannot be run on signals %s: %s".formatted(name, written(shapes), e.getMessage()),
                    "Check the size of the signals and the channel order that the graph wants.",
                    e);
        }
        long batch = shapes.get(0)[0];
        if (result.length < 1 || result.length > 4 || result[0] != batch) {
            throw new RdeException(
                    "The model '%s' gives an output %s for %s signals, not one row or image for each."
                            .formatted(name, Arrays.toString(result), batch),
                    "Build the graph with the batch size -1.");
        }
        return result;
    }

    private static String written(List<long[]> shapes) {
        return shapes.stream().map(Arrays::toString).collect(Collectors.joining(", "));
    }
}
