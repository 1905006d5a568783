package org.rde4j.nd4j.dl4j

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.deeplearning4j.nn.conf.CNN2DFormat
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex
import org.deeplearning4j.nn.conf.graph.GraphVertex
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex
import org.deeplearning4j.nn.conf.graph.MergeVertex
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex
import org.deeplearning4j.nn.conf.graph.ReshapeVertex
import org.deeplearning4j.nn.conf.graph.ScaleVertex
import org.deeplearning4j.nn.conf.graph.ShiftVertex
import org.deeplearning4j.nn.conf.graph.StackVertex
import org.deeplearning4j.nn.conf.graph.SubsetVertex
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers.BatchNormalization
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer
import org.deeplearning4j.nn.conf.layers.DenseLayer
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer
import org.deeplearning4j.nn.conf.layers.LSTM
import org.deeplearning4j.nn.conf.layers.Layer
import org.deeplearning4j.nn.conf.layers.LossLayer
import org.deeplearning4j.nn.conf.layers.OutputLayer
import org.deeplearning4j.nn.conf.layers.PoolingType
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor
import org.deeplearning4j.nn.graph.ComputationGraph
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.activations.impl.ActivationRReLU
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.rde4j.OutputKind
import org.rde4j.RdeException
import org.rde4j.nd4j.ModelProbe
import org.rde4j.nd4j.difference
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.lastFromFirst
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.shouldAgree
import org.rde4j.nd4j.value

private fun graph(build: GraphBuilder.() -> Unit): ComputationGraph {
    val builder =
        NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .apply(build)
    val network = ComputationGraph(builder.build())
    network.init()
    if (network.numParams() > 0) {
        network.setParams(normal(7, 1, network.numParams(), scale = 0.3))
    }
    return network
}

private fun conv(out: Int) = ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(out).build()

/** Two branches over the image that end in one vertex. */
private fun branches(vertex: GraphVertex) = graph {
    addInputs("in")
    setInputTypes(InputType.convolutional(5, 7, 3))
    addLayer("left", conv(4), "in")
    addLayer("right", conv(4), "in")
    addVertex("joined", vertex, "left", "right")
    setOutputs("joined")
}

/** One branch that ends in a vertex. */
private fun chain(vertex: GraphVertex) = graph {
    addInputs("in")
    setInputTypes(InputType.convolutional(5, 7, 3))
    addLayer("convolution", conv(4), "in")
    addVertex("end", vertex, "convolution")
    setOutputs("end")
}

