package org.rde4j.nd4j.metrics

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.float
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import java.util.SplittableRandom
import kotlin.math.cos
import kotlin.math.ln
import kotlin.math.sin
import kotlin.math.sqrt
import org.rde4j.RdeException
import org.rde4j.Tensor

private fun mask(vararg values: Float) = mapOf("pixels" to Tensor.of(values, values.size))

/** A picture [channels, height, width] from a formula. */
private fun picture(channels: Int, height: Int, width: Int, value: (Int, Int, Int) -> Double) =
    Tensor.of(
        FloatArray(channels * height * width) {
            value(it / (height * width), it / width % height, it % width).toFloat()
        },
        channels,
        height,
        width,
    )

/** The measures that need no model, against SciPy 1.10, scikit-image 0.19 and hand-made numbers. */
class MeasuresTest :
    FunSpec({
        test("means and standard errors") {
            val estimate = Estimate.of(1.0, 2.0, 3.0, 4.0)
            estimate.mean() shouldBe 2.5
            estimate.error() shouldBe (sqrt(5.0 / 3 / 4) plusOrMinus 1e-12)
            Estimate.of(7.0) shouldBe Estimate(7.0, 0.0, 1)
            Estimate.of().mean().isNaN() shouldBe true
        }

        test("sparseness and complexity of known masks") {
            MaskShape.of(mask(0f, 0f, 1f, 0f)).gini() shouldBe 0.75
            MaskShape.of(mask(4f / 4, 1f / 4, 3f / 4, 2f / 4)).gini() shouldBe
                (0.25 plusOrMinus 1e-7)
            MaskShape.of(mask(0.5f, 0.5f, 0.5f)).gini() shouldBe (0.0 plusOrMinus 1e-12)
            MaskShape.of(mask(0.5f, 0.5f, 0f)).complexity() shouldBe (ln(2.0) plusOrMinus 1e-12)
            val mixed = MaskShape.of(mask(0.1f, 0.9f, 0.4f, 0.4f, 0f, 0.7f))
            mixed.gini() shouldBe (0.42 plusOrMinus 1e-6)
            mixed.complexity() shouldBe (1.4394059397 plusOrMinus 1e-6)
            mixed.rate() shouldBe (2.5 / 6 plusOrMinus 1e-7)
            MaskShape.of(mask(0f, 0f)).gini().isNaN() shouldBe true
        }

        test("sparseness and complexity stay in their ranges and know no order") {
            checkAll(200, Arb.list(Arb.float(0.01f, 1f), 2..40)) { values ->
                val shape = MaskShape.of(mask(*values.toFloatArray()))
                val k = values.size
                (shape.gini() >= -1e-9 && shape.gini() <= 1 - 1.0 / k + 1e-9) shouldBe true
                (shape.complexity() >= 0 && shape.complexity() <= ln(k.toDouble()) + 1e-9) shouldBe
                    true
                MaskShape.of(mask(*values.reversed().toFloatArray())) shouldBe shape
            }
        }

        test("the order is by decreasing entry, ties by the name of the block and by position") {
            val low = "low" to Tensor.of(floatArrayOf(0.5f, 0.1f), 2)
            val detail = "detail_1" to Tensor.of(floatArrayOf(0.9f, 0.5f, 0.1f, 0.5f), 2, 2)
            val row = MaskRow.of(linkedMapOf(low, detail))
            row.order().toList() shouldBe listOf(0, 1, 3, 4, 2, 5)
            MaskRow.of(linkedMapOf(detail, low)).order() shouldBe row.order()
            row.with(row.values()).blocks() shouldBe row.blocks()
            val shuffled = row.shuffled(SplittableRandom(5))
            shuffled.values().sorted() shouldBe row.values().sorted()
            shuffled.blocks().keys.toList() shouldBe listOf("detail_1", "low")
        }

        test("every permutation is as likely as any other") {
            val random = SplittableRandom(1)
            val counts =
                (1..6000).groupingBy { MaskRow.permutation(3, random).toList() }.eachCount()
            counts.size shouldBe 6
            // Five standard deviations of a binomial with n = 6000 and p = 1/6.
            counts.values.forEach { it.toDouble() shouldBe (1000.0 plusOrMinus 145.0) }
        }

        test("areas of straight lines are exact both ways") {
            val rates = doubleArrayOf(0.0, 0.2, 0.7, 1.0)
            val line = rates.map { 3 - 2 * it }.toDoubleArray()
            Curve.trapezoids(rates, line) shouldBe (2.0 plusOrMinus 1e-12)
            Curve.trapezoids(rates.reversedArray(), line.reversedArray()) shouldBe
                (2.0 plusOrMinus 1e-12)
            val curve = Curve.of(rates, arrayOf(line, DoubleArray(4) { 1.0 }), arrayOf())
            curve.distortionArea() shouldBe Estimate.of(Curve.trapezoids(rates, line), 1.0)
            curve.points()[1].distortion() shouldBe Estimate.of(line[1], 1.0)
            curve.probabilityArea().mean().isNaN() shouldBe true
        }

        test("rank correlation with ties, as SciPy has it") {
            val a = floatArrayOf(3f, 1f, 4f, 1f, 5f, 9f, 2f, 6f, 5f, 3f)
            val b = floatArrayOf(2f, 7f, 1f, 8f, 2f, 8f, 1f, 8f, 2f, 8f)
            Similarity.spearman(a, b) shouldBe (0.13471506281091267 plusOrMinus 1e-12)
            Similarity.pearson(
                a.map { it.toDouble() }.toDoubleArray(),
                b.map { it.toDouble() }.toDoubleArray(),
            ) shouldBe (0.10492284287735876 plusOrMinus 1e-12)
            Similarity.spearman(a, a.map { it * it }.toFloatArray()) shouldBe
                (1.0 plusOrMinus 1e-12)
            Similarity.spearman(a, FloatArray(10)).isNaN() shouldBe true
            val tenths = DoubleArray(3) { 0.1 }
            Similarity.pearson(tenths, doubleArrayOf(1.0, 2.0, 3.0)).isNaN() shouldBe true
        }

        test("structural similarity, as scikit-image has it") {
            val a = picture(1, 16, 20) { _, y, x -> 0.5 + 0.4 * sin(0.5 * x) * cos(0.4 * y) }
            val b =
                picture(1, 16, 20) { _, y, x -> 0.5 + 0.4 * sin(0.55 * x + 0.1) * cos(0.38 * y) }
            Similarity.ssim(a, b) shouldBe (0.8053559604732694 plusOrMinus 1e-6)
            Similarity.ssim(a, a) shouldBe (1.0 plusOrMinus 1e-9)
            fun colours(first: Tensor, second: Tensor) =
                Tensor.of(first.values() + second.values(), 2, 16, 20)
            Similarity.ssim(colours(a, b), colours(a, a)) shouldBe
                ((1 + 0.8053559604732694) / 2 plusOrMinus 1e-6)
            shouldThrow<RdeException> { Similarity.ssim(a, picture(1, 8, 20) { _, _, _ -> 0.0 }) }
                .message shouldContain "two pictures of one size"
        }

        test("invented edges, as SciPy's correlate and maximum_filter count them") {
            val real =
                picture(3, 12, 14) { c, y, x ->
                    0.5 + if (x < 9) 0.4 * sin(0.5 * x + 0.3 * c) * cos(0.4 * y) else 0.0
                }
            val shown =
                picture(3, 12, 14) { c, y, x ->
                    0.3 + if (y > 5) 0.25 * sin(0.9 * x + 0.2 * c + 0.7 * y) else 0.0
                }
            val counts = Hallucination.count(shown, real)
            listOf(counts.invented(), counts.shown(), counts.real()) shouldBe listOf(17, 82, 72)
            counts.score() shouldBe (17.0 / 72 plusOrMinus 1e-12)
            counts.share() shouldBe (17.0 / 82 plusOrMinus 1e-12)
            // The explanation is divided by its greatest value, so this one shows the picture
            // itself.
            val whole =
                Tensor.of(real.values().map { it / real.values().max() }.toFloatArray(), 3, 12, 14)
            Hallucination.count(real, whole).invented() shouldBe 0
            Hallucination.count(picture(3, 12, 14) { _, _, _ -> 0.0 }, real).share() shouldBe 0.0
            shouldThrow<RdeException> {
                    Hallucination.count(Tensor.of(FloatArray(4), 4), Tensor.of(FloatArray(4), 4))
                }
                .message shouldContain "needs a picture"
        }

        test("faithfulness of given sums and effects, as NumPy computes it") {
            val measured =
                Faithfulness.of(
                    doubleArrayOf(1.0, 2.0, 4.0, 3.0, 7.0),
                    doubleArrayOf(2.0, 1.0, 5.0, 4.0, 9.0),
                )
            measured.correlation().mean() shouldBe (0.9623328007366595 plusOrMinus 1e-12)
            measured.infidelity().mean() shouldBe (0.5873417721518986 plusOrMinus 1e-12)
            measured.infidelity().error() shouldBe (0.43247972964775955 plusOrMinus 1e-12)
        }

        test("entropy of energies, as NumPy computes it") {
            Conciseness.entropy(floatArrayOf(1f, -2f, 0.5f, 3f)) shouldBe
                (0.9042218154707602 plusOrMinus 1e-9)
            Conciseness.entropy(floatArrayOf(0f, 0f)) shouldBe 0.0
        }

        test("stability of hand-made masks") {
            val a = mask(1f, 0.8f, 0.2f, 0f, 0f)
            val b = mask(1f, 0.1f, 0.9f, 0f, 0f)
            val stability = Stability.of(listOf(a, b), 3).measured()
            // Both have ‖s‖₁ = 2, so the top two are {0, 1} and {0, 2}.
            stability.top().mean() shouldBe (1.0 / 3 plusOrMinus 1e-12)
            stability.thresholded().mean() shouldBe (1.0 / 3 plusOrMinus 1e-12)
            // Ranks (4, 3, 2, ½, ½) and (4, 2, 3, ½, ½) about their mean 2: products sum to 8.5,
            // squares to 9.5.
            stability.spearman().mean() shouldBe (8.5 / 9.5 plusOrMinus 1e-12)
            val same = Stability.of(listOf(a, a, a), 3).measured()
            same.top() shouldBe Estimate(1.0, 0.0, 3)
            same.spearman().mean() shouldBe (1.0 plusOrMinus 1e-12)
            shouldThrow<RdeException> { Stability.of(listOf(a), 0) }.message shouldContain
                "at least two masks"
            shouldThrow<RdeException> { Stability.of(listOf(a, mask(1f)), 0) }
        }

        test("shuffled masks agree as much as chance says") {
            // Two random sets of r of k components: |A ∩ B| is r²/k on average.
            val k = 2000
            val masks = (0..7).map { mask(*FloatArray(k) { i -> if (i < 500) 1f else 0f }) }
            val compared = Stability.of(masks, 11)
            compared.measured().top().mean() shouldBe 1.0
            val shared = 500.0 * 500 / k
            compared.control().top().mean() shouldBe (shared / (1000 - shared) plusOrMinus 0.01)
            compared.control().spearman().mean() shouldBe (0.0 plusOrMinus 0.02)
        }
    })
