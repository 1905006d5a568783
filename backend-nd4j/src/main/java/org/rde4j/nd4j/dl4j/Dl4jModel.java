package org.rde4j.nd4j.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.ModelInput;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A model that is a Deeplearning4j network at inference, with one output. Its weights are
 * copied; the network itself is neither changed nor run.
 *
 * <p>An output layer whose loss compares values (squared or absolute errors) gives values without labels, unless a
 * softmax or a sigmoid says otherwise.
 */
public final class Dl4jModel implements Nd4jModel {
    private static final String INPUT = "input";

    /** One layer or vertex. */
    private record Step(String name, List<String> inputs, Lowering lowering) {}

    @FunctionalInterface
    private interface Lowering {
        Node apply(Graph graph, List<Node> inputs);
    }

    private final String name;
    private final List<String> inputs;
    private final String output;
    private final List<Step> steps;
    private final Optional<OutputKind> gives;

    private Dl4jModel(String name, List<String> inputs, String output, List<Step> steps, Optional<OutputKind> gives) {
        this.name = name;
        this.inputs = List.copyOf(inputs);
        this.output = output;
        this.steps = List.copyOf(steps);
        this.gives = gives;
    }

    /**
     * The model that a network of layers computes.
     *
     * @param network an initialised network
     * @return the model
     * @throws RdeException if it is not initialised or has layers, activations or preprocessors that are not
     *     supported
     */
    public static Dl4jModel of(MultiLayerNetwork network) {
        requireInitialised(network.isInitCalled());
        List<Layer> layers = Arrays.stream(network.getLayers())
                .map(layer -> unfrozen(layer.conf().getLayer()))
                .toList();
        Map<Integer, InputPreProcessor> preprocessors =
                network.getLayerWiseConfigurations().getInputPreProcessors();
        Layout layout = Layout.of(layers, preprocessors.values());
        List<Step> steps = new ArrayList<>();
        String previous = INPUT;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            String name = layer.getLayerName() == null ? "layer" + i : i + ":" + layer.getLayerName();
            Map<String, INDArray> weights = copied(network.getLayer(i).paramTable());
            steps.add(new Step(name, List.of(previous), lowering(name, layer, preprocessors.get(i), weights, layout)));
            previous = name;
        }
        return new Dl4jModel(
                "MultiLayerNetwork", List.of(INPUT), previous, steps, Layers.gives(layers.get(layers.size() - 1)));
    }

    /**
     * The model that a network of vertices computes.
     *
     * @param network an initialised network with one output; networks of several inputs are for inpainting
     * @return the model
     * @throws RdeException if it is not initialised, has several outputs, or has layers, vertices,
     *     activations or preprocessors that are not supported
     */
    public static Dl4jModel of(ComputationGraph network) {
        requireInitialised(network.params() != null);
        ComputationGraphConfiguration configuration = network.getConfiguration();
        requireOneOutput(configuration.getNetworkOutputs());
        String output = configuration.getNetworkOutputs().get(0);
        Layout layout = layout(configuration.getVertices().values());
        List<Step> steps = new ArrayList<>();
        for (int index : network.topologicalSortOrder()) {
            String name = network.getVertices()[index].getVertexName();
            GraphVertex vertex = configuration.getVertices().get(name);
            if (vertex == null) {
                continue; // an input
            }
            Lowering lowering = vertex instanceof LayerVertex layer
                    ? lowering(
                            name,
                            unfrozen(layer.getLayerConf().getLayer()),
                            layer.getPreProcessor(),
                            copied(network.getLayer(name).paramTable()),
                            layout)
                    : lowering(name, vertex, layout);
            steps.add(new Step(name, configuration.getVertexInputs().get(name), lowering));
        }
        return new Dl4jModel(
                "ComputationGraph",
                configuration.getNetworkInputs(),
                output,
                steps,
                configuration.getVertices().get(output) instanceof LayerVertex layer
                        ? Layers.gives(unfrozen(layer.getLayerConf().getLayer()))
                        : Optional.empty());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node append(Graph graph, Node signals) {
        return append(graph, List.of(signals));
    }

    @Override
    public Optional<OutputKind> gives() {
        return gives;
    }

    @Override
    public List<ModelInput> inputs() {
        return inputs.stream().map(ModelInput::named).toList();
    }

    @Override
    public Node append(Graph graph, List<Node> signals) {
        requireInputs(signals.size());
        Map<String, Node> values = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            values.put(inputs.get(i), signals.get(i));
        }
        for (Step step : steps) {
            List<Node> arguments = step.inputs().stream().map(values::get).toList();
            values.put(step.name(), applied(graph, step, arguments));
        }
        return values.get(output);
    }

    private Node applied(Graph graph, Step step, List<Node> inputs) {
        String problem;
        try {
            Node result = step.lowering().apply(graph, inputs);
            if (Arrays.stream(result.shape()).allMatch(size -> size > 0)) {
                return result;
            }
            problem = "nothing is left of the image";
        } catch (RdeException e) {
            throw e;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            problem = String.valueOf(e.getMessage());
        }
        throw new RdeException(
                "The layer '%s' of the network cannot take %s: %s."
                        .formatted(
                                step.name(),
                                inputs.stream()
                                        .map(x -> Arrays.toString(x.shape()))
                                        .toList(),
                                problem),
                "Give signals of the size that the network was made for (sizes here are channels last).");
    }

    private static Lowering lowering(
            String name,
            Layer layer,
            @Nullable InputPreProcessor preprocessor,
            Map<String, INDArray> weights,
            Layout layout) {
        Layers.requireSupported(layer, name);
        if (preprocessor == null) {
            return (graph, inputs) -> Layers.apply(graph, layout, layer, weights, inputs.get(0));
        }
        Preprocessors.requireSupported(preprocessor, "the layer '" + name + "'");
        return (graph, inputs) -> {
            Node fitted = Preprocessors.apply(graph, layout, inputs.get(0), preprocessor);
            return Layers.apply(graph, layout, layer, weights, fitted);
        };
    }

    private static Lowering lowering(String name, GraphVertex vertex, Layout layout) {
        Vertices.requireSupported(vertex, name);
        return (graph, inputs) -> Vertices.apply(graph, layout, vertex, inputs);
    }

    private static Layout layout(Collection<GraphVertex> vertices) {
        List<Layer> layers = new ArrayList<>();
        List<InputPreProcessor> preprocessors = new ArrayList<>();
        for (GraphVertex vertex : vertices) {
            if (vertex instanceof LayerVertex layer) {
                layers.add(unfrozen(layer.getLayerConf().getLayer()));
                preprocessors.add(layer.getPreProcessor());
            } else if (vertex instanceof PreprocessorVertex preprocessor) {
                preprocessors.add(preprocessor.getPreProcessor());
            }
        }
        return Layout.of(layers, preprocessors);
    }

    private static Layer unfrozen(Layer layer) {
        if (layer instanceof FrozenLayer frozen) {
            return unfrozen(frozen.getLayer());
        }
        return layer instanceof FrozenLayerWithBackprop frozen ? unfrozen(frozen.getUnderlying()) : layer;
    }

    private static Map<String, INDArray> copied(@Nullable Map<String, INDArray> weights) {
        Map<String, INDArray> copies = new HashMap<>();
        if (weights != null) {
            weights.forEach((key, value) -> copies.put(key, value.dup()));
        }
        return copies;
    }

    private static void requireInitialised(boolean initialised) {
        if (!initialised) {
            throw new RdeException("The network has no weights yet.", "Call its init() or load a trained one.");
        }
    }

    private static void requireOneOutput(List<String> names) {
        if (names.size() != 1) {
            throw new RdeException(
                    "The network has the outputs %s; one is wanted.".formatted(names),
                    "Build a network with one output around its vertices.");
        }
    }
}