class Dl4jModelTest :
    FunSpec({
        fun agree(network: ComputationGraph) {
            val model = Dl4jModel.of(network.convertDataType(DataType.FLOAT))
            for (batch in listOf(1L, 3L)) {
                val signals = normal(batch.toInt(), batch, 3, 5, 7).lastFromFirst().dup('c')
                shouldAgree(model, signals) {
                    network.outputSingle(it.firstFromLast()).lastFromFirst()
                }
            }
        }

        for (op in ElementWiseVertex.Op.values()) {
            test("element-wise vertex $op") { agree(branches(ElementWiseVertex(op))) }
        }
        test("merge vertex") { agree(branches(MergeVertex())) }
        test("scale vertex") { agree(chain(ScaleVertex(-1.5))) }
        test("shift vertex") { agree(chain(ShiftVertex(0.25))) }
        test("subset vertex") { agree(chain(SubsetVertex(1, 2))) }
        test("normalising vertex") {
            // Deeplearning4j's own fails in double precision.
            val network = chain(L2NormalizeVertex())
            val single = network.convertDataType(DataType.FLOAT)
            val before = chain(ScaleVertex(1.0))
            val signals = normal(1, 3, 5, 7, 3)
            shouldAgree(Dl4jModel.of(single), signals) {
                val y = before.outputSingle(it.firstFromLast()).lastFromFirst()
                y.div(y.norm2(true, 1, 2, 3))
            }
            val own =
                single.outputSingle(signals.firstFromLast().castTo(DataType.FLOAT)).lastFromFirst()
            difference(ModelProbe(Dl4jModel.of(single), signals).output(), own) shouldBeLessThan
                1e-5
        }
        test("preprocessor vertex") {
            agree(chain(PreprocessorVertex(CnnToFeedForwardPreProcessor(5, 7, 4))))
        }
        test("reshape vertex") { agree(chain(ReshapeVertex(-1, 4 * 5 * 7))) }

        test("a residual network with a softmax") {
            agree(
                graph {
                    addInputs("in")
                    setInputTypes(InputType.convolutional(5, 7, 3))
                    addLayer("stem", conv(4), "in")
                    addLayer("norm", BatchNormalization(), "stem")
                    addLayer("block", conv(4), "norm")
                    addVertex("sum", ElementWiseVertex(ElementWiseVertex.Op.Add), "norm", "block")
                    addVertex("both", MergeVertex(), "sum", "in")
                    addLayer("pool", GlobalPoolingLayer(PoolingType.AVG), "both")
                    addLayer(
                        "dense",
                        DenseLayer.Builder().nOut(6).activation(Activation.TANH).build(),
                        "pool",
                    )
                    addLayer(
                        "out",
                        OutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(4)
                            .activation(Activation.SOFTMAX)
                            .build(),
                        "dense",
                    )
                    setOutputs("out")
                }
            )
        }

        test("what an output layer says of its outputs") {
            fun gives(layer: Layer) =
                Dl4jModel.of(network(InputType.feedForward(5), layer)).gives().orElse(null)
            fun output(loss: LossFunction, activation: Activation) =
                OutputLayer.Builder(loss).nOut(4).activation(activation).build()
            gives(output(LossFunction.MSE, Activation.IDENTITY)) shouldBe OutputKind.VALUES
            gives(output(LossFunction.L1, Activation.TANH)) shouldBe OutputKind.VALUES
            gives(LossLayer.Builder(LossFunction.MSE).activation(Activation.RELU).build()) shouldBe
                OutputKind.VALUES
            // Their last operation tells.
            gives(output(LossFunction.MSE, Activation.SOFTMAX)) shouldBe null
            gives(output(LossFunction.XENT, Activation.SIGMOID)) shouldBe null
            gives(output(LossFunction.MCXENT, Activation.SOFTMAX)) shouldBe null
            gives(DenseLayer.Builder().nOut(4).build()) shouldBe null
        }

        test("the network is neither changed nor shared") {
            val network =
                network(InputType.feedForward(5), DenseLayer.Builder().nOut(4).build())
                    .convertDataType(DataType.FLOAT)
            val parameters = network.params().dup()
            val signals = normal(1, 2, 5)
            val model = Dl4jModel.of(network)
            val before = ModelProbe(model, signals).output()
            network.params() shouldBe parameters
            network.params().addi(1.0)
            difference(ModelProbe(model, signals).output(), before) shouldBe 0.0
        }

        test("a network of float weights in a larger size") {
            val network =
                network(
                        InputType.convolutional(33, 31, 3),
                        ConvolutionLayer.Builder(5, 5)
                            .stride(2, 2)
                            .nOut(16)
                            .activation(Activation.RELU)
                            .build(),
                        ConvolutionLayer.Builder(3, 3).nOut(32).activation(Activation.RELU).build(),
                        OutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(10)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    )
                    .convertDataType(DataType.FLOAT)
            val signals = normal(1, 3, 3, 33, 31).castTo(DataType.FLOAT)
            val own = network.output(signals)
            val found = ModelProbe(Dl4jModel.of(network), signals.lastFromFirst()).output()
            difference(found, own) shouldBeLessThan 1e-5
        }

        fun problem(block: () -> Unit): String = shouldThrow<RdeException>(block).message!!

        test("layers that are not supported are named") {
            val network =
                network(InputType.recurrent(3, 5), LSTM.Builder().nOut(4).name("memory").build())
            val message = problem { Dl4jModel.of(network) }
            message shouldContain "'0:memory' is a LSTM"
            message shouldContain "DenseLayer"
        }

        test("activations that are not supported are named") {
            val dense = DenseLayer.Builder().nOut(4).activation(ActivationRReLU()).build()
            problem { Dl4jModel.of(network(InputType.feedForward(5), dense)) } shouldContain
                "ActivationRReLU"
        }

        test("orders of axes that do not fit together") {
            val first = ConvolutionLayer.Builder(3, 3).nIn(3).nOut(2).build()
            val last =
                ConvolutionLayer.Builder(3, 3).nIn(2).nOut(2).dataFormat(CNN2DFormat.NHWC).build()
            val configuration =
                NeuralNetConfiguration.Builder().list().layer(first).layer(last).build()
            val network = MultiLayerNetwork(configuration).apply { init() }
            problem { Dl4jModel.of(network) } shouldContain "mixes"
        }

        test("pooling over one axis") {
            val network =
                MultiLayerNetwork(
                        NeuralNetConfiguration.Builder()
                            .list()
                            .layer(ConvolutionLayer.Builder(3, 3).nIn(3).nOut(2).build())
                            .layer(
                                GlobalPoolingLayer.Builder(PoolingType.MAX)
                                    .poolingDimensions(1, 3)
                                    .build()
                            )
                            .build()
                    )
                    .apply { init() }
            problem { Dl4jModel.of(network) } shouldContain "axes [1, 3]"
        }

        test("vertices and preprocessors that are not supported are named") {
            problem { Dl4jModel.of(branches(StackVertex())) } shouldContain
                "'joined' is a StackVertex"
            val wrong = graph {
                addInputs("in")
                setInputTypes(InputType.recurrent(3, 5))
                addVertex("flat", PreprocessorVertex(RnnToFeedForwardPreProcessor()), "in")
                setOutputs("flat")
            }
            problem { Dl4jModel.of(wrong) } shouldContain "RnnToFeedForwardPreProcessor"
        }

        test("several outputs") {
            val two = graph {
                addInputs("a")
                setInputTypes(InputType.feedForward(2))
                addVertex("once", ScaleVertex(1.0), "a")
                addVertex("twice", ScaleVertex(2.0), "a")
                setOutputs("once", "twice")
            }
            problem { Dl4jModel.of(two) } shouldContain "outputs [once, twice]"
        }

        test("several inputs are given in the network's order, and only together") {
            val two = graph {
                addInputs("a", "b")
                setInputTypes(InputType.feedForward(2), InputType.feedForward(2))
                addVertex("difference", ElementWiseVertex(ElementWiseVertex.Op.Subtract), "a", "b")
                setOutputs("difference")
            }
            val model = Dl4jModel.of(two)
            model.inputs().map { it.name() } shouldBe listOf("a", "b")
            val a = normal(1, 3, 2).castTo(DataType.FLOAT)
            val b = normal(2, 3, 2).castTo(DataType.FLOAT)
            val graph = Graph()
            val y = model.append(graph, listOf(graph.constant(a), graph.constant(b)))
            difference(graph.value(y), a.sub(b)) shouldBeLessThan 1e-6
            problem { model.append(graph, graph.constant(a)) } shouldContain
                "has 2 inputs [a, b], but here is 1"
        }

        test("a network without weights") {
            val configuration =
                NeuralNetConfiguration.Builder()
                    .list()
                    .layer(DenseLayer.Builder().nIn(2).nOut(2).build())
                    .build()
            problem { Dl4jModel.of(MultiLayerNetwork(configuration)) } shouldContain "init()"
        }

        test("signals that do not fit") {
            val image =
                network(
                    InputType.convolutional(5, 7, 3),
                    ConvolutionLayer.Builder(3, 3).nOut(2).build(),
                )
            problem { ModelProbe(Dl4jModel.of(image), normal(1, 1, 5, 7, 2)) } shouldContain
                "2 channels where 3"
            problem { ModelProbe(Dl4jModel.of(image), normal(1, 1, 2, 7, 3)) } shouldContain
                "nothing is left"
            val row = network(InputType.feedForward(5), DenseLayer.Builder().nOut(2).build())
            problem { ModelProbe(Dl4jModel.of(row), normal(1, 1, 5, 7, 2)) } shouldContain
                "rows of 5 numbers"
            problem { ModelProbe(Dl4jModel.of(row), normal(1, 1, 4)) } shouldContain
                "rows of 5 numbers"
        }
    })
