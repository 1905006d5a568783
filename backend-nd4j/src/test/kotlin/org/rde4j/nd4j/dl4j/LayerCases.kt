package org.rde4j.nd4j.dl4j

import org.deeplearning4j.nn.conf.ConvolutionMode
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers.ActivationLayer
import org.deeplearning4j.nn.conf.layers.BatchNormalization
import org.deeplearning4j.nn.conf.layers.CnnLossLayer
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer
import org.deeplearning4j.nn.conf.layers.Deconvolution2D
import org.deeplearning4j.nn.conf.layers.DenseLayer
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D
import org.deeplearning4j.nn.conf.layers.DropoutLayer
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer
import org.deeplearning4j.nn.conf.layers.Layer
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization
import org.deeplearning4j.nn.conf.layers.OutputLayer
import org.deeplearning4j.nn.conf.layers.PoolingType
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer
import org.deeplearning4j.nn.conf.layers.Upsampling2D
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.rde4j.nd4j.normal

/** A network with random weights in double precision. */
internal fun network(input: InputType, vararg layers: Layer): MultiLayerNetwork {
    val list =
        NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .activation(Activation.IDENTITY)
            .list()
    layers.forEach { list.layer(it) }
    val network = MultiLayerNetwork(list.setInputType(input).build())
    network.init()
    if (network.numParams() > 0) {
        network.setParams(normal(7, 1, network.numParams(), scale = 0.3))
        network
            .paramTable()
            .filterKeys { it.endsWith("_var") }
            .values
            .forEach { it.muli(it).addi(0.5) }
    }
    return network
}

internal fun INDArray.firstFromLast(): INDArray =
    if (rank() < 3) this
    else
        permute(*IntArray(rank()) { if (it == 0) 0 else if (it == 1) rank() - 1 else it - 1 })
            .dup('c')

internal val image = InputType.convolutional(9, 7, 3)
internal val series = InputType.recurrent(3, 11)
internal val row = InputType.feedForward(5)

internal fun conv() = ConvolutionLayer.Builder(3, 2).nOut(4)

