package org.rde4j.nd4j.representation

import io.kotest.matchers.doubles.shouldBeLessThan
import java.io.File
import kotlin.math.abs
import kotlin.math.sqrt
import kotlin.random.Random
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.gradients
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.value

/** Runs transforms in the stock SameDiff session. */
internal fun Transform.batch(block: Int, signals: List<Array<FloatArray>>): INDArray {
    val shape = blocks()[block]
    val values = signals.map { it[block].toList() }.flatten().toFloatArray()
    return Nd4j.createFromArray(*values)
        .reshape(signals.size.toLong(), shape.cells().toLong(), shape.dimension().toLong())
}

/** The signals, channels first, of a batch of coefficients. */
internal fun Transform.synthesised(coefficients: List<Array<FloatArray>>): List<FloatArray> {
    val graph = Graph()
    val inputs = blocks().indices.associate { "block$it" to batch(it, coefficients) }
    val nodes = inputs.map { (name, value) -> graph.placeholder(name, *value.shape()) }
    val output = graph.channelsFirst(synthesise(graph, nodes))
    val signals = graph.value(output, inputs)
    return (0L until signals.size(0)).map { signals.slice(it).dup('c').ravel().toFloatVector() }
}

internal fun Transform.synthesised(coefficients: Array<FloatArray>): FloatArray =
    synthesised(listOf(coefficients)).single()

/** f(s ⊙ h) of a signal. */
internal fun Transform.masked(signal: FloatArray, masks: List<FloatArray>): FloatArray {
    val h = analyse(signal)
    blocks().forEachIndexed { b, block ->
        val cells = block.spread(masks[b], 0)
        h[b].indices.forEach { h[b][it] *= cells[it / block.dimension()] }
    }
    return synthesised(h)
}

/** The gradient of <f(h), x> with respect to h, in storage order: fᵀx. */
internal fun Transform.adjoint(at: Array<FloatArray>, x: FloatArray): List<FloatArray> {
    val graph = Graph()
    val nodes = blocks().indices.map { graph.variable("block$it", batch(it, listOf(at))) }
    val output = graph.channelsFirst(synthesise(graph, nodes))
    val weights = Nd4j.createFromArray(*x).reshape(*output.shape())
    return graph.gradients(output, weights, nodes).map { it.ravel().toFloatVector() }
}

internal fun Transform.randomCoefficients(random: Random): Array<FloatArray> =
    blocks().map { block -> random.floats(block.cells() * block.dimension()) }.toTypedArray()

internal fun Random.floats(count: Int) = FloatArray(count) { nextFloat() * 2 - 1 }

internal fun dot(a: FloatArray, b: FloatArray): Double {
    check(a.size == b.size)
    return a.indices.sumOf { a[it].toDouble() * b[it] }
}

internal fun norm(a: FloatArray) = sqrt(dot(a, a))

internal infix fun FloatArray.shouldBeNear(expected: FloatArray) = shouldBeNear(expected, 1e-5)

internal fun FloatArray.shouldBeNear(expected: FloatArray, tolerance: Double) {
    check(size == expected.size) { "$size values instead of ${expected.size}" }
    val worst = indices.maxOf { abs(this[it].toDouble() - expected[it]) }
    worst shouldBeLessThan tolerance
}

/** Material that is not part of the repository; tests that need it are skipped without it. */
internal val reference = File(System.getProperty("rde4j.root", "."), "../shared/reference")
