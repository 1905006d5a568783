package org.rde4j.nd4j.training

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.nd4j.autodiff.listeners.At
import org.nd4j.autodiff.listeners.BaseListener
import org.nd4j.autodiff.listeners.Loss
import org.nd4j.autodiff.listeners.Operation
import org.nd4j.autodiff.samediff.SameDiff
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig
import org.nd4j.linalg.dataset.MultiDataSet
import org.nd4j.linalg.dataset.api.MultiDataSet as Batch
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Optimizer
import org.rde4j.RdeException
import org.rde4j.TrainingObjective
import org.rde4j.kotlin.constant
import org.rde4j.kotlin.gaussianNoise
import org.rde4j.kotlin.minimising
import org.rde4j.kotlin.part
import org.rde4j.kotlin.parts
import org.rde4j.kotlin.perExample
import org.rde4j.kotlin.rateDistortion
import org.rde4j.kotlin.relyingOn
import org.rde4j.kotlin.restrictedTo
import org.rde4j.kotlin.squaredError
import org.rde4j.nd4j.normal

private fun floats(seed: Int, vararg shape: Long): INDArray =
    normal(seed, *shape).castTo(DataType.FLOAT)

/**
 * A channels-first network of two inputs and one output channel, as somebody's own SameDiff graph.
 */
private fun network(seed: Int = 1): SameDiff {
    val sd = SameDiff.create()
    val x = sd.placeHolder("x", DataType.FLOAT, -1, 2, 6, 6)
    val config = Conv2DConfig.builder().kH(3).kW(3).pH(1).pW(1).dataFormat("NCHW").build()
    val first = sd.`var`("first", floats(seed, 3, 3, 2, 4).muli(0.3))
    val bias = sd.`var`("bias", floats(seed + 1, 4).muli(0.1))
    val second = sd.`var`("second", floats(seed + 2, 3, 3, 4, 1).muli(0.3))
    val hidden = sd.math().tanh(sd.cnn().conv2d(x, first, bias, config))
    sd.cnn().conv2d("y", hidden, second, config)
    return sd
}

/** Batches whose target is a part of both channels, as DL4J's iterators give them. */
private class Data(private val sizes: List<Long>, private val regions: Boolean = false) :
    MultiDataSetIterator {
    private var next = 0

    override fun next(): Batch {
        val n = sizes[next]
        val signal = floats(50 + next++, n, 1, 6, 6)
        val region = Nd4j.zeros(DataType.FLOAT, n, 1, 6, 6)
        region.putScalar(longArrayOf(0, 0, 2, 3), 1f)
        return MultiDataSet(
            arrayOf(Nd4j.concat(1, signal, signal)),
            if (regions) arrayOf(signal.mul(0.5), region) else arrayOf(signal.mul(0.5)),
        )
    }

    override fun hasNext() = next < sizes.size

    override fun reset() {
        next = 0
    }

    override fun next(num: Int) = next()

    override fun remove() = throw UnsupportedOperationException()

    override fun resetSupported() = true

    override fun asyncSupported() = false

    override fun setPreProcessor(preProcessor: MultiDataSetPreProcessor?) = Unit

    override fun getPreProcessor() = null
}

private val withoutCity =
    rateDistortion(over = parts(part("city", 1), part("measurements", 1))) {
        obfuscation = constant(0.0)
        distortion = squaredError() restrictedTo perExample()
    }

private fun training(sd: SameDiff, objective: TrainingObjective, seed: Long = 3) =
    InterpretationTraining.of(
        sd,
        "x",
        "y",
        objective,
        Optimizer.Adam(0.02),
        Schedule.constant(),
        seed,
    )

private fun weights(sd: SameDiff) =
    listOf("bias", "first", "second").map { sd.getVariable(it).arr.dup('c') }

