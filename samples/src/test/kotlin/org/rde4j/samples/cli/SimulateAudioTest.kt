package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import kotlin.io.path.writeText
import org.rde4j.samples.audio.NsynthFolder
import org.rde4j.samples.audio.synthesis.Synthesiser

class SimulateAudioTest :
    FunSpec({
        test("audio writes notes in NSynth's layout and says how fast") {
            val out = tempdir().toPath().resolve("notes")
            val run =
                FakeCli().run("simulate", "audio", "--notes", "20", "--seed", "7", "--out", "$out")
            withClue(run.err) { run.code shouldBe 0 }
            run.out shouldContain Regex("20 notes in [0-9.]+ s, [0-9.]+ notes per second")
            run.err shouldContain "simulate audio: 20 of 20, 0 s left"
            val folder = NsynthFolder.read(out) { throw AssertionError(it) }
            folder.size() shouldBe 20
            folder.note(13) shouldBe Synthesiser.note(7, 13)
        }

        test("wrong input ends with code 2 and writes nothing") {
            val folder = tempdir().toPath()
            val other = folder.resolve("thesis.tex").also { it.writeText("years") }
            for (args in
                listOf(
                    listOf("--notes", "0", "--out", "$folder/a"),
                    listOf("--notes", "ten", "--out", "$folder/a"),
                    listOf("--seed", "1.5", "--out", "$folder/a"),
                    listOf("--notes", "1", "--out", "$folder"),
                    listOf("--notes", "1", "--out", "$other/a"),
                    listOf(),
                )) {
                withClue("$args") {
                    FakeCli().run("simulate", "audio", *args.toTypedArray()).code shouldBe 2
                }
            }
            Files.list(folder).use { it.toList() } shouldBe listOf(other)
        }
    })
