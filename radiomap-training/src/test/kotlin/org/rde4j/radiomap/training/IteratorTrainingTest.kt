package org.rde4j.radiomap.training

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.deeplearning4j.nn.conf.CNN2DFormat
import org.deeplearning4j.nn.conf.CNN2DFormat.NCHW
import org.deeplearning4j.nn.conf.CNN2DFormat.NHWC
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator
import org.rde4j.Distortion
import org.rde4j.Optimizer
import org.rde4j.RdeException
import org.rde4j.TrainingObjective
import org.rde4j.nd4j.training.InterpretationTraining
import org.rde4j.nd4j.training.Listener
import org.rde4j.nd4j.training.Schedule
import org.rde4j.radiomap.data.BatchIterator
import org.rde4j.radiomap.data.Batches
import org.rde4j.radiomap.data.Examples
import org.rde4j.radiomap.data.writeFolder
import org.rde4j.radiomap.network.RadioModel
import org.rde4j.radiomap.network.RadioUNet
import org.rde4j.radiomap.scene.MissingBuildings

/**
 * RadioUNet as a SameDiff graph, trained with the interpretation loss on batches of DL4J's kind.
 */
class IteratorTrainingTest :
    FunSpec({
        val folder =
            writeFolder(tempdir().toPath(), maps = 2, transmitters = 3, rows = 64, columns = 64)
        val batches =
            Batches.of(Examples.of(folder, listOf(0, 1)).missing(MissingBuildings.inSight()), 2)
        val network = RadioUNet.phi(0.08).depth(RadioUNet.Depth.FIRST)
        /** Weights with which estimates depend on the buildings. */
        val start =
            generateSequence(1L) { it + 1 }
                .map { seed ->
                    RadioModel(network, network.initialWeights(seed).map { it.mul(1.3) })
                }
                .take(8)
                .maxBy { InterpretationLoss.of(it, batches).sum() }
        val objective =
            TrainingObjective.minimising(Distortion.squaredError())
                .plus(InterpretationLoss.regulariser().weight(1000.0))

        fun data(format: CNN2DFormat) = BatchIterator.of(batches, format, 0).withRegions()

        class Trained(val model: RadioModel, val losses: List<Double>, val terms: List<Double>)

        fun trained(
            format: CNN2DFormat,
            epochs: Int,
            data: MultiDataSetIterator = data(format),
            batch: Int = 2,
            told: CNN2DFormat = format,
        ): Trained {
            val graph = start.sameDiff(format, batch, 64, 64)
            val losses = mutableListOf<Double>()
            val terms = mutableListOf<Double>()
            InterpretationTraining.of(
                    graph,
                    RadioModel.INPUT,
                    RadioModel.OUTPUT,
                    objective,
                    Optimizer.Adam(1e-3),
                    Schedule.constant(),
                    0,
                )
                .let { if (told == NHWC) it.channelsLast() else it }
                .fit(
                    data,
                    epochs,
                    Listener { step ->
                        losses += step.loss()
                        terms += step.terms().getValue(InterpretationLoss.NAME)
                    },
                )
            return Trained(start.trained(graph), losses, terms)
        }

        test("the interpretation loss falls, whichever axis the channels have") {
            val last = trained(NHWC, 3)
            val first = trained(NCHW, 3)
            for (each in listOf(last, first)) {
                each.losses.size shouldBe 9
                each.terms.take(3).sum() shouldBeGreaterThan 0.0
                each.terms.takeLast(3).sum() shouldBeLessThan each.terms.take(3).sum()
                each.losses.takeLast(3).sum() shouldBeLessThan each.losses.take(3).sum()
            }
            last.losses.zip(first.losses).forEach { (a, b) -> a shouldBe (b plusOrMinus 1e-4 * b) }
            InterpretationLoss.of(last.model, batches).sum() shouldBeLessThan
                InterpretationLoss.of(start, batches).sum()
        }

        test("the graph computes what the network computes") {
            val batch = batches.batch(0, 0)
            val expected = org.rde4j.radiomap.network.Estimator(start).estimates(batch.x()).dup()
            val graph = start.sameDiff(NHWC, 2, 64, 64)
            val y = graph.outputSingle(mapOf(RadioModel.INPUT to batch.x()), RadioModel.OUTPUT)
            y.distance2(expected) shouldBeLessThan 1e-4
            start.trained(graph).weights() shouldBe start.weights()
        }

        test("an order that does not fit is told with both") {
            for ((told, graph, given) in
                listOf(
                    Triple(NHWC, NHWC, NCHW),
                    Triple(NCHW, NCHW, NHWC),
                    Triple(NCHW, NHWC, NCHW),
                    Triple(NHWC, NCHW, NHWC),
                )) {
                val message =
                    shouldThrow<RdeException> { trained(graph, 1, data(given), told = told) }
                        .message!!
                message shouldContain if (given == NHWC) "[2, 64, 64, 3]" else "[2, 3, 64, 64]"
                message shouldContain if (graph == NHWC) "[2, 64, 64, 3]" else "[2, 3, 64, 64]"
                message shouldContain "CNN2DFormat.NCHW or NHWC"
            }
        }

        test("a batch of another size and missing regions are told") {
            shouldThrow<RdeException> { trained(NCHW, 1, batch = 3) }.message shouldContain
                "the shape [2, 3, 64, 64], but the input 'x' has [3, 3, 64, 64]"
            shouldThrow<RdeException> { trained(NCHW, 1, BatchIterator.of(batches, NCHW, 0)) }
                .message shouldContain "the batch has no second labels"
        }
    })
