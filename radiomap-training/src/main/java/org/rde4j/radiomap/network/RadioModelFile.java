package org.rde4j.radiomap.network;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.rde4j.RdeException;
import org.rde4j.nd4j.onnx.ConvolutionWeights;
import org.rde4j.nd4j.onnx.OnnxModel;
import org.rde4j.nd4j.onnx.OnnxWriter;
import org.rde4j.radiomap.network.UNet.Layer;
import org.rde4j.radiomap.network.UNet.Resize;

/**
 * RadioUNets as ONNX files (opset 13): {@code input} [N, C, H, W], {@code output} [N, 1, H, W], sides divisible by 64.
 * The layers come in the order of {@link UNet#layers()}, so files that PyTorch exports of the same layers can be read.
 */
public final class RadioModelFile {
    private static final String ARCHITECTURE = "architecture";
    private static final String NAME = "RadioUNet";

    private RadioModelFile() {}

    /** How weights are stored. */
    public enum Precision {
        /** 32-bit floats, as they are. */
        FULL,
        /** 16-bit floats, rounded: half the file. */
        HALF
    }

    /**
     * Writes a network with its weights, whole or not at all.
     *
     * @param model the network
     * @param file where to
     * @param precision of the weights
     * @throws RdeException if the file cannot be written, or a weight is too large for 16 bits
     */
    public static void write(RadioModel model, Path file, Precision precision) {
        RadioUNet network = model.network();
        OnnxWriter onnx = new OnnxWriter(NAME);
        onnx.property(ARCHITECTURE, NAME);
        onnx.property("inputs", String.valueOf(network.inputs()));
        onnx.property("width", String.valueOf(network.width()));
        onnx.property("depth", network.depth().name());
        String x = onnx.input("input", -1, network.inputs(), -1, -1);
        String y = x;
        int first = 0;
        for (UNet part : network.parts()) {
            String from = first == 0 ? x : joined(onnx, List.of(y, x));
            y = part.assembled(from, new OnnxWriting(onnx, model.weights(), first, precision));
            first += 2 * part.layers().size();
        }
        onnx.output("output", y, -1, 1, -1, -1);
        onnx.write(file);
    }

    /**
     * Reads a network that {@link #write} wrote.
     *
     * @param file the file
     * @return the network with its weights, to be used or trained further
     * @throws RdeException if the file cannot be read or holds no such network
     */
    public static RadioModel read(Path file) {
        OnnxModel model = OnnxModel.read(file);
        Map<String, String> properties = model.properties();
        try {
            if (NAME.equals(properties.get(ARCHITECTURE))) {
                RadioUNet network = new RadioUNet(
                        Integer.parseInt(properties.getOrDefault("inputs", "")),
                        Double.parseDouble(properties.getOrDefault("width", "")),
                        RadioUNet.Depth.valueOf(properties.getOrDefault("depth", "")));
                return new RadioModel(network, weights(network, file, model));
            }
        } catch (IllegalArgumentException e) {
            if (e instanceof RdeException known) {
                throw known;
            }
            // Told below: the properties are no numbers.
        }
        throw new RdeException(
                "The file %s does not say which RadioUNet it holds.".formatted(file),
                "Give a file that rde4j wrote, or read its weights into a given network.");
    }

    /**
     * Reads the weights of a network, whoever exported it.
     *
     * @param network with the layers that the file has
     * @param file an ONNX file with as many convolutions of the same sizes in the same order, all with biases
     * @return one array for each of {@link RadioUNet#initialWeights}, of the same shapes
     * @throws RdeException if the file cannot be read or its layers are others
     */
    public static List<INDArray> weights(RadioUNet network, Path file) {
        return weights(network, file, OnnxModel.read(file));
    }

    private static List<INDArray> weights(RadioUNet network, Path file, OnnxModel model) {
        List<Layer> layers =
                network.parts().stream().flatMap(part -> part.layers().stream()).toList();
        List<ConvolutionWeights> stored = model.convolutions();
        if (stored.size() != layers.size()) {
            throw new RdeException(
                    "The file %s has %s convolutions, but the network has %s."
                            .formatted(file, stored.size(), layers.size()),
                    "Choose the depth of the network that was exported.");
        }
        List<INDArray> weights = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            ConvolutionWeights own = stored.get(i);
            INDArray bias = own.bias();
            boolean twice = layer.resize() == Resize.DOUBLE;
            INDArray kernel = own.kernel().rank() != 4
                    ? own.kernel()
                    : twice ? own.kernel().permute(2, 3, 0, 1) : own.kernel().permute(2, 3, 1, 0);
            if (own.transposed() != twice
                    || !Arrays.equals(kernel.shape(), layer.weightShape())
                    || bias == null
                    || bias.length() != layer.out()) {
                throw new RdeException(
                        "The convolution %s of the file %s (%s) is not that of the network: %s."
                                .formatted(
                                        i + 1,
                                        file,
                                        Arrays.toString(own.kernel().shape()),
                                        layer),
                        "Choose the inputs and the width of the network that was exported.");
            }
            weights.add(kernel.dup('c'));
            weights.add(bias);
        }
        return weights;
    }

    private static String joined(OnnxWriter onnx, List<String> images) {
        return onnx.node("Concat", images, Map.of("axis", 1L));
    }

    /** Writes layers as ONNX nodes, channels first. */
    private record OnnxWriting(OnnxWriter onnx, List<INDArray> weights, int first, Precision precision)
            implements UNet.Writing<String> {
        @Override
        public String layer(Layer layer, int index, String from) {
            boolean twice = layer.resize() == Resize.DOUBLE;
            long pad = twice ? layer.kernel() / 2 - 1 : layer.kernel() / 2;
            long stride = twice ? 2 : 1;
            INDArray kernel = weights.get(first + 2 * index).permute(twice ? IN_FIRST : OUT_FIRST);
            String y = onnx.node(
                    twice ? "ConvTranspose" : "Conv",
                    List.of(from, stored(kernel), stored(weights.get(first + 2 * index + 1))),
                    Map.of(
                            "kernel_shape", List.of((long) layer.kernel(), (long) layer.kernel()),
                            "pads", List.of(pad, pad, pad, pad),
                            "strides", List.of(stride, stride)));
            String grey = onnx.node("Relu", List.of(y));
            return layer.resize() != Resize.HALVE
                    ? grey
                    : onnx.node(
                            "MaxPool",
                            List.of(grey),
                            Map.of("kernel_shape", List.of(2L, 2L), "strides", List.of(2L, 2L)));
        }

        private static final int[] OUT_FIRST = {3, 2, 0, 1};
        private static final int[] IN_FIRST = {2, 3, 0, 1};

        @Override
        public String joined(List<String> images) {
            return RadioModelFile.joined(onnx, images);
        }

        private String stored(INDArray values) {
            return precision == Precision.HALF ? onnx.halfWeights(values) : onnx.weights(values);
        }
    }
}
