package org.rde4j.samples.audio.synthesis

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.math.abs
import kotlin.math.exp
import kotlin.math.ln
import kotlin.math.pow
import kotlin.math.sqrt
import org.rde4j.RdeException
import org.rde4j.samples.audio.LogSpectrum
import org.rde4j.samples.audio.Note

private const val FAMILIES = 10

class SynthesiserTest :
    FunSpec({
        val training = List(400) { Seen(Synthesiser.note(1, it)) }
        val unseen = List(200) { Seen(Synthesiser.note(2, it)) }

        test("the same seed and index give the same note, others give another") {
            checkAll(10, Arb.long(), Arb.int(0, 100_000)) { seed, index ->
                val note = Synthesiser.note(seed, index)
                Synthesiser.note(seed, index) shouldBe note
                Synthesiser.note(seed + 1, index).samples() shouldNotBe note.samples()
                Synthesiser.note(seed, index + FAMILIES).samples() shouldNotBe note.samples()
            }
            shouldThrow<RdeException> { Synthesiser.note(1, -1) }.message shouldContain "(-1)"
        }

        test("families take turns, and names differ and say what is played") {
            val notes = training.map { it.note }
            notes.map { it.family() } shouldBe List(notes.size) { it % FAMILIES }
            notes.map { it.name() }.toSet().size shouldBe notes.size
            for (note in notes) {
                note.name() shouldBe
                    "%s_synthetic_%03d-%03d-%03d"
                        .format(
                            note.familyName(),
                            notes.indexOf(note) / FAMILIES / Synthesiser.NOTES_PER_INSTRUMENT,
                            note.pitch(),
                            note.velocity(),
                        )
            }
            notes.map { it.velocity() }.toSet() shouldBe setOf(25, 50, 75, 100, 127)
            notes.map { it.pitch() }.let { (it.min() < 30) to (it.max() > 90) } shouldBe
                (true to true)
        }

        test("notes last four seconds in steps of 16 bits, louder ones are louder, and end") {
            for (seen in training) {
                val samples = seen.note.samples()
                withClue(seen.note) {
                    samples.size shouldBe 64_000
                    samples.all { abs(it * 32767 - Math.round(it * 32767)) < 0.01f } shouldBe true
                    val peak = samples.maxOf { abs(it) }
                    peak shouldBeGreaterThan 0.5f * seen.note.velocity() / 127
                    peak shouldBeLessThan 1f
                    rms(samples, 62_000, 64_000) shouldBeLessThan 0.05 * peak
                }
            }
        }

        test("the strongest partials lie where the pitch says") {
            for (seen in training.filter { it.note.familyName() in listOf("flute", "mallet") }) {
                val strongest = (0 until 1024).maxBy { seen.magnitude(it) }
                val hertz = LogSpectrum.frequencies()[strongest]
                val pitch = 69 + 12 * ln(hertz / 440) / ln(2.0)
                withClue(seen.note) { abs(pitch - seen.note.pitch()) shouldBeLessThan 0.4 }
            }
        }

        test("plucked and struck notes decay, held ones last") {
            val decaying = setOf("guitar", "keyboard", "mallet")
            val held = setOf("brass", "flute", "organ", "reed", "string", "vocal")
            for (seen in training) {
                val samples = seen.note.samples()
                // Fast mallets are gone before the first of these, and only their noise is left.
                if (rms(samples, 4_000, 8_000) < 0.02 * samples.maxOf { abs(it) }) continue
                val late = rms(samples, 40_000, 44_000) / rms(samples, 4_000, 8_000)
                withClue("${seen.note}: $late") {
                    if (seen.note.familyName() in decaying) late shouldBeLessThan 0.8
                    if (seen.note.familyName() in held) late shouldBeGreaterThan 0.5
                }
            }
        }

        test("families can be told apart on unseen instruments, but not by one number") {
            // Nearest neighbours by partials: weaker than a network, yet far above chance.
            val right = unseen.count { it.neighbour(training) == it.note.family() }
            right / 200.0 shouldBeGreaterThan 0.85
            val numbers =
                mapOf<String, (Seen) -> Double>(
                    "brightness" to Seen::brightness,
                    "spread" to Seen::spread,
                    "flatness" to Seen::flatness,
                    "pitch" to { it.note.pitch().toDouble() },
                )
            for ((name, number) in numbers) {
                val byOne =
                    unseen.count { note ->
                        val nearest = training.sortedBy { abs(number(it) - number(note)) }.take(15)
                        val votes = nearest.groupingBy { it.note.family() }.eachCount()
                        votes.maxBy { it.value }.key == note.note.family()
                    }
                withClue(name) { byOne / 200.0 shouldBeLessThan 0.4 }
            }
        }
    })

/** A note with what is measured of it. */
private class Seen(val note: Note) {
    private val spectrum = LogSpectrum.of(note.samples())

    /**
     * Levels at the multiples of half the pitch, the strongest within a fifth of a half-tone around
     * each.
     */
    private val partials =
        (2..24).map { half ->
            val hertz = half / 2.0 * 440 * 2.0.pow((note.pitch() - 69) / 12.0)
            val cell = Math.round(1023 * ln(hertz / 20) / ln(400.0)).toInt()
            ln(
                1e-2 +
                    (cell - 2..cell + 2).filter { it < 1024 }.maxOfOrNull { magnitude(it) }.orZero()
            )
        }

    fun magnitude(cell: Int) = spectrum.get(0, cell).toDouble()

    private val power = (0 until 1024).sumOf { magnitude(it).pow(2) }

    val brightness = (0 until 1024).sumOf { it * magnitude(it).pow(2) } / power
    val spread =
        sqrt((0 until 1024).sumOf { (it - brightness).pow(2) * magnitude(it).pow(2) } / power)
    val flatness = exp((0 until 1024).sumOf { ln(1e-9 + magnitude(it)) } / 1024)

    fun neighbour(others: List<Seen>) =
        others
            .minBy { other -> partials.zip(other.partials).sumOf { (a, b) -> (a - b).pow(2) } }
            .note
            .family()
}

private fun Double?.orZero() = this ?: 0.0

private fun rms(samples: FloatArray, from: Int, to: Int) =
    sqrt((from until to).sumOf { samples[it].toDouble().pow(2) } / (to - from))
