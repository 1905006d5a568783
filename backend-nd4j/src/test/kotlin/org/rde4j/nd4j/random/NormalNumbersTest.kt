package org.rde4j.nd4j.random

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.util.SplittableRandom
import kotlin.math.abs
import kotlin.math.exp
import kotlin.math.pow
import kotlin.math.sqrt

class NormalNumbersTest :
    FunSpec({
        test("the numbers of a seed never change") {
            val random = SplittableRandom(2026)
            List(8) { NormalNumbers.next(random) } shouldContainExactly GOLDEN
            // Rare ways through the method count as well: a million numbers meet them all.
            val sum = (0 until 1_000_000).fold(0L) { h, _ -> 31 * h + bits(random) }
            sum shouldBe GOLDEN_SUM
        }

        test("moments are those of the normal distribution") {
            val random = SplittableRandom(1)
            val n = 4_000_000
            val sums = DoubleArray(7)
            repeat(n) {
                val x = NormalNumbers.next(random)
                var power = x
                for (k in 1..6) {
                    sums[k] += power
                    power *= x
                }
            }
            // E x^(2k) is 1, 3, 15, 105, 945, 10395; five standard errors of the mean of x^k.
            val moments = listOf(1.0, 0.0, 1.0, 0.0, 3.0, 0.0, 15.0)
            val squares = listOf(1.0, 1.0, 3.0, 15.0, 105.0, 945.0, 10395.0)
            for (k in 1..6) withClue("moment $k") {
                val error = sqrt((squares[k] - moments[k].pow(2)) / n)
                sums[k] / n shouldBe (moments[k] plusOrMinus 5 * error)
            }
        }

        test("shares between 0 and the tails are those of the normal distribution") {
            val random = SplittableRandom(5)
            val n = 4_000_000
            val counts = IntArray(49)
            repeat(n) { counts[(8 * abs(NormalNumbers.next(random))).toInt().coerceAtMost(48)]++ }
            for (i in 0 until 48) {
                val share = 2 * integral(i / 8.0, (i + 1) / 8.0)
                withClue("from ${i / 8.0}") {
                    counts[i].toDouble() / n shouldBe
                        (share plusOrMinus 5 * sqrt(share / n) + 1.0 / n)
                }
            }
            // Beyond the last layer, which ends at 3.44.
            counts.drop(28).sum() shouldBeGreaterThan 1000
        }

        test("signs are independent of sizes and of each other") {
            val random = SplittableRandom(9)
            val n = 1_000_000
            val x = DoubleArray(n) { NormalNumbers.next(random) }
            x.average() shouldBe (0.0 plusOrMinus 5e-3)
            (1 until n).sumOf { x[it] * x[it - 1] } / n shouldBe (0.0 plusOrMinus 5e-3)
            (1 until n).sumOf { (x[it].pow(2) - 1) * (x[it - 1].pow(2) - 1) } / n shouldBe
                (0.0 plusOrMinus 1e-2)
        }

        test("an array is filled with the same numbers") {
            val filled = FloatArray(100).also { NormalNumbers.fill(SplittableRandom(3), it) }
            val random = SplittableRandom(3)
            filled.toList() shouldContainExactly List(100) { NormalNumbers.next(random).toFloat() }
        }
    })

private fun bits(random: SplittableRandom) = NormalNumbers.next(random).toRawBits()

/** Of the density, by Simpson's rule. */
private fun integral(from: Double, to: Double): Double {
    val n = 20
    val h = (to - from) / n
    return (0..n).sumOf {
        val weight = if (it == 0 || it == n) 1 else if (it % 2 == 1) 4 else 2
        weight * exp(-(from + it * h).pow(2) / 2)
    } * h / 3 / sqrt(2 * Math.PI)
}

private val GOLDEN =
    listOf(
        -0.5600837175245414,
        1.0719994715619596,
        -1.6360096038621332,
        0.5976193058164169,
        -0.5884421728707631,
        -1.687116830464372,
        -0.16822893748131523,
        -0.7057495165433677,
    )
private const val GOLDEN_SUM = -4354514043441609041L
