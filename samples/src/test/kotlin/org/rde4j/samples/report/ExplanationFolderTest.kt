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
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.rde4j.L1Relaxation
import org.rde4j.Presets
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.files.FolderSwap
import org.rde4j.samples.Fakes

class ExplanationFolderTest :
    FunSpec({
        val labels = Labels(listOf("disc", "ring", "square"))
        val context =
            ExplanationReport.Context(
                "cat.png",
                "M.onnx",
                null,
                labels,
                mapOf("rde4j" to "1", "java" to "17"),
            )

        fun hurried(problem: RateDistortion): RateDistortion =
            problem.solvedBy((problem.solver() as L1Relaxation).steps(12))

        fun saved(problem: RateDistortion = Presets.cartoonX()) =
            SavedExplanation.of(Fakes.explanation(hurried(problem), Fakes.signal(64)), context)

        fun entries(folder: Path) =
            Files.list(folder).use { all -> all.map { "${it.fileName}" }.toList() }

        fun out() = tempdir().toPath()

        test("a folder holds the promised files and nothing is left beside it") {
            val out = out()
            ExplanationFolder.save(saved(), out.resolve("cat"))
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
                ExplanationFolder.save(explanation, folder)
                val loaded = ExplanationFolder.load(folder)
                loaded.copyReport(explanation.report()) shouldBe explanation
                val json = ObjectMapper()
                json.readTree(json.writeValueAsString(loaded.report())) shouldBe
                    json.readTree(folder.resolve("explanation.json").toFile())
            }
        }

        test("the JSON has the promised fields") {
            val folder = out().resolve("cat")
            ExplanationFolder.save(saved(), folder)
            val json = ObjectMapper().readTree(folder.resolve("explanation.json").toFile())
            json.fieldNames().asSequence().toList() shouldContainAll
                listOf(
                    "rate",
                    "objective",
                    "samples",
                    "seconds",
                    "versions",
                    "warnings",
                    "model",
                    "input",
                )
            json["label"].asInt() shouldBe 2
            json["labelName"].asText() shouldBe "square"
            json["labelProbability"].asDouble() shouldBe 0.982
            json["retainedProbability"].asDouble() shouldBe 0.9375
            json["distortion"].asDouble() shouldBe 0.0094
            json["steps"].asInt() shouldBe 12
            json["stepSize"].asDouble() shouldBe 0.003
            json["lambda"].asDouble() shouldBe 3.0
            json["seed"].asLong() shouldBe 0
            json["secondsPerStep"].asDouble() shouldBe 0.34
            json["modelEvaluations"].asLong() shouldBe 4321
            json["peakRssMb"].asDouble() shouldBeGreaterThan 10.0
            json["problem"]["representation"]["family"].asText() shouldBe "db3"
            json["problem"]["obfuscation"]["moments"]["grouping"].asText() shouldBe "per scale"
            json["problem"]["solver"]["descent"]["plateau"].isNull shouldBe true
        }

        test("an older explanation is replaced whole") {
            val out = out()
            val folder = out.resolve("cat")
            ExplanationFolder.save(saved(Presets.cartoonX()), folder)
            folder.resolve("stray.txt").writeText("from before")
            ExplanationFolder.save(saved(Presets.pixelRde()), folder)
            ExplanationFolder.load(folder).masks().keys shouldBe setOf("pixels")
            entries(folder).filter { it == "stray.txt" }.shouldBeEmpty()
            entries(out) shouldBe listOf("cat")
        }

        test("a folder of something else is not touched") {
            val folder = Files.createDirectories(out().resolve("cat"))
            folder.resolve("thesis.tex").writeText("years")
            shouldThrow<RdeException> { ExplanationFolder.save(saved(), folder) }
                .message shouldContain "not an earlier result"
            folder.resolve("thesis.tex").readText() shouldBe "years"
        }

        test("an error while writing leaves the older explanation and nothing else") {
            val out = out()
            val folder = out.resolve("cat")
            ExplanationFolder.save(saved(), folder)
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
                .message shouldContain "--out"
        }

        test("damaged folders are refused with the file's name") {
            val folder = out().resolve("cat")
            ExplanationFolder.save(saved(), folder)
            for (name in listOf("explanation.json", "masks.npz", "signals.npz", "history.csv")) {
                val whole = Files.readAllBytes(folder.resolve(name))
                Files.write(folder.resolve(name), whole.copyOf(whole.size - 9))
                shouldThrow<RdeException> { ExplanationFolder.load(folder) }.message shouldContain
                    name
                Files.delete(folder.resolve(name))
                shouldThrow<RdeException> { ExplanationFolder.load(folder) }.message shouldContain
                    name
                Files.write(folder.resolve(name), whole)
            }
        }

        test("what is no folder of an explanation is told from a damaged one") {
            val empty = out().resolve("empty").also { Files.createDirectories(it) }
            shouldThrow<RdeException> { ExplanationFolder.load(empty) }.message shouldContain
                "is not the folder of an explanation"
            shouldThrow<RdeException> { ExplanationFolder.load(empty.resolve("none")) }
                .message shouldContain "There is no folder"
        }

        test("JSON that is none of an explanation is refused") {
            val folder = out().resolve("cat")
            ExplanationFolder.save(saved(), folder)
            for (json in listOf("{}", "null", "[]", """{"input": "x", "model": null}""")) {
                Files.writeString(folder.resolve("explanation.json"), json)
                shouldThrow<RdeException> { ExplanationFolder.load(folder) }.message shouldContain
                    "explanation.json lacks '"
            }
        }

        test("a value of a wrong type is named by its place, not by a class") {
            val folder = out().resolve("cat")
            ExplanationFolder.save(saved(), folder)
            val report = folder.resolve("explanation.json")
            val whole = report.readText()
            Files.writeString(
                report,
                whole.replace(Regex("\"steps\" : \\d+"), "\"steps\" : \"many\""),
            )
            val message = shouldThrow<RdeException> { ExplanationFolder.load(folder) }.message!!
            message shouldContain "explanation: 'steps' has a value of a type that does not fit."
            message shouldNotContain "java"
        }

        test("the summary shows four panels side by side") {
            val folder = out().resolve("cat")
            ExplanationFolder.save(saved(), folder)
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

private fun SavedExplanation.copyReport(report: ExplanationReport) =
    SavedExplanation(report, masks(), signal(), obfuscation(), picture(), history())
