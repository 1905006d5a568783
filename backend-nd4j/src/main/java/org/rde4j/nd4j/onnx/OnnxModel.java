package org.rde4j.nd4j.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import onnx.Onnx.ModelProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.ModelInput;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A network from an ONNX file (opset 7 to 18), with frozen weights.
 *
 * <p>The file may fix the batch size or leave it open; either way the network runs for any number of signals.
 * Where it has several outputs, the first one counts. Files of several inputs are for inpainting networks.
 */
public final class OnnxModel implements Nd4jModel {
    /** Protocol buffers end at 2 GiB; parsing takes up to four times the size of the file. */
    private static final long LARGEST_FILE =
            Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / 4);

    private final String name;
    private final OnnxGraph graph;
    private final Map<String, String> properties;

    private OnnxModel(String name, OnnxGraph graph, Map<String, String> properties) {
        this.name = name;
        this.graph = graph;
        this.properties = properties;
    }

    /**
     * Reads a file and checks it.
     *
     * @param file an ONNX file with its weights inside, smaller than 2 GiB and than a quarter of the heap
     * @return the network
     * @throws RdeException if the file cannot be read, is no complete ONNX file, has no input,
     *     contains an operator that is not supported, or weights that are not finite
     */
    public static OnnxModel read(Path file) {
        ModelProto model = parse(file);
        Map<String, String> properties = new LinkedHashMap<>();
        model.getMetadataPropsList().forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
        return new OnnxModel(
                String.valueOf(file.getFileName()), OnnxGraph.of(model), Collections.unmodifiableMap(properties));
    }

    /**
     * What the file says about itself (ONNX's metadata properties).
     *
     * @return values by name; possibly none
     */
    public Map<String, String> properties() {
        return properties;
    }

    /**
     * The weights of all convolutions, transposed ones among them, for training a network of the same layers further.
     *
     * @return in the order of computation
     * @throws RdeException if the weights of a convolution are not in the file but computed
     */
    public List<ConvolutionWeights> convolutions() {
        return ConvolutionWeights.of(graph);
    }

    private static ModelProto parse(Path file) {
        try {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw new RdeException(
                        "The model %s has %s MiB but must have at most %s MiB."
                                .formatted(file, size >> 20, LARGEST_FILE >> 20),
                        "Maybe give Java more memory with -Xmx, up to 8 GiB.");
            }
            ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
            if (!model.hasGraph()) {
                throw new RdeException(
                        "The file %s holds no ONNX graph.".formatted(file), "Give a file that an exporter wrote.");
            }
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw new RdeException(
                    "The file %s is not a complete ONNX file.".formatted(file),
                    "Maybe it was cut off: copy or export it again.",
                    e);
        } catch (IOException e) {
            throw new RdeException(
                    "The model %s cannot be read.".formatted(file), "Check the path and its permissions.", e);
        }
    }

    /**
     * The layers with weights that {@link #randomised} can draw anew: convolutions and matrix products with a
     * matrix from the file.
     *
     * @return their names, from the last that is computed to the first
     */
    public List<String> layers() {
        return RandomWeights.layers(graph).stream().map(OnnxNode::name).toList();
    }

    /**
     * The same network with random weights in its last layers: independent normal values with the mean and the
     * standard deviation of the weights that they replace. Biases and normalisations stay.
     *
     * @param last how many layers, counted from the output; between 0 and the number of {@link #layers()}
     * @param seed of the weights: one seed gives a layer the same weights for every {@code last}
     * @return the changed network
     * @throws RdeException if there are not so many layers
     */
    public OnnxModel randomised(int last, long seed) {
        return new OnnxModel(
                last == 0 ? name : "%s with %s random layers".formatted(name, last),
                RandomWeights.in(graph, last, seed),
                properties);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node append(Graph target, Node signals) {
        return append(target, List.of(signals));
    }

    @Override
    public List<ModelInput> inputs() {
        return graph.inputs().stream()
                .map(input -> new ModelInput(
                        input.name(),
                        input.shape() == null
                                ? List.of()
                                : Arrays.stream(input.shape()).boxed().toList(),
                        "float",
                        false))
                .toList();
    }

    @Override
    public Node append(Graph target, List<Node> inputs) {
        requireInputs(inputs.size());
        return new Lowering(graph, target, inputs).output();
    }

    /** The file's name and the shapes of its inputs. */
    @Override
    public String toString() {
        return "%s(%s)"
                .formatted(
                        name,
                        graph.inputs().stream()
                                .map(input -> Arrays.toString(input.shape()))
                                .collect(Collectors.joining(", ")));
    }
}
