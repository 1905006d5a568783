package org.rde4j.samples.audio

import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldMatch
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.deleteExisting
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.rde4j.RdeException
import org.rde4j.samples.audio.synthesis.Synthesiser

class NsynthFolderTest :
    FunSpec({
        val remarks = mutableListOf<String>()

        beforeTest { remarks.clear() }

        fun read(folder: Path) = NsynthFolder.read(folder, remarks::add)

        fun folder(json: String): Path =
            tempdir().toPath().also {
                it.resolve("audio").createDirectories()
                it.resolve("examples.json").writeText(json)
            }

        fun entry(family: String = "guitar", pitch: Any = 60, velocity: Any = 75) =
            """{"pitch": $pitch, "velocity": $velocity, "instrument_family_str": "$family", "new": []}"""

        fun write(out: Path, count: Int = 12, onNote: () -> Unit = {}) =
            NsynthWriter.write(out, count, { Synthesiser.note(4, it) }, mapOf("seed" to 4), onNote)

        test("notes come back exactly as they were written, in NSynth's fields") {
            val out = tempdir().toPath().resolve("notes")
            var told = 0
            write(out) { told++ }
            told shouldBe 12
            val folder = read(out)
            folder.size() shouldBe 12
            folder.notes() shouldBe List(12) { Synthesiser.note(4, it) }
            remarks shouldBe emptyList()

            val vocal = Synthesiser.note(4, 9)
            val fields =
                ObjectMapper().readTree(out.resolve("examples.json").toFile())[vocal.name()]
            fields["note_str"].asText() shouldBe vocal.name()
            fields["instrument_str"].asText() shouldBe "vocal_synthetic_000"
            fields["instrument_family"].asInt() shouldBe 10
            fields["pitch"].asInt() shouldBe vocal.pitch()
            fields["sample_rate"].asInt() shouldBe 16_000
            fields["qualities"].size() shouldBe 10
            out.resolve("simulation.json").readText() shouldContain "4"
        }

        test("an older result is replaced, other folders are not") {
            val out = tempdir().toPath().resolve("notes")
            write(out, 3)
            write(out, 2)
            out.resolve("audio").listDirectoryEntries().size shouldBe 2
            out.parent.listDirectoryEntries().map { it.name } shouldBe listOf("notes")
            out.resolve("simulation.json").deleteExisting()
            shouldThrow<RdeException> { write(out, 1) }.message shouldContain
                "not an earlier result"
            out.resolve("audio").listDirectoryEntries().size shouldBe 2
            shouldThrow<RdeException> { write(out, 0) }.message shouldContain "(0)"
        }

        test("an error while writing leaves nothing") {
            val out = tempdir().toPath().resolve("notes")
            var made = 0
            shouldThrow<IllegalStateException> {
                write(out) { if (++made == 2) throw IllegalStateException("power cut") }
            }
            out.parent.listDirectoryEntries() shouldBe emptyList()
        }

        test(
            "unknown fields are ignored, synth_lead is left out and said so, short sounds are padded"
        ) {
            val folder =
                folder(
                    """{"a-1.x": ${entry()}, "lead": ${entry("synth_lead")}, "b": ${entry("vocal")}}"""
                )
            Wav.write(folder.resolve("audio/b.wav"), FloatArray(24_000) { 0.5f })
            val notes = read(folder).notes()
            notes.size shouldBe 2
            remarks.single() shouldEndWith "1 of 3 notes are left out, their family is synth_lead."
            val note = notes[1]
            (note.family() to note.pitch()) shouldBe (9 to 60)
            note.samples().size shouldBe 32_000
            note.samples()[23_999] shouldBe note.samples()[0]
            note.samples()[24_000] shouldBe 0f
            remarks.last() shouldMatch ".*b.wav: lasts 1.50 s, silence was added up to 2 s."
            shouldThrow<RdeException> { notes[0] }.message shouldContain
                "a-1.x.wav, but examples.json"
        }

        test("a damaged examples.json is refused with a sentence") {
            val cases =
                listOf(
                    "" to "is empty",
                    "[]" to "not a JSON file that describes notes (line 1)",
                    "{\n\"a\": {" to "(line 2)",
                    "{\"a\": 7}" to "describes notes",
                    "{}" to "describes no note",
                    "null" to "describes no note",
                    "{\"a\": null}" to "note a must have",
                    "{\"lead\": ${entry("synth_lead")}}" to "describes no note",
                    "{\"a\": ${entry("kazoo")}}" to "(kazoo)",
                    "{\"a\": ${entry(pitch = 128)}}" to "pitch of the note a (128)",
                    "{\"a\": ${entry(velocity = "\"loud\"")}}" to "describes notes",
                    "{\"a\": {\"pitch\": 60}}" to "must have instrument_family_str",
                    "{\"../a\": ${entry()}}" to "'../a'",
                    "{\"\": ${entry()}}" to "''",
                )
            for ((json, sentence) in cases) {
                val folder = folder(json)
                val message = shouldThrow<RdeException> { read(folder) }.message!!
                withClue(json) {
                    message shouldContain sentence
                    message shouldContain "examples.json"
                    message.lines().size shouldBe 2
                }
            }
            shouldThrow<RdeException> { read(tempdir().toPath()) }.message shouldContain
                "There is no "
        }

        val real = Path.of(System.getProperty("rde4j.root", "."), "../shared/assets/nsynth")
        test("real NSynth notes").config(enabled = Files.exists(real)) {
            val folder = read(real)
            folder.size() shouldBe 31
            val note = folder.note(0)
            note.name() shouldBe "bass_electronic_018-060-075"
            (note.family() to note.velocity()) shouldBe (0 to 75)
            folder.notes().all { it.samples().size == 64_000 } shouldBe true
            folder.notes().last().familyName() shouldBe "vocal"
            remarks shouldBe emptyList()
            real.resolve("simulation.json").exists() shouldBe false
        }
    })
