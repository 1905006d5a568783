package org.rde4j.radiomap.data

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import org.deeplearning4j.nn.conf.CNN2DFormat
import org.deeplearning4j.nn.conf.ConvolutionMode
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers.CnnLossLayer
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer
import org.deeplearning4j.nn.graph.ComputationGraph
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.dataset.api.MultiDataSet
import org.nd4j.linalg.learning.config.Adam
import org.nd4j.linalg.lossfunctions.LossFunctions
import org.rde4j.radiomap.scene.MissingBuildings

class BatchIteratorTest :
    FunSpec({
        val examples =
            Examples.of(writeFolder(tempdir().toPath(), 2, 3), listOf(0, 1))
                .missing(MissingBuildings.inSight())
        val batches = Batches.of(examples, 4)

        test("it gives an epoch's batches, channels last or first, and then the next epoch's") {
            val last = BatchIterator.of(batches, CNN2DFormat.NHWC, 2)
            val first = BatchIterator.of(batches, CNN2DFormat.NCHW, 2)
            first.reset() // before the epoch has begun: no change
            for (epoch in 2..3) {
                for (number in 0..1) {
                    val expected = batches.batch(epoch, number)
                    last.next().getFeatures(0) shouldBe expected.x()
                    val data = first.next()
                    data.getFeatures(0) shouldBe expected.x().permute(0, 3, 1, 2)
                    data.getLabels(0) shouldBe expected.y().permute(0, 3, 1, 2)
                }
                last.hasNext() shouldBe false
                shouldThrow<NoSuchElementException> { last.next() }
                last.reset()
                first.reset()
            }
        }

        test("regions come as a second array of labels") {
            val missing = batches.batch(0, 0).missing()
            val last = BatchIterator.of(batches, CNN2DFormat.NHWC, 0).withRegions().next(4)
            last.numFeatureArrays() shouldBe 1
            last.numLabelsArrays() shouldBe 2
            last.getLabels(1) shouldBe missing
            val first = BatchIterator.of(batches, CNN2DFormat.NCHW, 0).withRegions().next(4)
            first.getLabels(1) shouldBe missing.permute(0, 3, 1, 2)
        }

        test("a preprocessor sees each batch, another size is refused") {
            val iterator = BatchIterator.of(batches, CNN2DFormat.NHWC, 0)
            var seen = 0
            iterator.setPreProcessor { _: MultiDataSet -> seen++ }
            iterator.next()
            seen shouldBe 1
            shouldThrow<UnsupportedOperationException> { iterator.next(5) }
        }

        test("a DL4J network learns from it") {
            val network = ComputationGraph(tinyNetwork())
            network.init()
            val iterator = BatchIterator.of(batches, CNN2DFormat.NCHW, 0)
            val before = network.score(iterator.next())
            network.fit(iterator, 20)
            network.score(BatchIterator.of(batches, CNN2DFormat.NCHW, 0).next()) shouldBeLessThan
                before / 2
        }
    })

private fun tinyNetwork() =
    NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(Adam(0.01))
        .convolutionMode(ConvolutionMode.Same)
        .graphBuilder()
        .addInputs("x")
        .addLayer(
            "hidden",
            ConvolutionLayer.Builder(5, 5).nOut(4).activation(Activation.RELU).build(),
            "x",
        )
        .addLayer(
            "grey",
            ConvolutionLayer.Builder(5, 5).nOut(1).activation(Activation.IDENTITY).build(),
            "hidden",
        )
        .addLayer(
            "y",
            CnnLossLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .build(),
            "grey",
        )
        .setOutputs("y")
        .setInputTypes(InputType.convolutional(24, 32, 3, CNN2DFormat.NCHW))
        .build()
