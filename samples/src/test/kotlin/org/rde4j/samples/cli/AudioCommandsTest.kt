package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.rde4j.samples.audio.LogSpectrum
import org.rde4j.samples.audio.Wav
import org.rde4j.samples.audio.synthesis.Synthesiser

/** Spectra of notes from the command line, with small trainings and the bundled networks. */
class AudioCommandsTest :
    FunSpec({
        val folder = tempdir().toPath()

        fun run(vararg args: String) = FakeCli().run(*args)

        fun fine(vararg args: String): FakeCli.Result {
            val result = run(*args)
            withClue(result.err) { result.code shouldBe 0 }
            return result
        }

        fun refused(vararg args: String): String {
            val result = run(*args)
            result.code shouldBe 2
            withClue(result.err) { result.err.trim().lines().size shouldBe 2 }
            return result.err
        }

        fun note(index: Int): Path {
            val file = folder.resolve("note$index.wav")
            Wav.write(file, Synthesiser.note(5, index).samples())
            return file
        }

        test("a classifier is trained, says how well it hears, and repeats nothing") {
            val out = folder.resolve("classifier")
            val args =
                arrayOf(
                    "train",
                    "notes",
                    "--notes",
                    "20",
                    "--steps",
                    "2",
                    "--batch",
                    "4",
                    "--test-notes",
                    "20",
                    "--out",
                    "$out",
                )
            fine(*args).out shouldContain
                Regex(
                    "accuracy [0-9.]+ on the 20 spectra .*, [0-9.]+ on 20 notes of unheard instruments"
                )
            out.resolve("history.csv").readLines().size shouldBe 2
            fine(*args).out shouldNotContain "step 2 of 2"
        }

        test("an inpainter is trained on NSynth's layout, with pictures, and is measured") {
            val data = folder.resolve("notes")
            fine("simulate", "audio", "--notes", "10", "--out", "$data")
            val out = folder.resolve("inpainter")
            fine(
                "train",
                "inpainter",
                "--data",
                "$data",
                "--steps",
                "1",
                "--batch",
                "2",
                "--out",
                "$out",
                "--half",
            )
            out.listDirectoryEntries().map { it.name } shouldContainAll
                listOf("network.onnx", "history.csv", "checkpoint", "000001-1.png", "000001-3.png")
            val measured =
                fine(
                        "evaluate",
                        "inpainter",
                        "--inpainter",
                        "${out.resolve("network.onnx")}",
                        "--data",
                        "$data",
                        "--steps",
                        "1",
                    )
                    .out
            measured shouldContain "Gaussian noise"
            measured shouldContain Regex("told from real .* 0?1?\\.[0-9]+ of 10 spectra")
        }

        test("a note is explained with pictures and sounds, the same with the same seed") {
            val wav = note(3)
            val out = folder.resolve("explained")
            val args =
                arrayOf(
                    "explain",
                    "audio",
                    "$wav",
                    "--steps",
                    "3",
                    "--samples",
                    "2",
                    "--out",
                    "$out",
                )
            fine(*args).out shouldContain "note3.wav: "
            val explained = out.resolve("note3")
            explained.listDirectoryEntries().map { it.name } shouldContainAll
                listOf(
                    "explanation.json",
                    "explanation.png",
                    "summary.png",
                    "note.wav",
                    "kept.wav",
                    "left-out.wav",
                    "masks.npz",
                    "signals.npz",
                    "history.csv",
                )
            Wav.read(explained.resolve("kept.wav")).samples().size shouldBe LogSpectrum.SAMPLES
            val masks = Files.readAllBytes(explained.resolve("masks.npz"))
            fine(*args)
            Files.readAllBytes(explained.resolve("masks.npz")) shouldBe masks
        }

        test("the demo makes a page with the note's sounds") {
            val out = folder.resolve("demo")
            fine("demo", "audio", "--quick", "--out", "$out").out shouldContain "index.html"
            val page = out.resolve("index.html").readText()
            page shouldContain "src=\"guitar/kept.wav\""
            page shouldContain "Magnitude or phase?"
            Files.exists(out.resolve("guitar/kept.wav")) shouldBe true
        }

        test("masks over a note are moved in two ways, once") {
            val out = folder.resolve("convergence")
            val args =
                arrayOf("evaluate", "audio-convergence", "--notes", "1", "--budgets", "200") +
                    arrayOf("--out", "$out")
            val told = fine(*args).out
            told shouldContain "as low as adam after 1600: after"
            val table = out.resolve("convergence.csv").readLines()
            table.count { ",converging,200," in it } shouldBe 1
            table.count { ",adam,1600," in it } shouldBe 1
            fine(*args).out shouldBe told
            out.resolve("convergence.csv").readLines() shouldBe table
        }

        test("what is wrong is said in one sentence with a remedy") {
            val noise = folder.resolve("noise.wav")
            noise.writeText("RIFF of nothing")
            refused("explain", "audio", "$noise") shouldContain "noise.wav"
            refused("explain", "audio", "${note(4)}", "--model", "$noise") shouldContain "noise.wav"
            refused(
                "explain",
                "audio",
                "${note(4)}",
                "--inpainter",
                "${BundledAudio.CLASSIFIER.onnx()}",
            ) shouldContain "takes no signals [N, 9, 1024]"
            refused(
                "train",
                "notes",
                "--steps",
                "-1",
                "--notes",
                "20",
                "--out",
                "${folder.resolve("x")}",
            ) shouldContain "-1 steps"
            refused(
                "train",
                "inpainter",
                "--notes",
                "1",
                "--out",
                "${folder.resolve("y")}",
            ) shouldContain "at least 2"
            refused(
                "train",
                "notes",
                "--data",
                "$folder",
                "--out",
                "${folder.resolve("z")}",
            ) shouldContain "examples.json"
            refused("evaluate", "audio-planted", "--seeds", "0") shouldContain "at least 1"
            refused("evaluate", "audio-convergence", "--notes", "0") shouldContain "at least 1"
        }
    })
