package org.rde4j.nd4j

import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlin.math.abs
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.model.Nd4jModel

/** Numbers from a fixed sequence, roughly normal, with a standard deviation of [scale]. */
fun normal(seed: Int, vararg shape: Long, scale: Double = 1.0): INDArray {
    val random = java.util.Random(seed.toLong())
    val length = shape.fold(1L) { a, b -> a * b }.toInt()
    return Nd4j.createFromArray(*DoubleArray(length) { scale * random.nextGaussian() })
        .reshape('c', *shape)
}

/** [N, C, H, W] as [N, H, W, C]; other ranks in the same way. */
fun INDArray.lastFromFirst(): INDArray =
    if (rank() < 3) this
    else permute(*IntArray(rank()) { if (it == 0) 0 else if (it == rank() - 1) 1 else it + 1 })

/** A model written into a graph of its own, over signals that gradients are computed for. */
class ModelProbe(model: Nd4jModel, private val signals: INDArray) {
    private val graph = Graph()
    private val x = graph.variable("x", signals.castTo(DataType.FLOAT).dup('c'))
    private val output = model.append(graph, x)

    /** The output, after a check that its shape was predicted rightly. */
    fun output(): INDArray = graph.value(output).castTo(DataType.DOUBLE)

    /** The gradient of the sum of outputs times [weights]. */
    fun gradient(weights: INDArray): INDArray =
        graph.gradients(output, weights, listOf(x)).single().castTo(DataType.DOUBLE)
}

/**
 * Compares a model with a reference in double precision: the values, and the gradient along random
 * directions with central differences.
 */
fun shouldAgree(
    model: Nd4jModel,
    signals: INDArray,
    tolerance: Double = 1e-5,
    reference: (INDArray) -> INDArray,
) {
    val probe = ModelProbe(model, signals)
    val expected = reference(signals)
    val actual = probe.output()
    actual.shape() shouldBe expected.shape()
    difference(actual, expected) shouldBeLessThan tolerance

    val weights = normal(99, *expected.shape())
    val gradient = probe.gradient(weights)
    gradient.shape() shouldBe signals.shape()
    repeat(3) {
        val direction = normal(100 + it, *signals.shape())
        val step = 1e-6
        fun along(t: Double) =
            reference(signals.add(direction.mul(t))).mul(weights).sumNumber().toDouble()
        val slope = (along(step) - along(-step)) / (2 * step)
        val size = gradient.norm2Number().toDouble() * direction.norm2Number().toDouble()
        val found = gradient.mul(direction).sumNumber().toDouble()
        abs(found - slope) / (1e-3 + size) shouldBeLessThan 1e-4
    }
}

/** The largest difference, relative to the largest expected value where that exceeds 1. */
fun difference(actual: INDArray, expected: INDArray): Double {
    val gap = actual.sub(expected.castTo(DataType.DOUBLE)).amaxNumber().toDouble()
    return gap / maxOf(1.0, expected.amaxNumber().toDouble())
}
