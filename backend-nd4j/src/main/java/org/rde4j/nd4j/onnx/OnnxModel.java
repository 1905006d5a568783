package org.rde4j.nd4j.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.ModelProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.nd4j.shade.protobuf.UnsafeByteOperations;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;
import org.rde4j.nd4j.model.ModelInput;
import org.rde4j.nd4j.model.ModelOutput;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A network from an ONNX file (opset 7 to 25), with frozen weights, in the file or in others beside it.
 *
 * <p>The file may fix the batch size or leave it open; either way the network runs for any number of signals, each as
 * if it were alone, whatever the network would make of a batch of them. Signals come with channels last whatever order the network holds its axes in: that is read from
 * the file, and {@link #channelsLast()} and {@link #channelsFirst()} state it where the file does not say. Where there
 * are several outputs, {@link #output} chooses. Files of several inputs are for inpainting networks.
 */
public final class OnnxModel implements Nd4jModel {
    /** Protocol buffers end at 2 GiB; larger networks keep their weights in other files. */
    private static final long LARGEST_FILE = Integer.MAX_VALUE - 8L;

    private final String name;
    private final OnnxSource source;
    private final FileBytes files;
    private final Map<String, String> properties;
    /** What leads to the output, once that is clear. */
    private final @Nullable Network network;

    private final @Nullable Boolean channelsLast;

    private OnnxModel(
            String name,
            OnnxSource source,
            FileBytes files,
            Map<String, String> properties,
            @Nullable Network network,
            @Nullable Boolean channelsLast) {
        this.name = name;
        this.source = source;
        this.files = files;
        this.properties = properties;
        this.network = network;
        this.channelsLast = channelsLast;
    }

    /**
     * Reads a file and checks it.
     *
     * @param file an ONNX file of up to 2 GiB; weights in other files must lie in its folder
     * @return the network
     * @throws RdeException if the file cannot be read, is no complete ONNX file, has no input,
     *     contains an operator that is not supported, or weights that are not numbers
     */
    public static OnnxModel read(Path file) {
        FileBytes files = new FileBytes();
        ModelProto model = parse(file, files);
        Map<String, String> properties = new LinkedHashMap<>();
        model.getMetadataPropsList().forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
        OnnxSource source = OnnxSource.of(model, new ModelFolder(file, files));
        Network network =
                source.outputs().size() == 1 ? checked(source, source.outputs().get(0)) : null;
        return new OnnxModel(
                String.valueOf(file.getFileName()),
                source,
                files,
                Collections.unmodifiableMap(properties),
                network,
                null);
    }

    private static Network checked(OnnxSource source, String output) {
        OnnxGraph graph = source.leadingTo(List.of(output));
        Operators.requireKnown(graph);
        graph.requireFiniteWeights();
        if (!graph.usesInputs()) {
            throw new RdeException(
                    "The output '%s' of the model does not depend on its input '%s'."
                            .formatted(
                                    output,
                                    graph.inputs().stream()
                                            .map(OnnxGraph.Input::name)
                                            .collect(Collectors.joining("', '"))),
                    "Export the model with its signal as the input.");
        }
        return new Network(graph);
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
     * The outputs of the file, all of them.
     *
     * @return in the file's order, at least one
     */
    public List<ModelOutput> outputs() {
        List<String> names = source.outputs();
        return IntStream.range(0, names.size())
                .mapToObj(i -> new ModelOutput(names.get(i), sizes(source.outputShape(i))))
                .toList();
    }

    /**
     * How often the file uses each operator, those that lead to other outputs included.
     *
     * @return counts by ONNX's names, in alphabetical order
     */
    public Map<String, Integer> operators() {
        return source.operators();
    }

    /**
     * The same network with another output chosen. What leads to other outputs alone does not matter then.
     *
     * @param output the name of one of {@link #outputs()}
     * @return the network
     * @throws RdeException if there is no such output, or what leads to it is not supported
     */
    public OnnxModel output(String output) {
        if (!source.outputs().contains(output)) {
            throw new RdeException(
                    "The model %s has no output '%s'.".formatted(name, output),
                    "Its outputs are '%s'.".formatted(String.join("', '", source.outputs())));
        }
        return new OnnxModel(name, source, files, properties, checked(source, output), channelsLast);
    }

    /** What leads to the chosen output. */
    private Network network() {
        if (network == null) {
            throw new RdeException(
                    "The model %s has the outputs %s.".formatted(name, outputs()),
                    "Choose one, as in output(\"%s\"), or --output on the command line."
                            .formatted(source.outputs().get(0)));
        }
        return network;
    }

    /**
     * The weights of all convolutions, transposed ones among them, for training a network of the same layers further.
     *
     * @return in the order of computation
     * @throws RdeException if the weights of a convolution are not in the file but computed
     */
    public List<ConvolutionWeights> convolutions() {
        return ConvolutionWeights.of(network().graph());
    }

    private static ModelProto parse(Path file, FileBytes files) {
        try {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw new RdeException(
                        "The model %s has %s MiB but must have at most %s MiB."
                                .formatted(file, size >> 20, LARGEST_FILE >> 20),
                        "Save the model with its weights in another file beside it (external data).");
            }
            ByteBuffer bytes = files.read(file, 0, size);
            // Wrapped so, weights stay where they lie instead of being copied into the heap.
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            input.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(input);
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
        } catch (OutOfMemoryError e) {
            // Only weights that are not stored as raw bytes take heap.
            throw new RdeException(
                    "The model %s does not fit into the heap.".formatted(file),
                    "Give Java more memory with -Xmx, or save the model with raw or external data.",
                    e);
        }
    }

    /**
     * The layers with weights that {@link #randomised} can draw anew: convolutions and matrix products with a
     * matrix from the file.
     *
     * @return their names, from the last that is computed to the first
     */
    public List<String> layers() {
        return RandomWeights.layers(network().graph()).stream()
                .map(OnnxNode::name)
                .toList();
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
                source,
                files,
                properties,
                new Network(RandomWeights.in(network().graph(), last, seed)),
                channelsLast);
    }

    /**
     * The same network, whose inputs and outputs are known to have channels last: [N, H, W, C] or [N, T, C].
     *
     * @return the network
     */
    public OnnxModel channelsLast() {
        return new OnnxModel(name, source, files, properties, network, true);
    }

    /**
     * The same network, whose inputs and outputs are known to have channels first: [N, C, H, W] or [N, C, T].
     *
     * @return the network
     */
    public OnnxModel channelsFirst() {
        return new OnnxModel(name, source, files, properties, network, false);
    }

    /** Whether an input has channels last; empty if nothing says so. */
    private Optional<Boolean> isLast(OnnxGraph.Input input) {
        return channelsLast != null
                ? Optional.of(channelsLast)
                : InputOrder.channelsLast(input, network == null ? null : network.graph());
    }

    private Layout layout(OnnxGraph.Input input) {
        boolean last = isLast(input)
                .orElseThrow(() -> new RdeException(
                        "Nothing in the model %s says whether its input '%s' %s has channels first or last."
                                .formatted(name, input.name(), Arrays.toString(input.shape())),
                        "State it with channelsFirst() or channelsLast()."));
        return last ? Layout.ONNX : Layout.CHANNELS_LAST;
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
        return source.inputs().stream()
                .map(input -> {
                    boolean last = isLast(input).orElse(false);
                    long[] shape = input.shape();
                    return new ModelInput(
                            input.name(),
                            sizes(shape == null || !last ? shape : channelsSecond(shape)),
                            input.type().toString(),
                            last);
                })
                .toList();
    }

    private static long[] channelsSecond(long[] shape) {
        int rank = shape.length;
        return IntStream.range(0, rank)
                .mapToLong(i -> i == 0 || rank < 3 ? shape[i] : i == 1 ? shape[rank - 1] : shape[i - 1])
                .toArray();
    }

    private static List<Long> sizes(long @Nullable [] shape) {
        return shape == null ? List.of() : LongStream.of(shape).boxed().toList();
    }

    @Override
    public Node append(Graph target, List<Node> inputs) {
        Network chosen = network();
        requireInputs(inputs.size());
        files.requireUnchanged();
        List<Activation> signals = IntStream.range(0, inputs.size())
                .mapToObj(i -> new Activation(
                        target, inputs.get(i), layout(chosen.graph().inputs().get(i))))
                .toList();
        return chosen.append(target, signals);
    }

    /** The file's name and the shapes of its inputs. */
    @Override
    public String toString() {
        return "%s(%s)"
                .formatted(
                        name,
                        source.inputs().stream()
                                .map(input -> Arrays.toString(input.shape()))
                                .collect(Collectors.joining(", ")));
    }
}
