package org.rde4j.samples.audio.synthesis

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.abs
import kotlin.math.ln
import kotlin.math.sin
import kotlin.math.sqrt
import org.rde4j.RdeException
import org.rde4j.samples.audio.LogSpectrum
import org.rde4j.samples.audio.Note

private const val COUNT = 300

class PlantedNotesTest :
    FunSpec({
        val phase = List(COUNT) { Planted(PlantedNotes.phase().note(3, it)) }
        val magnitude = List(COUNT) { Planted(PlantedNotes.magnitude().note(3, it)) }

        test("one seed, one answer; families alternate") {
            for (notes in listOf(PlantedNotes.phase(), PlantedNotes.magnitude())) {
                notes.note(5, 8) shouldBe notes.note(5, 8)
                notes.note(6, 8) shouldNotBe notes.note(5, 8)
                (0 until 6).map { notes.note(5, it).family() } shouldBe listOf(0, 1, 0, 1, 0, 1)
                shouldThrow<RdeException> { notes.note(1, -2) }.message shouldContain "(-2)"
            }
        }

        test("partials lie on bins: the second two seconds repeat the first") {
            val samples = PlantedNotes.phase().note(3, 0).samples()
            // Up to the noise and the rounding to 16 bits.
            (0 until 32_000).maxOf { abs(samples[it] - samples[it + 32_000]) } shouldBeLessThan
                3e-3f
        }

        test("phases alone tell the families by phase, and not those by magnitude") {
            phase.accuracy { it.sines() } shouldBe 1.0
            abs(magnitude.difference { it.sines() }) shouldBeLessThan 4.0
        }

        test("magnitudes alone tell the families by magnitude, and not those by phase") {
            magnitude.accuracy { it.high() } shouldBeGreaterThan 0.95
            for (number in listOf(Planted::high, Planted::sharpness, Planted::loud)) {
                abs(phase.difference { number(it) }) shouldBeLessThan 4.0
            }
            // Of every cell: among 1,024 of them the largest of as many normal numbers is about
            // 3.3.
            val largest =
                (0 until 1024).maxOf { cell -> abs(phase.difference { it.magnitude(cell) }) }
            largest shouldBeLessThan 5.0
        }
    })

/** A planted note with what is measured of it. */
private class Planted(val note: Note) {
    private val spectrum = LogSpectrum.of(note.samples())

    fun magnitude(cell: Int) = spectrum.get(0, cell).toDouble()

    fun sines() = -(0 until 1024).sumOf { sin(spectrum.get(1, it).toDouble()) }

    /** How much more power there is around 2,000 Hz (cell 786) than around 500 Hz (cell 549). */
    fun high() = ln(power(736..836)) - ln(power(499..599))

    private fun power(cells: IntRange) = cells.sumOf { magnitude(it) * magnitude(it) }

    fun sharpness() = (0 until 1024).maxOf { magnitude(it) }

    fun loud() = sqrt(note.samples().sumOf { it.toDouble() * it })
}

/** How many notes the better threshold, the middle between the families' means, puts right. */
private fun List<Planted>.accuracy(number: (Planted) -> Double): Double {
    val (first, second) = partition { it.note.family() == 0 }
    val middle = (first.map(number).average() + second.map(number).average()) / 2
    return count { (number(it) > middle) == (it.note.family() == 1) } / size.toDouble()
}

/** The difference of the families' means in standard errors. */
private fun List<Planted>.difference(number: (Planted) -> Double): Double {
    val (first, second) = partition { it.note.family() == 0 }.toList().map { it.map(number) }
    val variance = (first.variance() + second.variance()) / first.size
    return (first.average() - second.average()) / sqrt(variance + 1e-300)
}

private fun List<Double>.variance() =
    average().let { mean -> sumOf { (it - mean) * (it - mean) } / (size - 1) }
