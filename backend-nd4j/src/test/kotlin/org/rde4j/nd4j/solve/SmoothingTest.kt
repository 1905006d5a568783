package org.rde4j.nd4j.solve

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.floats.plusOrMinus as floatPlusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.bind
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.util.Random
import org.rde4j.nd4j.solve.Distortions.Grid

/** Smoothing as an operator, against its equation and its laws. */
class SmoothingTest :
    FunSpec({
        fun smooth(values: FloatArray, width: Double, vararg grids: Grid): FloatArray =
            values.clone().also { Smoothing(width, 100, grids.toList()).apply(it, 0) }

        fun random(count: Int, seed: Long): FloatArray {
            val random = Random(seed)
            return FloatArray(count) { random.nextGaussian().toFloat() }
        }

        fun dot(a: FloatArray, b: FloatArray): Double = a.indices.sumOf { a[it].toDouble() * b[it] }

        data class Case(val grid: Grid, val width: Double, val seed: Long)

        val cases =
            Arb.bind(
                Arb.int(1..12),
                Arb.int(1..12),
                Arb.int(1..3),
                Arb.double(0.1, 20.0),
                Arb.long(),
            ) { rows, columns, bands, width, seed ->
                Case(Grid(rows, columns, bands), width, seed)
            }

        test("means are kept, it is symmetric, and it leads downhill") {
            checkAll(200, cases) { (grid, width, seed) ->
                val k = grid.components()
                val a = random(k, seed)
                val b = random(k, seed + 1)
                val smoothed = smooth(a, width, grid)
                smoothed.sum() shouldBe (a.sum() floatPlusOrMinus 1e-4f)
                dot(smoothed, b) shouldBe (dot(a, smooth(b, width, grid)) plusOrMinus 1e-4)
                dot(smoothed, a) shouldBeGreaterThan 0.0
            }
        }

        test("a line solves its equation: u − (w²/2)·u″ = g") {
            val g = random(30, 1)
            val w = 3.0
            val u = smooth(g, w, Grid(1, 30, 1))
            for (i in g.indices) {
                val left = u[maxOf(0, i - 1)] - u[i]
                val right = u[minOf(29, i + 1)] - u[i]
                val residual = u[i] - w * w / 2 * (left + right)
                residual shouldBe (g[i].toDouble() plusOrMinus 1e-5)
            }
        }

        test("the width is the standard deviation of the weights, along both axes") {
            val side = 101
            val impulse = FloatArray(side * side).also { it[50 * side + 50] = 1f }
            val weights = smooth(impulse, 5.0, Grid(side, side, 1))
            val deviations = { along: (Int) -> Int ->
                weights.indices.sumOf {
                    weights[it].toDouble() * (along(it) - 50) * (along(it) - 50)
                }
            }
            deviations { it / side } shouldBe (25.0 plusOrMinus 0.1)
            deviations { it % side } shouldBe (25.0 plusOrMinus 0.1)
        }

        test(
            "bands and grids do not mix, and a wide one stays a mean over a part of a small grid"
        ) {
            val small = Grid(4, 4, 2)
            val large = Grid(6, 5, 1)
            val gradient = FloatArray(small.components() + large.components()).also { it[1] = 1f }
            val smoothed = smooth(gradient, 1000.0, small, large)
            for (i in gradient.indices) {
                val reached = i < small.components() && i % 2 == 1
                if (reached) smoothed[i].toDouble() shouldBeGreaterThan 0.0
                else smoothed[i] shouldBe 0f
            }
            smoothed[1].toDouble() shouldBeGreaterThan 2 * smoothed[31].toDouble()
        }

        test("the last step sees the gradient itself, and so do components without neighbours") {
            val gradient = random(12, 2)
            val smoothing = Smoothing(4.0, 3, listOf(Grid(3, 4, 1)))
            gradient.clone().also { smoothing.apply(it, 1) } shouldNotBe gradient
            gradient.clone().also { smoothing.apply(it, 2) } shouldBe gradient
            smooth(gradient, 4.0, Grid.scattered(12)) shouldBe gradient
        }
    })
