package org.rde4j.nd4j.dl4j

import io.kotest.core.spec.style.FunSpec
import org.deeplearning4j.nn.conf.CNN2DFormat
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers.ActivationLayer
import org.deeplearning4j.nn.conf.layers.CnnLossLayer
import org.deeplearning4j.nn.conf.layers.DenseLayer
import org.deeplearning4j.nn.conf.layers.Layer
import org.deeplearning4j.nn.conf.layers.LossLayer
import org.deeplearning4j.nn.conf.layers.OutputLayer
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.activations.IActivation
import org.nd4j.linalg.activations.impl.ActivationGELU
import org.nd4j.linalg.activations.impl.ActivationReLU
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.rde4j.nd4j.lastFromFirst
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.shouldAgree

class Dl4jLayersTest :
    FunSpec({
        fun agree(input: InputType, layers: List<Layer>) {
            val network = network(input, *layers.toTypedArray())
            val model = Dl4jModel.of(network.convertDataType(DataType.FLOAT))
            for (batch in listOf(1L, 3L)) {
                val shape = (listOf(batch) + input.shape.toList()).toLongArray()
                val last = (input as? InputType.InputTypeConvolutional)?.format == CNN2DFormat.NHWC
                val signals = normal(batch.toInt(), *shape)
                if (last) {
                    // Deeplearning4j may write to its input.
                    shouldAgree(model, signals) { network.output(it.dup()) }
                } else {
                    shouldAgree(model, signals.lastFromFirst().dup('c')) {
                        network.output(it.firstFromLast()).lastFromFirst()
                    }
                }
            }
        }

        for ((name, case) in layerCases) {
            test(name) { agree(case.first, case.second) }
        }

        val lastImage = InputType.convolutional(9, 7, 3, CNN2DFormat.NHWC)
        for ((name, case) in
            layerCases.filter { it.value.first == image && "normalisation, locked" !in it.key }) {
            test("$name, channels last") { agree(lastImage, case.second.map { it.clone() }) }
        }

        val names =
            "RELU LEAKYRELU SIGMOID TANH SOFTMAX IDENTITY ELU GELU SWISH HARDSIGMOID HARDTANH RELU6 SELU SOFTPLUS " +
                "SOFTSIGN MISH CUBE RECTIFIEDTANH"
        val activations: Map<String, IActivation> =
            names.split(" ").associateWith { Activation.valueOf(it).activationFunction } +
                mapOf(
                    "precise GELU" to ActivationGELU(true),
                    "bounded RELU" to ActivationReLU(0.5, null, 0.2),
                )
        for ((name, activation) in activations) {
            test("activation $name") {
                agree(
                    row,
                    listOf(
                        DenseLayer.Builder().nOut(8).activation(activation).build(),
                        DenseLayer.Builder().nOut(3).build(),
                    ),
                )
            }
        }

        test("a softmax at the end") {
            val heads =
                listOf(
                    listOf(
                        OutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(4)
                            .activation(Activation.SOFTMAX)
                            .build()
                    ),
                    listOf(
                        DenseLayer.Builder().nOut(4).build(),
                        ActivationLayer(Activation.SOFTMAX),
                    ),
                    listOf(
                        DenseLayer.Builder().nOut(4).build(),
                        LossLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    ),
                )
            heads.forEach { agree(row, it) }
            agree(
                image,
                listOf(
                    CnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build()
                ),
            )
        }

        test("flat rows and pictures for the same network") {
            val network =
                network(
                    InputType.convolutionalFlat(9, 7, 3),
                    conv().activation(Activation.TANH).build(),
                    OutputLayer.Builder(LossFunction.MSE)
                        .nOut(4)
                        .activation(Activation.TANH)
                        .build(),
                )
            val model = Dl4jModel.of(network.convertDataType(DataType.FLOAT))
            shouldAgree(model, normal(1, 2, 189)) { network.output(it) }
            shouldAgree(model, normal(1, 2, 9, 7, 3)) { network.output(it.firstFromLast()) }
        }
    })
