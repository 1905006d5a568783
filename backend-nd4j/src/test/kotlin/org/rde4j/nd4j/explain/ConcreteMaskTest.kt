package org.rde4j.nd4j.explain

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.util.SplittableRandom
import kotlin.math.abs
import org.rde4j.BernoulliRelaxation
import org.rde4j.Solver

/** Drawn masks and their slopes. */
class ConcreteMaskTest :
    FunSpec({
        fun draw(theta: Double, how: BernoulliRelaxation, seed: Long, k: Int = 1) =
            ConcreteMask.draw(FloatArray(k) { theta.toFloat() }, how, listOf(k)) {
                SplittableRandom(seed)
            }

        test("slopes are those of the values") {
            checkAll(500, Arb.double(0.05, 0.95), Arb.double(0.1, 2.0), Arb.long()) {
                theta,
                temperature,
                seed ->
                val how = Solver.bernoulli(1.0).temperature(temperature)
                val h = 1e-3
                val (low, high) = listOf(theta - h, theta + h).map { draw(it, how, seed) }
                val width = (theta + h).toFloat().toDouble() - (theta - h).toFloat()
                val slope = draw(theta, how, seed).slopes()[0].toDouble()
                val difference = (high.values()[0].toDouble() - low.values()[0]) / width
                difference shouldBe (slope plusOrMinus 0.02 * abs(slope) + 0.02)
            }
        }

        test("an entry is above one half with its probability, and slopes have the mean 1") {
            val n = 200_000
            listOf(0.1, 0.5, 0.9).forEach { theta ->
                val drawn = draw(theta, Solver.bernoulli(1.0).temperature(0.1), 5, n)
                drawn.values().count { it > 0.5f } / n.toDouble() shouldBe (theta plusOrMinus 0.005)
                drawn.slopes().average() shouldBe (1.0 plusOrMinus 0.05)
            }
        }

        test("rounded masks are zeros and ones with the slopes of those that are not") {
            val how = Solver.bernoulli(1.0).temperature(0.3)
            val rounded = draw(0.4, how.rounded(), 3, 1000)
            val soft = draw(0.4, how, 3, 1000)
            rounded.slopes() shouldBe soft.slopes()
            rounded.values() shouldBe FloatArray(1000) { if (soft.values()[it] > 0.5f) 1f else 0f }
        }

        test("certain entries are drawn, too") {
            val how = Solver.bernoulli(1.0).temperature(0.1)
            draw(0.0, how, 1, 1000).values().average() shouldBe (0.0 plusOrMinus 0.01)
            draw(1.0, how, 1, 1000).values().average() shouldBe (1.0 plusOrMinus 0.01)
        }
    })
