package org.rde4j.samples.audio

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.OptionalInt
import org.rde4j.RdeException

class NoteTest :
    FunSpec({
        fun note(
            family: Int = 3,
            pitch: Int = 60,
            velocity: Int = 75,
            samples: FloatArray = floatArrayOf(1f),
        ) = Note("guitar_synthetic_000-060-075", family, pitch, velocity, samples)

        test("a note keeps its own samples") {
            val samples = floatArrayOf(0.1f, 0.2f)
            val note = note(samples = samples)
            samples[0] = 9f
            note.samples()[1] = 9f
            note.samples().toList() shouldBe listOf(0.1f, 0.2f)
            note shouldBe note(samples = floatArrayOf(0.1f, 0.2f))
            (note == note()) shouldBe false
            note.familyName() shouldBe "guitar"
            "$note" shouldBe "guitar_synthetic_000-060-075"
        }

        test("values out of range are refused") {
            for ((what, make) in
                listOf<Pair<String, () -> Note>>(
                    "family of a note (10)" to { note(family = 10) },
                    "pitch of a note (-1)" to { note(pitch = -1) },
                    "velocity of a note (128)" to { note(velocity = 128) },
                    "no samples" to { note(samples = FloatArray(0)) },
                )) {
                shouldThrow<RdeException> { make() }.message shouldContain what
            }
        }

        test("families have their places") {
            Families.NAMES.size shouldBe 10
            Families.index("bass") shouldBe OptionalInt.of(0)
            Families.index("vocal") shouldBe OptionalInt.of(9)
            Families.index("synth_lead") shouldBe OptionalInt.empty()
        }
    })
