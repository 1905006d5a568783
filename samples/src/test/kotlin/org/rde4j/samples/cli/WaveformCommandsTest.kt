package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.io.path.readLines
import kotlin.io.path.writeText
import org.rde4j.samples.audio.waveform.PlantedTones

/** Classifiers of waveforms from the command line, with one whose answer is known. */
class WaveformCommandsTest :
    FunSpec({
        val folder = tempdir().toPath()
        val data = "${PlantedTones.folder(folder.resolve("notes"))}"
        val model = "${PlantedTones.classifier(folder.resolve("tones.onnx"))}"
        val given = arrayOf("--data", data, "--model", model)

        fun fine(vararg args: String): String {
            val result = FakeCli().run(*args)
            withClue(result.err) { result.code shouldBe 0 }
            return result.out
        }

        test(
            "bands are explained, compared and kept in a table that an interrupted run goes on with"
        ) {
            val out = folder.resolve("bands")
            val args =
                arrayOf("evaluate", "audio-bands", *given, "--bands", "8", "--lowest", "200") +
                    arrayOf("--lambda", "10", "--steps", "60", "--fresh", "8", "--out", "$out")
            val table = fine(*args)
            table shouldContain "4 of 4 notes are classified correctly"
            table shouldContain
                Regex("explanation +\\S+e-1\\d ± \\S+ +1\\.000 ± 0\\.0 +4 notes \\(100 %\\)")
            table shouldContain Regex("energy +3[567]\\.\\d+ .* 0 notes \\(0 %\\) +4 notes")
            table shouldContain "0.1250 ± 0.0 of 8 bands"
            val csv = out.resolve("bands.csv")
            csv.readLines() shouldHaveSize 2 + 4
            // A row that is there is not measured again.
            val lines = csv.readLines()
            csv.writeText(
                (lines.take(2) + lines[2].replace(",0.125,", ",0.625,")).joinToString("\n")
            )
            fine(*args) shouldContain "0.2500 ± 0.13 of 8 bands"
            FakeCli().run(*args, "--seed", "2").err shouldContain "holds results of other settings"
        }

        test("magnitude or phase is asked of each family with its own notes") {
            val out = folder.resolve("query")
            val args =
                arrayOf("evaluate", "audio-query", *given, "--seeds", "2", "--evaluations", "400") +
                    arrayOf("--lambda", "4", "--out", "$out")
            val table = fine(*args)
            // Other families have the tone faint and upside down: magnitude and phase are needed.
            table shouldContain Regex("guitar +1 +1\\.000 ± 0\\.0 +1\\.000 ± 0\\.0")
            out.resolve("query.csv").readLines() shouldHaveSize 2 + 8
            fine(*args) shouldBe table
        }

        test("wrong input ends with code 2 and one sentence") {
            val one = "${PlantedTones.folder(folder.resolve("one"), 1)}"
            val bands = listOf("evaluate", "audio-bands")
            val query = listOf("evaluate", "audio-query")
            mapOf(
                    bands + listOf("--data", data, "--model", "$folder/none.onnx") to
                        "There is no ",
                    bands + listOf("--data", one, "--model", model) to "describes a single note",
                    bands + given + listOf("--fresh", "0") to "must be at least 1",
                    bands + given + listOf("--bands", "300") to "must be between 1 and 201",
                    query + given + listOf("--seeds", "0") to "must be at least 1",
                    query + given + listOf("--inpainter", model) to "Leave --inpainter out",
                )
                .forEach { (args, message) ->
                    val result = FakeCli().run(*args.toTypedArray())
                    withClue(result.err) {
                        result.code shouldBe 2
                        result.err shouldContain message
                    }
                }
        }
    })
