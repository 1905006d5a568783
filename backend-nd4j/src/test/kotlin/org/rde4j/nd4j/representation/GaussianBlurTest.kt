package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.exp
import kotlin.random.Random
import org.rde4j.RdeException

class GaussianBlurTest :
    FunSpec({
        test("an image is blurred as the plain double sum says, its border repeated") {
            val (channels, height, width) = listOf(2, 5, 7)
            val sigma = 0.8
            val image = Random(1).floats(channels * height * width)
            val reach = -3..3
            fun weight(offset: Int) = exp(-offset * offset / (2 * sigma * sigma))
            val total = reach.sumOf { i -> reach.sumOf { j -> weight(i) * weight(j) } }
            val expected =
                FloatArray(image.size) { at ->
                    val (c, y, x) = listOf(at / width / height, at / width % height, at % width)
                    val sum =
                        reach.sumOf { i ->
                            reach.sumOf { j ->
                                val row = (y + i).coerceIn(0, height - 1)
                                val column = (x + j).coerceIn(0, width - 1)
                                weight(i) * weight(j) * image[(c * height + row) * width + column]
                            }
                        }
                    (sum / total).toFloat()
                }
            GaussianBlur.blur(image, intArrayOf(channels, height, width), sigma) shouldBeNear
                expected
        }

        test("a sequence is blurred along its samples alone") {
            val step = floatArrayOf(0f, 0f, 0f, 0f, 1f, 1f, 1f, 1f)
            val both = GaussianBlur.blur(step + FloatArray(8) { 5f }, intArrayOf(2, 8), 1.0)
            both.copyOfRange(0, 8) shouldBeNear GaussianBlur.blur(step, intArrayOf(8), 1.0)
            both.copyOfRange(8, 16) shouldBeNear FloatArray(8) { 5f }
            // scipy.ndimage.gaussian_filter1d(step, 1.0, mode="nearest", truncate=3.0)
            both.copyOfRange(0, 8) shouldBeNear
                floatArrayOf(
                    0.00000000f,
                    0.00443305f,
                    0.05843863f,
                    0.30047486f,
                    0.69952514f,
                    0.94156137f,
                    0.99556695f,
                    1.00000000f,
                )
        }

        test("a kernel wider than the signal is refused") {
            shouldThrow<RdeException> {
                    GaussianBlur.blur(FloatArray(64), intArrayOf(1, 8, 8), 1e9)
                }
                .message!!
                .shouldContain("(1.0E9) must be at most 8 for a 8×8 image")
            GaussianBlur.blur(FloatArray(64) { 3f }, intArrayOf(1, 8, 8), 8.0) shouldBeNear
                FloatArray(64) { 3f }
            GaussianBlur.blur(floatArrayOf(1f, 2f), intArrayOf(2), 1e-300) shouldBe
                floatArrayOf(1f, 2f)
        }
    })
