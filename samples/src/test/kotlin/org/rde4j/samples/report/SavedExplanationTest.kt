package org.rde4j.samples.report

import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.rde4j.L1Relaxation
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.files.ExplanationFolder
import org.rde4j.files.FolderSwap
import org.rde4j.samples.Fakes

class SavedExplanationTest :
    FunSpec({
        val labels = Labels(listOf("disc", "ring", "square"))

        fun hurried(problem: RateDistortion): RateDistortion =
            problem.solvedBy((problem.solver() as L1Relaxation).steps(12))

        fun saved(problem: RateDistortion = Presets.cartoonX()) =
            SavedExplanation.of(
                Fakes.explanation(hurried(problem), Fakes.signal(64)),
                "cat.png",
                "M.onnx",
                null,
                labels,
                mapOf("rde4j" to "1", "java" to "17"),
            )

        fun entries(folder: Path) =
            Files.list(folder).use { all -> all.map { "${it.fileName}" }.toList() }

        fun out() = tempdir().toPath()

        test("a folder holds the promised files and nothing is left beside it") {
            val out = out()
            saved().save(out.resolve("cat"))
            entries(out) shouldBe listOf("cat")
            entries(out.resolve("cat")) shouldContainExactlyInAnyOrder
                listOf(
                    "explanation.json",
                    "explanation.png",
                    "summary.png",
                    "masks.npz",
                    "signals.npz",
                    "history.csv",
                )
        }

        Presets.all().forEach { (name, problem) ->
            test("what was saved with $name loads back unchanged") {
                val folder = out().resolve("cat")
                val explanation = saved(problem)
                explanation.save(folder)
                SavedExplanation.load(folder) shouldBe explanation
            }
        }

        test("the JSON has the promised fields, for any reader of JSON") {
            val folder = out().resolve("cat")
            saved().save(folder)
            val json = ObjectMapper().readTree(folder.resolve("explanation.json").toFile())
            json.fieldNames().asSequence().toList() shouldContainAll
                listOf("input", "model", "versions", "problem", "rate", "objective", "warnings")
            json["labelName"].asText() shouldBe "square"
            json["label"]["index"].asInt() shouldBe 2
            json["label"]["probability"].asDouble() shouldBe 0.982
            json["label"]["retainedProbability"].asDouble() shouldBe 0.9375
            json["distortion"].asDouble() shouldBe 0.0094
            json["lambda"].asDouble() shouldBe 3.0
            json["cost"]["secondsPerStep"].asDouble() shouldBe 0.34
            json["cost"]["modelEvaluations"].asLong() shouldBe 4321
            json["peakRssMb"].asDouble() shouldBeGreaterThan 10.0
            json["problem"]["representation"]["family"].asText() shouldBe "db3"
            json["problem"]["obfuscation"]["moments"]["grouping"].asText() shouldBe "per scale"
            json["problem"]["solver"]["minimiser"]["seed"].asLong() shouldBe 0
            json["problem"]["solver"]["minimiser"]["plateau"].isNull shouldBe true
        }

        test("what a program saves has no pictures and names, and loads all the same") {
            val folder = out().resolve("cat")
            saved().explanation().save(folder)
            val loaded = SavedExplanation.load(folder)
            loaded.explanation() shouldBe saved().explanation()
            loaded.context().input() shouldBe "cat"
            loaded.context().model() shouldBe null
            loaded.labelText() shouldBe "class 2"
        }

        test("an older explanation is replaced whole") {
            val out = out()
            val folder = out.resolve("cat")
            saved(Presets.cartoonX()).save(folder)
            folder.resolve("stray.txt").writeText("from before")
            saved(Presets.pixelRde()).save(folder)
            SavedExplanation.load(folder).explanation().masks().keys shouldBe setOf("pixels")
            entries(folder).filter { it == "stray.txt" }.shouldBeEmpty()
            entries(out) shouldBe listOf("cat")
        }

        test("a folder of something else is not touched") {
            val folder = Files.createDirectories(out().resolve("cat"))
            folder.resolve("thesis.tex").writeText("years")
            shouldThrow<RdeException> { saved().save(folder) }.message shouldContain
                "not an earlier result"
            folder.resolve("thesis.tex").readText() shouldBe "years"
        }

        test("an error while writing leaves the older explanation and nothing else") {
            val out = out()
            val folder = out.resolve("cat")
            saved().save(folder)
            val before = folder.resolve("explanation.json").readText()
            shouldThrow<RdeException> {
                    FolderSwap.replace(folder, "explanation.json") { draft ->
                        draft.resolve("explanation.json").writeText("half")
                        throw java.io.IOException("No space left on device")
                    }
                }
                .message shouldContain "No space left on device"
            folder.resolve("explanation.json").readText() shouldBe before
            entries(out) shouldBe listOf("cat")
        }

        test("a place that cannot be written is refused before anything is made") {
            val file = out().resolve("file").also { it.writeText("") }
            shouldThrow<RdeException> {
                    ExplanationFolder.requireWritable(file.resolve("deep/cat"))
                }
                .message shouldContain "Choose another folder"
        }

        test("the summary shows four panels side by side") {
            val folder = out().resolve("cat")
            saved().save(folder)
            val summary = ImageIO.read(folder.resolve("summary.png").toFile())
            val panels = (0..3).map { 28 + it * 338 + 160 }
            val row = 92 + 160
            val disc = summary.getRGB(panels[0], row) and 0xffffff
            disc shouldBe 0xf28c26
            (summary.getRGB(panels[2], row) and 0xffffff) shouldBe disc
            (summary.getRGB(panels[3], row) and 0xffffff) shouldBe 0xffffff
            val explanation = ImageIO.read(folder.resolve("explanation.png").toFile())
            (explanation.width to explanation.height) shouldBe (64 to 64)
        }
    })
