package org.rde4j.nd4j.representation

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import org.rde4j.Moments
import org.rde4j.Moments.Grouping

class NoiseMomentsTest :
    FunSpec({
        val blocks = listOf(Block("low", listOf(2), 1, 2, 2), Block("detail", listOf(1), 1, 2, 2))
        // Channels alternate: 1, 3 | 2, 8 and in the second block 5 | 5.
        val coefficients = arrayOf(floatArrayOf(1f, 2f, 3f, 8f), floatArrayOf(5f, 5f))

        fun moments(grouping: Grouping) =
            NoiseMoments.of(Moments.OfSignal(grouping), blocks, coefficients)

        fun NoiseMoments.shouldBeNear(mean: Double, variance: Double) {
            mean() shouldBe (mean plusOrMinus 1e-12)
            std() * std() shouldBe (variance plusOrMinus 1e-12)
        }

        test("all coefficients together") {
            moments(Grouping.WHOLE).flatten().forEach { it.shouldBeNear(4.0, 32.0 / 5) }
        }

        test("the coefficients of a channel in all blocks") {
            moments(Grouping.PER_CHANNEL).forEach { (first, second) ->
                first.shouldBeNear(3.0, 8.0 / 2)
                second.shouldBeNear(5.0, 18.0 / 2)
            }
        }

        test("the coefficients of each block") {
            val (low, detail) = moments(Grouping.PER_SCALE)
            low.forEach { it.shouldBeNear(3.5, 29.0 / 3) }
            detail.forEach { it.shouldBeNear(5.0, 0.0) }
        }

        test("the channels of a patch are those of its pixels") {
            val patches = listOf(Block("patches", listOf(1), 1, 4, 2))
            val all =
                NoiseMoments.of(
                    Moments.OfSignal(Grouping.PER_CHANNEL),
                    patches,
                    arrayOf(floatArrayOf(1f, 10f, 3f, 20f)),
                )
            all.single().map { it.mean() } shouldBe listOf(2.0, 15.0)
        }

        test("one value has no spread, and given moments are taken as they are") {
            val single = listOf(Block("pixels", listOf(1), 1, 1, 1))
            NoiseMoments.of(
                Moments.OfSignal(Grouping.WHOLE),
                single,
                arrayOf(floatArrayOf(7f)),
            ) shouldBe listOf(listOf(NoiseMoments(7.0, 0.0)))
            NoiseMoments.of(Moments.Given(0.5, 2.0), blocks, coefficients)
                .flatten()
                .toSet() shouldBe setOf(NoiseMoments(0.5, 2.0))
        }
    })