class InterpretationTrainingTest :
    FunSpec({
        test("a SameDiff model is trained in place, by DL4J's iterators and SameDiff's listeners") {
            val sd = network()
            val heard = mutableListOf<Double>()
            val own =
                object : BaseListener() {
                    override fun isActive(operation: Operation) = true

                    override fun iterationDone(sd: SameDiff, at: At, batch: Batch, loss: Loss) {
                        at.iteration() shouldBe heard.size
                        at.epoch() shouldBe heard.size / 3
                        heard += loss.totalLoss()
                    }
                }
            val steps = mutableListOf<Listener.Step>()
            // The last batch is shorter, as it often is.
            training(sd, minimising() + relyingOn("measurements", withoutCity, 0.1))
                .fit(Data(listOf(4, 4, 2), regions = true), 40, Listener.of(sd, own), steps::add)
            heard.size shouldBe 120
            steps.map { it.loss() } shouldBe heard
            for (step in steps.take(3)) {
                val (fit, relying) =
                    listOf("fit", "relying on measurements").map(step.terms()::getValue)
                step.loss() shouldBe (fit + 0.1 * relying plusOrMinus 1e-5)
            }
            steps.takeLast(3).map { it.terms().getValue("fit") }.average() shouldBeLessThan
                steps.take(3).map { it.terms().getValue("fit") }.average() / 4

            // The model itself gives what the training saw last.
            val batch = Data(listOf(4)).next()
            val y = sd.outputSingle(mapOf("x" to batch.getFeatures(0)), "y")
            val error = y.sub(batch.getLabels(0)).let { it.mul(it) }.meanNumber().toDouble()
            error shouldBeLessThan steps.take(3).maxOf { it.terms().getValue("fit") } / 4
            y.dup()
                .sub(network().outputSingle(mapOf("x" to batch.getFeatures(0)), "y"))
                .norm2Number()
                .toDouble()
                .let { it > 0.1 } shouldBe true
        }

        test("the first step is that of SameDiff's own gradients") {
            val sd = network()
            val target = sd.placeHolder("target", DataType.FLOAT, -1, 1, 6, 6)
            val gap = sd.getVariable("y").sub(target)
            gap.mul(gap).mean("loss")
            sd.setLossVariables("loss")
            val batch = Data(listOf(4)).next()
            val gradients =
                sd.calculateGradients(
                        mapOf("x" to batch.getFeatures(0), "target" to batch.getLabels(0)),
                        "bias",
                        "first",
                        "second",
                    )
                    .mapValues { it.value.dup('c') }
            val before = weights(sd)
            InterpretationTraining.of(
                    sd,
                    "x",
                    "y",
                    minimising(),
                    Optimizer.Sgd(1.0),
                    Schedule.constant(),
                    0,
                )
                .step(batch)
            weights(sd).zip(before).zip(listOf("bias", "first", "second")) { (after, old), name ->
                old.sub(after).sub(gradients.getValue(name)).amaxNumber().toDouble() shouldBe
                    (0.0 plusOrMinus 1e-6)
            }
        }

        test("an interrupted and resumed training with noise equals an uninterrupted one") {
            val problem =
                rateDistortion(over = parts(part("city", 1), part("measurements", 1))) {
                    obfuscation = gaussianNoise()
                    distortion = squaredError()
                }
            val objective = minimising() + relyingOn("measurements", problem, 0.01)
            val sizes = listOf(3L, 2L, 3L, 3L, 2L, 3L)
            val whole = network()
            training(whole, objective).fit(Data(sizes), 1)
            val resumed = network()
            val first = training(resumed, objective)
            val data = Data(sizes)
            repeat(3) { first.step(data.next()) }
            val second = training(resumed, objective)
            second.restore(first.state())
            second.state() shouldBe first.state()
            repeat(3) { second.step(data.next()) }
            weights(resumed) shouldBe weights(whole)
            second.state() shouldBe
                training(network(), objective).also { it.fit(Data(sizes), 1) }.state()
        }

        test("what does not fit is refused in a sentence") {
            shouldThrow<RdeException> {
                    training(network(), minimising() + relyingOn("measurements", withoutCity))
                        .step(Data(listOf(2)).next())
                }
                .message!! shouldContain "no second labels"
            val frozen = SameDiff.create()
            val x = frozen.placeHolder("x", DataType.FLOAT, -1, 2)
            x.mul("y", frozen.constant(2f))
            shouldThrow<RdeException> { training(frozen, minimising()) }.message!! shouldContain
                "nothing to train"
            shouldThrow<RdeException> {
                    val batch = Data(listOf(2)).next()
                    batch.setLabels(0, Nd4j.zeros(DataType.FLOAT, 2, 1, 3, 3))
                    training(network(), minimising()).step(batch)
                }
                .message!! shouldContain "The targets of a batch have the shape [2, 1, 3, 3]"
        }
    })
