package org.rde4j.nd4j;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.rde4j.nd4j.dl4j.Dl4jModel;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.nd4j.model.NormalisedModel;
import org.rde4j.nd4j.onnx.OnnxModel;
import org.rde4j.nd4j.samediff.CustomModel;
import org.rde4j.nd4j.samediff.SameDiffModel;

/**
 * Where models Φ come from. All have frozen weights. What their outputs mean (scores, softmax or sigmoid probabilities,
 * values, a map) is read off their last operation, or stated with {@link Nd4jModel#giving}.
 */
public final class Models {
    private Models() {}

    /**
     * A network in an ONNX file (opset 7 to 25), with its weights inside or in files beside it. It runs for any number of
     * signals, each as if it were alone, whether the file fixes the batch size or not. Signals come with channels last
     * whichever order the network holds its axes in; {@link OnnxModel#channelsLast()} says so where the file does not.
     * Of several outputs {@link OnnxModel#output} chooses one; {@link OnnxModel#outputs()} lists them.
     *
     * @param file the file
     * @return the model
     * @throws org.rde4j.RdeException if the file is missing, damaged, or holds an operator that is not supported
     */
    public static OnnxModel onnx(Path file) {
        return OnnxModel.read(given(file, "file"));
    }

    /**
     * A SameDiff graph with channels-first signals [N, C, H, W], [N, C, T] or [N, n]. The graph is not changed.
     *
     * @param graph the graph; its variables are frozen
     * @param input the placeholder that takes the signals
     * @param output the variable that holds the scores
     * @return the model
     * @throws org.rde4j.RdeException if a name is unknown or the graph cannot be copied
     */
    public static Nd4jModel sameDiff(SameDiff graph, String input, String output) {
        return SameDiffModel.of(given(graph, "graph"), given(input, "input"), given(output, "output"));
    }

    /**
     * A SameDiff graph of several inputs, such as an inpainting network G(h, s, z). The graph is not changed.
     *
     * @param graph the graph; its variables are frozen
     * @param inputs the placeholders, each channels first
     * @param output the variable that holds the result
     * @return the model
     * @throws org.rde4j.RdeException if a name is unknown or the graph cannot be copied
     */
    public static Nd4jModel sameDiff(SameDiff graph, List<String> inputs, String output) {
        return SameDiffModel.of(given(graph, "graph"), given(inputs, "list of inputs"), given(output, "output"));
    }

    /**
     * A network of DL4J in inference mode. The network is not changed.
     *
     * @param network one input, one output
     * @return the model
     * @throws org.rde4j.RdeException if a layer is not supported
     */
    public static Nd4jModel dl4j(MultiLayerNetwork network) {
        return Dl4jModel.of(given(network, "network"));
    }

    /**
     * A network of DL4J in inference mode. The network is not changed.
     *
     * @param network one output; several inputs for inpainting networks only
     * @return the model
     * @throws org.rde4j.RdeException if a layer or vertex is not supported
     */
    public static Nd4jModel dl4j(ComputationGraph network) {
        return Dl4jModel.of(given(network, "network"));
    }

    /**
     * A model written by hand, for example {@code custom("sum", (sd, x) -> x.sum(true, 1))}.
     *
     * @param name how it is called in messages and files
     * @param function from channels-first signals to outputs
     * @return the model
     */
    public static Nd4jModel custom(String name, CustomModel.Function function) {
        return new CustomModel(given(name, "name"), given(function, "function"));
    }

    /**
     * A model that first normalises each channel, (x − mean) / std.
     *
     * @param model what follows
     * @param mean one number for each channel
     * @param std one number for each channel, greater than 0
     * @return the model over signals in their own units, such as images in [0, 1]
     * @throws org.rde4j.RdeException if the numbers are not finite or a deviation is not positive
     */
    public static Nd4jModel normalised(Nd4jModel model, float[] mean, float[] std) {
        return NormalisedModel.of(given(model, "model"), given(mean, "mean"), given(std, "deviation"));
    }

    private static <T> T given(@Nullable T value, String what) {
        return Objects.requireNonNull(value, () -> "The " + what + " is null.");
    }
}