private val same = ConvolutionMode.Same
internal val layerCases: Map<String, Pair<InputType, List<Layer>>> =
    mapOf(
        "convolution" to (image to listOf(conv().build())),
        "convolution, strides and pads" to
            (image to
                listOf(conv().stride(2, 1).padding(1, 2).activation(Activation.TANH).build())),
        "convolution, strict" to
            (image to listOf(conv().stride(2, 1).convolutionMode(ConvolutionMode.Strict).build())),
        "convolution, same" to (image to listOf(conv().stride(2, 3).convolutionMode(same).build())),
        "convolution, dilated" to
            (image to listOf(conv().dilation(2, 3).convolutionMode(same).build())),
        "convolution without bias" to (image to listOf(conv().hasBias(false).build())),
        "depthwise convolution" to
            (image to
                listOf(
                    DepthwiseConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .stride(2, 2)
                        .nOut(6)
                        .build()
                )),
        "depthwise convolution, same" to
            (image to
                listOf(
                    DepthwiseConvolution2D.Builder(3, 2)
                        .depthMultiplier(1)
                        .convolutionMode(same)
                        .nOut(3)
                        .build()
                )),
        "separable convolution" to
            (image to
                listOf(
                    SeparableConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .padding(1, 1)
                        .nOut(5)
                        .build()
                )),
        "transposed convolution" to
            (image to
                listOf(Deconvolution2D.Builder(3, 2).stride(2, 3).padding(1, 0).nOut(4).build())),
        "transposed convolution, same" to
            (image to
                listOf(
                    Deconvolution2D.Builder(4, 3).stride(2, 2).convolutionMode(same).nOut(4).build()
                )),
        "transposed convolution, same, kernel under stride" to
            (image to
                listOf(
                    Deconvolution2D.Builder(1, 2).stride(2, 3).convolutionMode(same).nOut(4).build()
                )),
        "transposed convolution, dilated" to
            (image to
                listOf(Deconvolution2D.Builder(2, 3).stride(2, 1).dilation(2, 2).nOut(4).build())),
        "1-d convolution" to
            (series to listOf(Convolution1DLayer.Builder(3).stride(2).nOut(4).build())),
        "1-d convolution, causal" to
            (series to
                listOf(
                    Convolution1DLayer.Builder(3)
                        .dilation(2)
                        .convolutionMode(ConvolutionMode.Causal)
                        .nOut(4)
                        .build()
                )),
        "1-d convolution, same, and pooling" to
            (series to
                listOf(
                    Convolution1DLayer.Builder(4).convolutionMode(same).nOut(4).build(),
                    Subsampling1DLayer.Builder(SubsamplingLayer.PoolingType.MAX, 3, 2).build(),
                )),
        "max pooling" to
            (image to listOf(SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(3, 2).build())),
        "max pooling, padded" to
            (image to
                listOf(
                    SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(3, 3)
                        .padding(1, 1)
                        .stride(2, 1)
                        .build()
                )),
        "max pooling, same" to
            (image to
                listOf(
                    SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 3)
                        .stride(2, 2)
                        .convolutionMode(same)
                        .build()
                )),
        "average pooling" to
            (image to
                listOf(
                    SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(3, 2).stride(2, 2).build()
                )),
        "average pooling, padded" to
            (image to
                listOf(
                    SubsamplingLayer.Builder(PoolingType.AVG)
                        .kernelSize(3, 3)
                        .padding(1, 1)
                        .stride(2, 2)
                        .build()
                )),
        "average pooling, padding counted" to
            (image to
                listOf(
                    SubsamplingLayer.Builder(PoolingType.AVG)
                        .kernelSize(3, 3)
                        .padding(1, 1)
                        .stride(2, 2)
                        .avgPoolIncludePadInDivisor(true)
                        .build()
                )),
        "average pooling, same" to
            (image to
                listOf(
                    SubsamplingLayer.Builder(PoolingType.AVG)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .convolutionMode(same)
                        .build()
                )),
        "p-norm pooling" to
            (image to
                listOf(
                    SubsamplingLayer.Builder(PoolingType.PNORM)
                        .pnorm(3)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build()
                )),
        "global average" to (image to listOf(GlobalPoolingLayer(PoolingType.AVG))),
        "global maximum" to (image to listOf(GlobalPoolingLayer(PoolingType.MAX))),
        "global sum" to (image to listOf(GlobalPoolingLayer(PoolingType.SUM))),
        "global p-norm" to
            (image to listOf(GlobalPoolingLayer.Builder(PoolingType.PNORM).pnorm(2).build())),
        "global average of a series" to (series to listOf(GlobalPoolingLayer(PoolingType.AVG))),
        "global maximum of a series" to (series to listOf(GlobalPoolingLayer(PoolingType.MAX))),
        "upsampling" to (image to listOf(Upsampling2D.Builder(2).size(intArrayOf(2, 3)).build())),
        "zero padding" to (image to listOf(ZeroPaddingLayer.Builder(1, 2, 3, 0).build())),
        "cropping" to (image to listOf(Cropping2D.Builder(1, 2, 3, 1).build())),
        "batch normalisation" to (image to listOf(conv().build(), BatchNormalization())),
        "batch normalisation of rows" to
            (row to listOf(BatchNormalization.Builder().eps(1e-3).build())),
        "batch normalisation that keeps the variance" to
            (row to
                listOf(
                    DenseLayer.Builder().nOut(4).build(),
                    BatchNormalization.Builder().useLogStd(false).build(),
                )),
        "batch normalisation, locked" to
            (image to listOf(BatchNormalization.Builder(1.5, 0.5, true).build())),
        "local response normalisation" to
            (image to
                listOf(
                    conv().nOut(8).build(),
                    LocalResponseNormalization.Builder().n(5.0).k(1.0).alpha(0.1).beta(0.75).build(),
                )),
        "dense over a flattened image" to
            (image to
                listOf(
                    conv().build(),
                    DenseLayer.Builder().nOut(6).activation(Activation.TANH).build(),
                )),
        "dense without bias" to
            (row to listOf(DenseLayer.Builder().nOut(4).hasBias(false).build())),
        "dropout" to
            (row to listOf(DropoutLayer(0.5), DenseLayer.Builder().nOut(3).dropOut(0.5).build())),
        "frozen" to (row to listOf(FrozenLayer(DenseLayer.Builder().nOut(3).build()))),
        "output with sigmoid" to
            (row to
                listOf(
                    OutputLayer.Builder(LossFunction.XENT)
                        .nOut(3)
                        .activation(Activation.SIGMOID)
                        .build()
                )),
        "softmax between" to
            (image to
                listOf(ActivationLayer(Activation.SOFTMAX), GlobalPoolingLayer(PoolingType.AVG))),
        "sigmoid image" to
            (image to
                listOf(
                    CnnLossLayer.Builder(LossFunction.MSE).activation(Activation.SIGMOID).build()
                )),
    )
