package org.rde4j.samples.audio

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.floats.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.math.PI
import kotlin.math.abs
import kotlin.math.cos
import kotlin.math.ln
import kotlin.math.pow
import kotlin.math.sqrt
import kotlin.random.Random
import org.rde4j.RdeException

private const val N = 32_000
private const val CELLS = 1024

class LogSpectrumTest :
    FunSpec({
        val ones = FloatArray(CELLS) { 1f }
        val zeros = FloatArray(CELLS)

        test("the frequencies are NumPy's geomspace(20, 8000, 1024)") {
            val frequencies = LogSpectrum.frequencies()
            frequencies.size shouldBe CELLS
            frequencies[0] shouldBe 20.0
            frequencies[1] shouldBe (20.117476 plusOrMinus 1e-5)
            frequencies[511] shouldBe (398.83 plusOrMinus 0.01)
            frequencies[1023] shouldBe (8000.0 plusOrMinus 1e-8)
        }

        test("a pure tone on a bin lies in the cell of its frequency, with its phase") {
            checkAll(60, Arb.int(170, 15_999), Arb.double(0.0, 6.28)) { bin, phase ->
                val tone = tones(Triple(bin, 0.5, phase))
                val cell = cell(bin / 2.0)
                val spectrum = LogSpectrum.of(tone)
                withClue("bin $bin, cell $cell") {
                    LogSpectrum.bins(tone)[cell] shouldBe bin
                    // All other cells are empty: the root mean square is that of one value in
                    // 1,024.
                    spectrum.get(0, cell) shouldBe (32f plusOrMinus 1e-3f)
                    (0 until CELLS)
                        .filter { it != cell }
                        .maxOf { spectrum.get(0, it) } shouldBeLessThan 1e-3f
                    val gap = abs(spectrum.get(1, cell) - phase)
                    minOf(gap, 2 * PI - gap) shouldBeLessThan 1e-4
                }
            }
        }

        test("two tones in one cell: the stronger one is shown") {
            val tone = tones(Triple(6001, 0.2, 1.0), Triple(6004, 0.6, 2.0))
            cell(3000.5) shouldBe cell(3002.0)
            LogSpectrum.bins(tone)[cell(3000.5)] shouldBe 6004
            LogSpectrum.of(tone).get(1, cell(3000.5)) shouldBe (2f plusOrMinus 1e-3f)
        }

        test("below 85 Hz, where cells are narrower than bins, each shows the nearest bin") {
            val frequencies = LogSpectrum.frequencies()
            val bins = LogSpectrum.bins(noise(1))
            for (cell in 0 until CELLS) {
                val reach = maxOf(0.25, frequencies[cell] * (400.0.pow(0.5 / 1023) - 1))
                withClue("cell $cell") {
                    abs(bins[cell] / 2.0 - frequencies[cell]) shouldBeLessThanOrEqualTo reach + 0.01
                }
            }
        }

        test("magnitudes have a mean square of 1 whatever the loudness; phases lie in [0, 2 pi)") {
            checkAll(20, Arb.long(), Arb.double(1e-4, 1.0)) { seed, loudness ->
                val sound = noise(seed)
                val spectrum = LogSpectrum.of(sound)
                val quiet = LogSpectrum.of(FloatArray(N) { (loudness * sound[it]).toFloat() })
                spectrum.shape().toList() shouldBe listOf(2, CELLS)
                sqrt(
                    (0 until CELLS).sumOf { spectrum.get(0, it).toDouble().pow(2) } / CELLS
                ) shouldBe (1.0 plusOrMinus 1e-5)
                (0 until CELLS).all { spectrum.get(1, it) in 0f..6.2831850f } shouldBe true
                (0 until CELLS).maxOf {
                    abs(spectrum.get(0, it) - quiet.get(0, it))
                } shouldBeLessThan 1e-3f
            }
        }

        test("silence gives zeros; the third second does not matter; a short sound is padded") {
            LogSpectrum.of(FloatArray(N)).values().all { it == 0f } shouldBe true
            val sound = noise(2)
            LogSpectrum.of(sound + noise(3)) shouldBe LogSpectrum.of(sound)
            LogSpectrum.of(sound.copyOf(9_000)) shouldBe
                LogSpectrum.of(sound.copyOf(9_000).copyOf(N))
        }

        test("a mask of ones gives back a note of 20 to 8,000 Hz") {
            val random = Random(5)
            val waves =
                List(300) {
                    Triple(random.nextInt(40, 16_000), 0.003, random.nextDouble(0.0, 6.28))
                }
            val note = tones(*waves.toTypedArray())
            val rumble = tones(Triple(39, 0.3, 1.0), Triple(3, 0.2, 0.0))
            val both = FloatArray(N) { note[it] + rumble[it] }
            LogSpectrum.masked(note, ones, ones, 1).gap(note) shouldBeLessThan 1e-5f
            LogSpectrum.masked(both, ones, ones, 1).gap(note) shouldBeLessThan 1e-5f
        }

        test("what a mask keeps and what its complement keeps add up to the note") {
            checkAll(10, Arb.long()) { seed ->
                val sound = noise(seed)
                val mask = FloatArray(CELLS) { Random(seed + it).nextFloat() }
                val rest = FloatArray(CELLS) { 1 - mask[it] }
                val kept = LogSpectrum.masked(sound, mask, ones, 1)
                val left = LogSpectrum.masked(sound, rest, ones, 1)
                val all = LogSpectrum.masked(sound, ones, ones, 1)
                FloatArray(N) { kept[it] + left[it] }.gap(all) shouldBeLessThan 1e-5f
                LogSpectrum.masked(sound, zeros, mask, 1).gap(FloatArray(N)) shouldBe 0f
            }
        }

        test("a magnitude mask weakens its own cell only") {
            val tone = tones(Triple(2000, 0.2, 1.0), Triple(4000, 0.2, 2.0))
            val mask = ones.copyOf().also { it[cell(1000.0)] = 0.25f }
            val expected = tones(Triple(2000, 0.05, 1.0), Triple(4000, 0.2, 2.0))
            LogSpectrum.masked(tone, mask, ones, 1).gap(expected) shouldBeLessThan 1e-5f
        }

        test("a phase mask turns phases within (1 - s) pi and leaves magnitudes alone") {
            checkAll(20, Arb.double(0.0, 1.0), Arb.long()) { share, seed ->
                val phases = FloatArray(CELLS) { share.toFloat() }
                val tone = tones(Triple(2000, 0.2, 1.0), Triple(4000, 0.4, 2.0))
                val turned = LogSpectrum.masked(tone, ones, phases, seed)
                LogSpectrum.masked(tone, ones, phases, seed) shouldBe turned
                val before = LogSpectrum.of(tone)
                val after = LogSpectrum.of(turned)
                for (hertz in listOf(1000.0, 2000.0)) {
                    val cell = cell(hertz)
                    after.get(0, cell) shouldBe (before.get(0, cell) plusOrMinus 1e-3f)
                    val gap = abs(after.get(1, cell) - before.get(1, cell))
                    minOf(gap, (2 * PI).toFloat() - gap) shouldBeLessThan
                        ((1 - share) * PI + 1e-3).toFloat()
                }
            }
        }

        test("phases that are not kept are uniform") {
            val tone = tones(Triple(2000, 0.2, 1.0))
            val cosines =
                (1L..200).map { seed ->
                    cos(
                        LogSpectrum.of(LogSpectrum.masked(tone, ones, zeros, seed))
                            .get(1, cell(1000.0))
                    )
                }
            cosines.average() shouldBe (0.0 plusOrMinus 0.2)
            cosines.map { it * it }.average() shouldBe (0.5 plusOrMinus 0.1)
        }

        test("masks of another size or range are refused") {
            shouldThrow<RdeException> { LogSpectrum.masked(zeros, FloatArray(7), ones, 1) }
                .message shouldContain "magnitude mask has 7"
            shouldThrow<RdeException> {
                    LogSpectrum.masked(zeros, ones, ones.copyOf().also { it[3] = Float.NaN }, 1)
                }
                .message shouldContain "phase mask holds NaN"
        }
    })

private fun cell(hertz: Double) = Math.round(1023 * ln(hertz / 20) / ln(400.0)).toInt()

/** A sum of cosines on bins: (bin, amplitude, phase). */
private fun tones(vararg waves: Triple<Int, Double, Double>) =
    FloatArray(N) { i ->
        waves
            .sumOf { (bin, amplitude, phase) ->
                amplitude * cos(2 * PI * (bin.toLong() * i % N) / N + phase)
            }
            .toFloat()
    }

private fun noise(seed: Long) =
    Random(seed).let { random -> FloatArray(N) { random.nextFloat() - 0.5f } }

private fun FloatArray.gap(other: FloatArray) = indices.maxOf { abs(this[it] - other[it]) }
