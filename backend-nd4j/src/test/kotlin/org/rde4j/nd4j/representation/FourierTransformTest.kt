package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.sin
import kotlin.random.Random
import org.rde4j.Fourier
import org.rde4j.RdeException
import org.rde4j.Representation.fourier

class FourierTransformTest :
    FunSpec({
        val kinds = listOf(fourier(), fourier().joint(), fourier().whole())

        test("images of any size come back from every grouping") {
            checkAll(20, Arb.element(kinds), Arb.int(1..30), Arb.int(1..30), Arb.int(1..3)) {
                kind,
                height,
                width,
                channels ->
                val transform = Transform.of(kind, channels, height, width)
                val signal = Random(height * 64 + width).floats(channels * height * width)
                transform.synthesised(transform.analyse(signal)) shouldBeNear signal
            }
        }

        // 2039 is prime, 1250 = 25 · 50, 1254 = 33 · 38, 32000 = 160 · 200; 1 is a constant
        listOf(1, 2, 7, 1024, 1250, 1254, 1225, 2039, 32000).forEach { length ->
            test("$length samples come back, and joint coefficients have the right adjoint") {
                val signal = Random(length).floats(2 * length)
                val polar = Transform.of(fourier(), 2, length)
                polar.synthesised(polar.analyse(signal)) shouldBeNear signal
                val joint = Transform.of(fourier().joint(), 2, length)
                val h = joint.randomCoefficients(Random(2))
                val f = joint.synthesised(h)
                val right = dot(h[0], joint.adjoint(h, signal)[0])
                dot(f, signal) shouldBe (right plusOrMinus 1e-5 * norm(f) * norm(signal))
            }
        }

        test("coefficients are those of numpy.fft.rfft and rfft2") {
            val vector = floatArrayOf(1f, 2f, 3f, 5f, 8f)
            val (magnitude, phase) = Transform.of(fourier(), 5).analyse(vector)
            magnitude shouldBeNear floatArrayOf(19.000000f, 7.282475f, 4.895463f)
            phase shouldBeNear floatArrayOf(0.000000f, 1.904010f, 2.803320f)
            // np.fft.rfft2([[1, 2, 4], [-3, 5, 0]]), real and imaginary parts in turn.
            Transform.of(fourier().joint(), 1, 2, 3)
                .analyse(floatArrayOf(1f, 2f, 4f, -3f, 5f, 0f))[0] shouldBeNear
                floatArrayOf(
                    9.000000f,
                    0.000000f,
                    -7.500000f,
                    -2.598076f,
                    5.000000f,
                    0.000000f,
                    3.500000f,
                    6.062178f,
                )
        }

        test("the synthesis is the sum of cosines with mixed magnitudes and phases") {
            val length = 1250
            val transform = Transform.of(fourier(), length)
            val random = Random(5)
            val m = FloatArray(length / 2 + 1) { if (it % 97 == 3) random.nextFloat() else 0f }
            val omega = FloatArray(m.size) { 7 * random.nextFloat() - 3.5f }
            val expected =
                FloatArray(length) { l ->
                    m.indices
                        .sumOf { k -> 2 * m[k] * cos(2 * PI * k * l / length + omega[k]) / length }
                        .toFloat()
                }
            transform.synthesised(arrayOf(m, omega)).shouldBeNear(expected, 1e-6)
        }

        test("gradients of magnitudes and phases are those of the sum of cosines") {
            val (height, width) = 4 to 6
            val transform = Transform.of(fourier(), 1, height, width)
            val random = Random(6)
            val h = transform.randomCoefficients(random)
            val x = random.floats(height * width)
            val (byMagnitude, byPhase) = transform.adjoint(h, x)
            for (place in 0 until 4 * 4) {
                val (row, k) = place / 4 to place % 4
                val weight = if (k == 0 || k == 3) 1.0 else 2.0
                fun sum(part: (Double) -> Double) =
                    x.indices.sumOf {
                        val turns = row * (it / width) / 4.0 + k * (it % width) / 6.0
                        weight / 24 * x[it] * part(2 * PI * turns + h[1][place])
                    }
                withClue("$row, $k") {
                    byMagnitude[place].toDouble() shouldBe (sum(::cos) plusOrMinus 1e-6)
                    byPhase[place].toDouble() shouldBe
                        (sum { -h[0][place] * sin(it) } plusOrMinus 1e-6)
                }
            }
        }

        test("a coefficient that is zero has no phase, a negative one the phase π") {
            val constant = Transform.of(fourier(), 100).analyse(FloatArray(100) { -0.3f })
            constant[0][0].toDouble() shouldBe (30.0 plusOrMinus 1e-4)
            constant[1][0] shouldBe PI.toFloat()
            constant[0].drop(1).toSet() shouldBe setOf(0f)
            constant[1].drop(1).toSet() shouldBe setOf(0f)
            Transform.of(fourier(), 3, 8).analyse(FloatArray(24))[1].toSet() shouldBe setOf(0f)
        }

        test("the whole magnitude and the whole phase are two components") {
            val transform = Transform.of(fourier().whole(), 2, 40)
            transform.blocks().map { it.name() } shouldBe listOf("magnitude", "phase")
            transform.blocks().map { it.maskShape().toList() } shouldBe listOf(listOf(1), listOf(1))
            val signal = Random(7).floats(80)
            val half = transform.masked(signal, listOf(floatArrayOf(0.5f), floatArrayOf(1f)))
            half shouldBeNear FloatArray(80) { signal[it] / 2 }
            // Without phases a signal is even.
            val even = transform.masked(signal, listOf(floatArrayOf(1f), floatArrayOf(0f)))
            (1..39).forEach {
                even[it].toDouble() shouldBe (even[40 - it].toDouble() plusOrMinus 1e-5)
            }
        }

        test("bands of 32000 samples come back and have the right adjoint") {
            val starts = Fourier.logarithmicBands(32000, 16000.0, 20.0, 64)
            val signal = Random(8).floats(32000)
            val joint = Transform.of(fourier().joint().bands(starts), 1, 32000)
            joint.blocks().map { it.maskShape().toList() } shouldBe listOf(listOf(64))
            joint.synthesised(joint.analyse(signal)) shouldBeNear signal
            val h = joint.randomCoefficients(Random(9))
            val f = joint.synthesised(h)
            val right = dot(h[0], joint.adjoint(h, signal)[0])
            dot(f, signal) shouldBe (right plusOrMinus 1e-5 * norm(f) * norm(signal))
            val apart = Transform.of(fourier().bands(starts), 1, 32000)
            apart.blocks().map { it.maskShape().toList() } shouldBe List(2) { listOf(64) }
            apart.synthesised(apart.analyse(signal)) shouldBeNear signal
        }

        test("a band is masked as all of its frequencies are") {
            checkAll(20, Arb.int(6..60), Arb.element(true, false)) { length, joint ->
                val signal = Random(length).floats(2 * length)
                val starts = listOf(0, 1, 3)
                val frequencies = length / 2 + 1
                fun spread(mask: FloatArray) =
                    FloatArray(frequencies) { k -> mask[starts.indexOfLast { it <= k }] }
                val each = if (joint) fourier().joint() else fourier()
                val masks = List(if (joint) 1 else 2) { Random(it).floats(3) }
                Transform.of(each.bands(starts), 2, length).masked(signal, masks) shouldBe
                    Transform.of(each, 2, length).masked(signal, masks.map(::spread))
            }
        }

        test("bands that do not fit are refused") {
            shouldThrow<RdeException> { Transform.of(fourier().bands(0, 2), 3, 4, 4) }
                .message shouldBe
                "Bands of frequencies must be those of a signal [C, T] or a vector [n], not of a " +
                    "4×4 image.\nMaybe use fourier() or wavelets(\"db3\")."
            Transform.of(fourier().bands(0, 4), 8).blocks().size shouldBe 2
            shouldThrow<RdeException> { Transform.of(fourier().bands(0, 5), 8) }.message shouldBe
                "The last band starts at the frequency 5, which must be at most 4 for a vector of " +
                    "8 values.\nMaybe use Fourier.logarithmicBands(8, ...)."
        }

        test("masks have half the frequencies of the last axis") {
            fun shapes(vararg signal: Int) =
                Transform.of(fourier(), *signal).blocks().map { it.maskShape().toList() }
            shapes(3, 10, 7) shouldBe List(2) { listOf(10, 4) }
            shapes(2, 32000) shouldBe List(2) { listOf(16001) }
            shapes(9) shouldBe List(2) { listOf(5) }
            Transform.of(fourier().joint(), 3, 10, 8).blocks() shouldBe
                listOf(Block("fourier", listOf(10, 5), 1, 6, 3))
        }

        test("lengths without two factors are refused with one that has them") {
            shouldThrow<RdeException> { Transform.of(fourier(), 32003) }.message shouldBe
                "The length (32003) of a Fourier transform must be a product of two numbers of at " +
                    "most 2048.\nMaybe cut the signal to 32000 values."
            shouldThrow<RdeException> { Transform.of(fourier(), 1, 2049, 4) }.message shouldBe
                "The Fourier transform of a 2049×4 image has 2049 rows, which must be at most 2048." +
                    "\nMaybe explain a smaller image."
        }
    })
