package org.rde4j.samples.audio

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.element
import io.kotest.property.checkAll
import kotlin.math.PI
import kotlin.math.abs
import kotlin.math.min
import kotlin.math.sin

private const val TO = 16_000

class ResamplerTest :
    FunSpec({
        val rates =
            Arb.element(4_000, 8_000, 11_025, 22_050, 44_100, 44_101, 48_000, 96_000, 192_000)

        test("a sine up to 0.92 of the lower Nyquist frequency stays that sine") {
            checkAll(40, rates, Arb.double(0.01, 0.92), Arb.double(0.0, 6.0)) { rate, share, phase
                ->
                val hertz = share * min(rate, TO) / 2
                val result = Resampler.of(rate, TO).resampled(sine(rate, hertz, phase))
                val expected = sine(TO, hertz, phase)
                withClue("$rate Hz, sine of $hertz Hz") {
                    result.size shouldBe Math.round(rate / 2 * TO / rate.toDouble()).toInt()
                    (TO / 8..3 * TO / 8).maxOf { abs(result[it] - expected[it]) } shouldBeLessThan
                        1e-3f
                }
            }
        }

        test("a sine beyond the lower Nyquist frequency vanishes, by more than 60 dB") {
            val high = Arb.element(22_050, 44_100, 48_000, 96_000, 192_000)
            checkAll(25, high, Arb.double(0.0, 1.0)) { rate, place ->
                val hertz = 8_000 + 10 + place * (rate / 2.0 - 8_000 - 20)
                val result = Resampler.of(rate, TO).resampled(sine(rate, hertz, 0.3))
                withClue("$rate Hz, sine of $hertz Hz") {
                    (TO / 8..3 * TO / 8).maxOf { abs(result[it]) } shouldBeLessThan 0.9e-3f
                }
            }
        }

        test("a constant stays the same away from the ends, where silence begins") {
            val ones = FloatArray(22_050) { 0.5f }
            val result = Resampler.of(44_100, TO).resampled(ones)
            (200 until result.size - 200).maxOf { abs(result[it] - 0.5f) } shouldBeLessThan 1e-4f
            Resampler.of(192_000, TO).resampled(FloatArray(1)).size shouldBe 1
        }
    })

/** Half a second. */
private fun sine(rate: Int, hertz: Double, phase: Double) =
    FloatArray(rate / 2) { (0.9 * sin(2 * PI * hertz * it / rate + phase)).toFloat() }
