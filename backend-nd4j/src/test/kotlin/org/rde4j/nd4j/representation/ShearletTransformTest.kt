package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.ln
import kotlin.random.Random
import org.rde4j.RdeException
import org.rde4j.Representation.shearlets

class ShearletTransformTest :
    FunSpec({
        fun scalesFor(height: Int, width: Int) =
            (ln(minOf(height, width).toDouble()) / ln(2.0) + 1e-9).toInt() - 2

        test("images of any size come back, and f is the adjoint of the analysis") {
            checkAll(12, Arb.int(8..40), Arb.int(8..40), Arb.int(1..3)) { height, width, channels ->
                val scales = Random(height + width).nextInt(1, scalesFor(height, width) + 1)
                val transform = Transform.of(shearlets().scales(scales), channels, height, width)
                val signal = Random(height * 64 + width).floats(channels * height * width)
                val h = transform.analyse(signal)
                transform.synthesised(h) shouldBeNear signal
                // A tight frame keeps the norm ...
                h.sumOf { dot(it, it) } shouldBe (dot(signal, signal) plusOrMinus 1e-4)
                // ... and fᵀ is the analysis.
                val back = transform.adjoint(transform.randomCoefficients(Random(1)), signal)
                h.indices.forEach { back[it] shouldBeNear h[it] }
            }
        }

        test("squared windows add up to one, and no direction is empty") {
            checkAll(10, Arb.int(8..70), Arb.int(8..70)) { height, width ->
                val scales = scalesFor(height, width)
                val windows = ShearletWindows(scales, height, width)
                val sums = DoubleArray(height * width)
                for (scale in 0..scales) {
                    for (direction in 0 until ShearletWindows.directions(scale)) {
                        val window = windows.window(scale, direction)
                        withClue("$scale, $direction of $height x $width") {
                            window.maxOf { it.toDouble() } shouldBeGreaterThan 0.5
                        }
                        window.forEachIndexed { i, w -> sums[i] += w.toDouble() * w }
                    }
                }
                sums.forEach { it shouldBe (1.0 plusOrMinus 1e-6) }
            }
        }

        test("a plane wave lands in the scale and the direction of its frequency") {
            val size = 64
            val transform = Transform.of(shearlets(), 1, size, size)
            fun energies(rows: Int, columns: Int): List<List<Double>> {
                val wave =
                    FloatArray(size * size) {
                        val phase = rows * (it / size) + columns * (it % size)
                        cos(2 * PI * phase / size).toFloat()
                    }
                val h = transform.analyse(wave)
                return transform.blocks().mapIndexed { b, block ->
                    val bands = block.bands()
                    (0 until bands).map { band ->
                        h[b]
                            .filterIndexed { i, _ -> i % bands == band }
                            .sumOf { it * it.toDouble() }
                    }
                }
            }
            fun landsIn(rows: Int, columns: Int, scale: Int, direction: Int) =
                withClue("$rows, $columns") {
                    val energies = energies(rows, columns)
                    energies[scale][direction] shouldBe (energies.flatten().sum() plusOrMinus 1e-4)
                }
            // The rings of 64 pixels with four scales are pure at 2^j (the last from 16 on), 32
            // being the highest frequency.
            landsIn(0, 0, 0, 0)
            landsIn(0, 2, 1, 0)
            landsIn(4, 0, 2, 4)
            landsIn(0, 8, 3, 0)
            landsIn(8, 8, 3, 4)
            landsIn(-8, 8, 3, 12)
            landsIn(24, 0, 4, 8)
            landsIn(7, 28, 4, 1)
            landsIn(28, -7, 4, 9)
        }

        test("the synthesis restricted to frequencies is the plain double sum over filters") {
            val (height, width) = 9 to 12
            val transform = Transform.of(shearlets().scales(1), 1, height, width)
            val h = transform.randomCoefficients(Random(3))
            val windows = ShearletWindows(1, height, width)
            // One filter as an image: its values are the cosine sums of its window.
            val expected = DoubleArray(height * width)
            h.forEachIndexed { scale, values ->
                val bands = ShearletWindows.directions(scale)
                for (band in 0 until bands) {
                    val window = windows.window(scale, band)
                    val kernel =
                        DoubleArray(height * width) { place ->
                            window.indices.sumOf { k ->
                                val turns =
                                    (k / width) * (place / width) / height.toDouble() +
                                        (k % width) * (place % width) / width.toDouble()
                                window[k] * cos(2 * PI * turns)
                            } / (height * width)
                        }
                    for (y in 0 until height * width) {
                        for (x in 0 until height * width) {
                            val row = Math.floorMod(y / width - x / width, height)
                            val column = Math.floorMod(y % width - x % width, width)
                            expected[y] += values[x * bands + band] * kernel[row * width + column]
                        }
                    }
                }
            }
            transform.synthesised(h) shouldBeNear expected.map { it.toFloat() }.toFloatArray()
        }

        test("blocks come coarse to fine with twice the directions every second scale") {
            val blocks = Transform.of(shearlets(), 3, 224, 100).blocks()
            blocks.map { it.name() } shouldBe listOf("low") + (1..4).map { "shear_$it" }
            blocks.map { it.maskShape().toList() } shouldBe
                listOf(listOf(224, 100)) + listOf(8, 8, 16, 16).map { listOf(it, 224, 100) }
            blocks.map { it.dimension() }.toSet() shouldBe setOf(3)
        }

        test("scales are limited by the image") {
            shouldThrow<RdeException> { Transform.of(shearlets(), 3, 48, 64) }.message shouldBe
                "The number of scales of the shearlets (4) must be at most 3 for a 48×64 image." +
                    "\nMaybe use scales(3)."
            shouldThrow<RdeException> { Transform.of(shearlets().scales(1), 1, 7, 9) }
                .message shouldBe
                "The number of scales of the shearlets (1) must be at most 0 for a 7×9 image." +
                    "\nMaybe use pixels()."
            shouldThrow<RdeException> { Transform.of(shearlets(), 1, 999) }.message shouldBe
                "Shearlets must represent images [C, H, W], not a signal of 999 samples." +
                    "\nMaybe use wavelets(\"db3\")."
        }
    })
