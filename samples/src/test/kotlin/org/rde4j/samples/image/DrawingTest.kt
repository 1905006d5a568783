package org.rde4j.samples.image

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.awt.image.BufferedImage
import org.rde4j.RdeException
import org.rde4j.Tensor

class DrawingTest :
    FunSpec({
        fun BufferedImage.rgb(x: Int, y: Int) = getRGB(x, y) and 0xffffff

        fun plane(side: Int, value: Float) =
            Tensor.of(FloatArray(side * side) { value }, side, side)

        fun details(side: Int, horizontal: Float, vertical: Float, diagonal: Float) =
            Tensor.of(
                listOf(horizontal, vertical, diagonal)
                    .flatMap { value -> List(side * side) { value } }
                    .toFloatArray(),
                3,
                side,
                side,
            )

        test("colours are clipped and rounded to 8 bits") {
            val signal = Tensor.of(floatArrayOf(1.5f, 0.5f, -1f, 0f, 0.2f, 1f), 3, 1, 2)
            val image = Drawing.signal(signal)
            image.rgb(0, 0) shouldBe 0xff0033
            image.rgb(1, 0) shouldBe 0x8000ff
        }

        test("one channel is grey") {
            Drawing.signal(Tensor.of(floatArrayOf(0.2f), 1, 1, 1)).rgb(0, 0) shouldBe 0x333333
        }

        test("other shapes are no pictures") {
            shouldThrow<RdeException> { Drawing.signal(Tensor.of(FloatArray(4), 2, 2)) }
        }

        test("heat colours grow lighter") {
            fun lightness(rgb: Int) =
                0.2126 * (rgb shr 16) + 0.7152 * (rgb shr 8 and 0xff) + 0.0722 * (rgb and 0xff)
            (1..100).forEach {
                lightness(HeatColours.rgb(it / 100f)) shouldBeGreaterThan
                    lightness(HeatColours.rgb((it - 1) / 100f))
            }
        }

        test("wavelet masks nest: coarse at the upper left, vertical details to the right") {
            val masks =
                linkedMapOf(
                    "low" to plane(4, 1f),
                    "detail_2" to details(4, 0.1f, 0.2f, 0.3f),
                    "detail_1" to details(8, 0.5f, 0.6f, 0.7f),
                )
            val image = Drawing.mask(masks, 64, 64)
            image.rgb(5, 5) shouldBe HeatColours.rgb(1f)
            image.rgb(5, 25) shouldBe HeatColours.rgb(0.1f)
            image.rgb(25, 5) shouldBe HeatColours.rgb(0.2f)
            image.rgb(25, 25) shouldBe HeatColours.rgb(0.3f)
            image.rgb(10, 50) shouldBe HeatColours.rgb(0.5f)
            image.rgb(50, 10) shouldBe HeatColours.rgb(0.6f)
            image.rgb(50, 50) shouldBe HeatColours.rgb(0.7f)
        }

        test("any other mask is one plane") {
            val image =
                Drawing.mask(mapOf("pixels" to Tensor.of(floatArrayOf(0f, 1f), 1, 2)), 20, 10)
            image.rgb(2, 5) shouldBe HeatColours.rgb(0f)
            image.rgb(17, 5) shouldBe HeatColours.rgb(1f)
            Drawing.mask(mapOf("atoms" to Tensor.of(floatArrayOf(1f), 1)), 4, 4).rgb(0, 0) shouldBe
                HeatColours.rgb(1f)
        }
    })
