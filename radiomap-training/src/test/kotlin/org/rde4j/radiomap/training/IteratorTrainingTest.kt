package org.rde4j.radiomap.training

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.sqrt
import org.deeplearning4j.nn.conf.CNN2DFormat
import org.deeplearning4j.nn.conf.CNN2DFormat.NCHW
import org.deeplearning4j.nn.conf.CNN2DFormat.NHWC
import org.nd4j.linalg.api.ndarray.INDArray
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
import org.rde4j.radiomap.network.Estimator
import org.rde4j.radiomap.network.RadioModel
import org.rde4j.radiomap.network.RadioUNet
import org.rde4j.radiomap.scene.MissingBuildings

/**
 * RadioUNet as a SameDiff graph, trained with the interpretation loss on batches of DL4J's kind.
 */
class IteratorTrainingTest :
    FunSpec({
        val folder =
            writeFolder(tempdir().toPath(), maps = 1, transmitters = 2, rows = 64, columns = 64)
        val batches =
            Batches.of(Examples.of(folder, listOf(0)).missing(MissingBuildings.inSight()), 2)
        val network = RadioUNet.phi(0.08).depth(RadioUNet.Depth.FIRST)

        /** Random weights with a bias under which no estimate is cut off at zero. */
        fun start(seed: Long): RadioModel {
            val weights = network.initialWeights(seed).map { it.dup() }
            weights.last().assign(0.5)
            return RadioModel(network, weights)
        }

        fun objective(weight: Double) =
            TrainingObjective.minimising(Distortion.squaredError()).let {
                if (weight == 0.0) it else it.plus(InterpretationLoss.regulariser().weight(weight))
            }

        fun data(format: CNN2DFormat) = BatchIterator.of(batches, format, 0).withRegions()

        /** After so many steps of gradient descent, each of one epoch of one batch. */
        fun trained(
            start: RadioModel,
            format: CNN2DFormat,
            weight: Double = 1.0,
            step: Double = 0.01,
            data: MultiDataSetIterator = data(format),
            batch: Int = 2,
            told: CNN2DFormat = format,
            listener: Listener = Listener {},
        ): RadioModel {
            val graph = start.sameDiff(format, batch, 64, 64)
            InterpretationTraining.of(
                    graph,
                    RadioModel.INPUT,
                    RadioModel.OUTPUT,
                    objective(weight),
                    Optimizer.Sgd(step),
                    Schedule.constant(),
                    0,
                )
                .let { if (told == NHWC) it.channelsLast() else it }
                .fit(data, 1, listener)
            return start.trained(graph)
        }

        /** What a step subtracts, by its size: the gradient of each weight. */
        fun gradient(from: RadioModel, to: RadioModel, step: Double) =
            from.weights().zip(to.weights()).map { (a, b) -> a.sub(b).divi(step) }

        fun norm(of: List<INDArray>) =
            sqrt(of.sumOf { it.norm2Number().toDouble() * it.norm2Number().toDouble() })

        fun moved(model: RadioModel, direction: List<INDArray>, by: Double) =
            RadioModel(network, model.weights().zip(direction).map { (w, d) -> w.add(d.mul(by)) })

        /**
         * The interpretation loss as it is measured of trained networks, in the mean over examples.
         */
        fun term(model: RadioModel) = InterpretationLoss.of(model, batches).sum() / 2

        fun fit(model: RadioModel) =
            batches.batch(0, 0).use { batch ->
                val error = Estimator(model).estimates(batch.x()).sub(batch.y())
                error.mul(error).meanNumber().toDouble()
            }

        /**
         * The slope of a function of the weights along a direction of length 1, by central
         * differences.
         */
        fun slope(
            model: RadioModel,
            direction: List<INDArray>,
            function: (RadioModel) -> Double,
        ): Double {
            val by = 2e-3
            return (function(moved(model, direction, by)) -
                function(moved(model, direction, -by))) / (2 * by)
        }

        (1L..3L).forEach { seed ->
            test("a step goes down the gradient of fit and interpretation loss, weights $seed") {
                val start = start(seed)
                term(start) shouldBeGreaterThan 0.0
                for (format in listOf(NHWC, NCHW)) {
                    var told: Listener.Step? = null
                    val step = 0.01
                    val both =
                        gradient(start, trained(start, format, 1.0, step) { told = it }, step)
                    told!!.terms().getValue(InterpretationLoss.NAME) shouldBe
                        (term(start) plusOrMinus 1e-3 * term(start))
                    told!!.loss() shouldBe
                        (fit(start) + term(start) plusOrMinus 1e-3 * (fit(start) + term(start)))
                    val plain = gradient(start, trained(start, format, 0.0, step), step)
                    val ofTerm = both.zip(plain).map { (a, b) -> a.sub(b) }
                    for ((gradient, function) in
                        listOf<Pair<List<INDArray>, (RadioModel) -> Double>>(
                            both to { fit(it) + term(it) },
                            plain to ::fit,
                            ofTerm to ::term,
                        )) {
                        val length = norm(gradient)
                        length shouldBeGreaterThan 1e-5
                        slope(start, gradient.map { it.div(length) }, function) shouldBe
                            (length plusOrMinus 0.02 * length)
                    }
                }
            }
        }

        test("the graph computes what the network computes") {
            val start = start(1)
            val batch = batches.batch(0, 0)
            val expected = Estimator(start).estimates(batch.x()).dup()
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
                    shouldThrow<RdeException> {
                            trained(start(1), graph, data = data(given), told = told)
                        }
                        .message!!
                message shouldContain if (given == NHWC) "[2, 64, 64, 3]" else "[2, 3, 64, 64]"
                message shouldContain if (graph == NHWC) "[2, 64, 64, 3]" else "[2, 3, 64, 64]"
                message shouldContain "CNN2DFormat.NCHW or NHWC"
            }
        }

        test("a batch of another size and missing regions are told") {
            shouldThrow<RdeException> { trained(start(1), NCHW, batch = 3) }.message shouldContain
                "the shape [2, 3, 64, 64], but the input 'x' has [3, 3, 64, 64]"
            shouldThrow<RdeException> {
                    trained(start(1), NCHW, data = BatchIterator.of(batches, NCHW, 0))
                }
                .message shouldContain "the batch has no second labels"
        }
    })
