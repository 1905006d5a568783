package org.rde4j.nd4j.metrics

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import java.util.SplittableRandom
import kotlin.math.sqrt

class EstimateTest :
    FunSpec({
        test("a ratio of means has the spread of ratios of repeated samples") {
            val random = SplittableRandom(4)
            val drawn =
                (1..2000).map {
                    val below = DoubleArray(60) { 0.5 + random.nextDouble() }
                    // The two belong together: what is above follows what is below.
                    val above = DoubleArray(60) { 3 * below[it] + random.nextDouble() }
                    Estimate.ratio(above, below)
                }
            val ratios = drawn.map { it.mean() }
            val mean = ratios.average()
            mean shouldBe (3.5 plusOrMinus 0.02)
            val spread = sqrt(ratios.sumOf { (it - mean) * (it - mean) } / (ratios.size - 1))
            drawn.map { it.error() }.average() shouldBe (spread plusOrMinus 0.05 * spread)
        }

        test("a ratio of numbers that go together exactly has no error") {
            val below = doubleArrayOf(1.0, 2.0, 4.0)
            val ratio = Estimate.ratio(DoubleArray(3) { 5 * below[it] }, below)
            ratio.mean() shouldBe (5.0 plusOrMinus 1e-12)
            ratio.error() shouldBe (0.0 plusOrMinus 1e-12)
            ratio.n() shouldBe 3
        }
    })
