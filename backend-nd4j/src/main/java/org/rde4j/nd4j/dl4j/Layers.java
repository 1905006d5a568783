package org.rde4j.nd4j.dl4j;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossCosineProximity;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMAPE;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossMSLE;
import org.nd4j.linalg.lossfunctions.impl.LossPoisson;
import org.nd4j.linalg.lossfunctions.impl.LossWasserstein;
import org.rde4j.OutputKind;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** The layers of Deeplearning4j that can be lowered: one table from the class to a function. */
final class Layers {

    /** Writes a layer, without its activation, for an input in the graph's order. */
    @FunctionalInterface
    private interface Lowering<L extends Layer> {
        Node apply(Graph graph, L layer, Map<String, INDArray> weights, Node x);
    }

    private static final Map<Class<? extends Layer>, Lowering<Layer>> SUPPORTED = new HashMap<>();

    static {
        support(ConvolutionLayer.class, Convolutions::convolution);
        support(Convolution2D.class, Convolutions::convolution);
        support(Convolution1DLayer.class, Convolutions::convolution1d);
        support(Convolution1D.class, Convolutions::convolution1d);
        support(DepthwiseConvolution2D.class, Convolutions::depthwise);
        support(SeparableConvolution2D.class, Convolutions::separable);
        support(Deconvolution2D.class, Convolutions::transposed);
        support(SubsamplingLayer.class, Pooling::images);
        support(Pooling2D.class, Pooling::images);
        support(Subsampling1DLayer.class, Pooling::series);
        support(GlobalPoolingLayer.class, Pooling::global);
        support(Upsampling2D.class, Resizing::upsampling);
        support(ZeroPaddingLayer.class, Resizing::zeroPadding);
        support(Cropping2D.class, Resizing::cropping);
        support(BatchNormalization.class, Normalizations::batch);
        support(LocalResponseNormalization.class, Normalizations::localResponse);
        support(DenseLayer.class, Layers::dense);
        support(OutputLayer.class, Layers::dense);
        support(ActivationLayer.class, Layers::nothing);
        support(DropoutLayer.class, Layers::nothing);
        support(LossLayer.class, Layers::nothing);
        support(CnnLossLayer.class, Layers::nothing);
    }

    private static final Set<Class<? extends ILossFunction>> OF_VALUES = Set.of(
            LossMSE.class,
            LossMAE.class,
            LossL1.class,
            LossL2.class,
            LossMAPE.class,
            LossMSLE.class,
            LossPoisson.class,
            LossCosineProximity.class,
            LossWasserstein.class);

    private Layers() {}

    // The table holds each function under the class that it takes.
    @SuppressWarnings("unchecked")
    private static <L extends Layer> void support(Class<L> type, Lowering<? super L> lowering) {
        SUPPORTED.put(type, (Lowering<Layer>) lowering);
    }

    /** Fails for a layer that {@link #apply} does not know. */
    static void requireSupported(Layer layer, String name) {
        if (!SUPPORTED.containsKey(layer.getClass())) {
            String names =
                    SUPPORTED.keySet().stream()
                            .map(Class::getSimpleName)
                            .collect(Collectors.toCollection(TreeSet::new))
                            .stream()
                            .collect(Collectors.joining(", "));
            throw new RdeException(
                    "The layer '%s' is a %s, which is not supported."
                            .formatted(name, layer.getClass().getSimpleName()),
                    "Supported are " + names + ".");
        }
        if (layer instanceof DenseLayer dense && dense.hasLayerNorm()) {
            throw new RdeException(
                    "The layer '%s' has a layer normalisation, which is not supported.".formatted(name),
                    "Switch hasLayerNorm off.");
        }
        if (layer instanceof GlobalPoolingLayer pooling && !Pooling.isOverAll(pooling)) {
            throw new RdeException(
                    "The layer '%s' pools over the axes %s, which is not supported."
                            .formatted(name, Arrays.toString(pooling.getPoolingDimensions())),
                    "Pool over all pixels or all steps.");
        }
        IActivation activation = activation(layer);
        if (activation != null) {
            Activations.requireSupported(activation, "the layer '" + name + "'");
        }
    }

    /** Writes a layer with its activation. */
    static Node apply(Graph graph, Layout layout, Layer layer, Map<String, INDArray> weights, Node x) {
        Node y = SUPPORTED.get(layer.getClass()).apply(graph, layer, weights, x);
        IActivation activation = activation(layer);
        if (activation == null) {
            return y;
        }
        // This layer alone takes the softmax over the channels whatever their place in memory is.
        Layout order = layer instanceof CnnLossLayer ? new Layout(true) : layout;
        return Activations.apply(graph, order, y, activation);
    }

    /** What a network's last layer says of its outputs: a loss that compares values knows no labels. */
    static Optional<OutputKind> gives(Layer last) {
        ILossFunction loss = last instanceof BaseOutputLayer output
                ? output.getLossFn()
                : last instanceof LossLayer own
                        ? own.getLossFn()
                        : last instanceof CnnLossLayer maps ? maps.getLossFn() : null;
        IActivation activation = activation(last);
        boolean ofValues = loss != null
                && OF_VALUES.contains(loss.getClass())
                && !(activation instanceof ActivationSoftmax || activation instanceof ActivationSigmoid);
        return ofValues ? Optional.of(OutputKind.VALUES) : Optional.empty();
    }

    private static @Nullable IActivation activation(Layer layer) {
        if (layer instanceof ActivationLayer own) {
            return own.getActivationFn();
        }
        if (layer instanceof DropoutLayer || layer instanceof BatchNormalization) {
            // They inherit the network's default activation and ignore it.
            return null;
        }
        return layer instanceof BaseLayer base ? base.getActivationFn() : null;
    }

    /** Weights [in, out]. */
    private static Node dense(Graph graph, Layer layer, Map<String, INDArray> weights, Node x) {
        INDArray w = weights.get("W");
        if (x.rank() != 2 || x.size(1) != w.size(0)) {
            throw new IllegalArgumentException(
                    "rows of %s numbers are wanted (set the input type to have images flattened)".formatted(w.size(0)));
        }
        Node y = graph.matmul(x, graph.constant(w));
        INDArray bias = weights.get("b");
        return bias == null ? y : graph.add(y, graph.constant(bias.reshape(1, bias.length())));
    }

    private static Node nothing(Graph graph, Layer layer, Map<String, INDArray> weights, Node x) {
        return x;
    }
}
