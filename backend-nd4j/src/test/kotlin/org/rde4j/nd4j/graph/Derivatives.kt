package org.rde4j.nd4j.graph

import io.kotest.assertions.withClue
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.util.Random
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.gradients
import org.rde4j.nd4j.value

/** A function of one array, written into a graph. */
typealias Writing = Graph.(Node) -> Node

/** What a graph computes at one input: the output and the gradient of Σ output·weights. */
class Evaluation(val output: INDArray, val gradient: INDArray)

/** Values spread evenly over (−1.5, 1.5) in random order, all different and none of them zero. */
fun spread(seed: Int, vararg shape: Long): INDArray {
    val random = Random(seed.toLong())
    val size = shape.fold(1L, Long::times).toInt()
    val step = 3.0 / size
    val values = FloatArray(size) { (-1.5 + (it + 0.7) * step).toFloat() }
    for (i in size - 1 downTo 1) {
        val j = random.nextInt(i + 1)
        values[i] = values[j].also { values[j] = values[i] }
    }
    return Nd4j.createFromArray(*values).reshape(*shape)
}

/** Runs what is written at x, and its gradient. */
fun evaluate(x: INDArray, weightsSeed: Int = 7, write: Writing): Evaluation {
    val graph = Graph()
    val input = graph.variable("x", x)
    val output = graph.write(input)
    val weights = spread(weightsSeed, *output.shape())
    val gradient = graph.gradients(output, weights, listOf(input)).single()
    return Evaluation(graph.value(output), gradient)
}

/**
 * Compares the gradient with central differences along random directions of ones and minus ones, so
 * that an error in any value shows in all of them. The sum of the loss is taken in double
 * precision: only the rounding of the outputs themselves remains.
 */
fun gradientIsRight(x: INDArray, step: Double = 4e-3, tolerance: Double = 1e-2, write: Writing) {
    val graph = Graph()
    val output = graph.write(graph.placeholder("x", *x.shape()))
    val weights = spread(7, *output.shape()).ravel().toDoubleVector()
    fun loss(at: INDArray): Double =
        graph.value(output, mapOf("x" to at)).ravel().toDoubleVector().foldIndexed(0.0) { i, sum, y
            ->
            sum + y * weights[i]
        }

    val gradient = evaluate(x, write = write).gradient
    gradient.shape() shouldBe x.shape()
    val norm = gradient.norm2Number().toDouble()
    val random = Random(11)
    repeat(8) {
        val signs = FloatArray(x.length().toInt()) { if (random.nextBoolean()) 1f else -1f }
        val direction = Nd4j.createFromArray(*signs).reshape(*x.shape())
        val numeric =
            (loss(x.add(direction.mul(step))) - loss(x.sub(direction.mul(step)))) / (2 * step)
        val analytic = gradient.mul(direction).sumNumber().toDouble()
        withClue("the derivative along a random direction, for a gradient of norm $norm") {
            analytic shouldBe (numeric plusOrMinus tolerance * (0.1 + norm))
        }
    }
}

/** The largest difference of two arrays, relative to the largest value where that is above 1. */
fun INDArray.shouldBeNear(expected: INDArray, tolerance: Double = 1e-5) {
    shape() shouldBe expected.shape()
    val scale = maxOf(1.0, expected.amaxNumber().toDouble())
    sub(expected).amaxNumber().toDouble() shouldBe (0.0 plusOrMinus tolerance * scale)
}
