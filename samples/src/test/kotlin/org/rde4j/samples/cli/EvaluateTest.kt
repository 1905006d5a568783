package org.rde4j.samples.cli

import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.rde4j.L1Relaxation
import org.rde4j.Presets
import org.rde4j.samples.Resources

class EvaluateTest :
    FunSpec({
        val picture = Resources.path("image/wide.png").toString()

        fun entries(folder: Path) =
            Files.list(folder).use { all -> all.map { "${it.fileName}" }.toList() }

        /** A folder that 'explain image' has written. */
        fun explained(vararg args: String): Path {
            val out = tempdir().toPath()
            FakeCli()
                .run("explain", "image", picture, "--steps", "3", "--out", "$out", *args)
                .code shouldBe 0
            return out.resolve("wide")
        }

        context("evaluate") {
            test("prints a table and writes it with the curves") {
                val out = tempdir().toPath().resolve("evaluation")
                val cli = FakeCli()
                val result = cli.run("evaluate", "${explained()}", "--out", "$out")
                result.code shouldBe 0
                result.out shouldContain
                    Regex("retained probability +0.8750 ± 0.13 +8 +0.08750 ± 0.13 +higher")
                result.out shouldContain Regex("rate +0.2500 +1 +lower")
                result.out shouldNotContain "hallucinated share"
                entries(out) shouldContainExactlyInAnyOrder
                    listOf(
                        "evaluation.csv",
                        "evaluation.json",
                        "wide-rd-curve.png",
                        "wide-probability.png",
                    )
                val lines = out.resolve("evaluation.csv").readLines()
                lines[0] shouldContain "explanation,metric,value,error,n,random"
                lines.count {
                    it.startsWith("wide,distortion,0.5,0.125,8,0.05,0.125,8,lower,\"blur, 5\",0")
                } shouldBe 1
                lines.all {
                    it.replace(Regex("\"[^\"]*\""), "").count { c -> c == ',' } == 10
                } shouldBe true
                val json = ObjectMapper().readTree(out.resolve("evaluation.json").toFile())
                json["settings"]["curveSamples"].asInt() shouldBe 16
                val explanation = json["explanations"][0]
                explanation["metrics"]
                    .first { it["metric"].asText() == "insertion AUC" }["random"]["mean"]
                    .asDouble() shouldBe 0.075000000000000011
                explanation["curves"]["insertion"]["probability"].map { it.asDouble() } shouldBe
                    listOf(0.0, 0.5, 1.0)
                explanation["curves"].has("pixelDeletion") shouldBe false
            }

            test("the problem that was saved is the one that is measured") {
                val cli = FakeCli()
                val folder =
                    explained(
                        "--preset",
                        "waveletX",
                        "--samples",
                        "7",
                        "--lambda",
                        "0.125",
                        "--label",
                        "1",
                    )
                cli.run(
                        "evaluate",
                        "$folder",
                        "--out",
                        "${tempdir()}/e",
                        "--seed",
                        "9",
                        "--points",
                        "5",
                    )
                    .code shouldBe 0
                val preset = Presets.waveletX()
                cli.engine.problems.single() shouldBe
                    preset
                        .measuredBy((preset.distortion() as org.rde4j.Distortion.OfLabel).of(1))
                        .solvedBy(
                            (preset.solver() as L1Relaxation).steps(3).samples(7).lambda(0.125)
                        )
                cli.engine.metricSettings.single().points() shouldBe 5
                cli.engine.metricSettings.single().seed() shouldBe 9
            }

            test("wrong input ends with code 2 and no file") {
                val out = tempdir().toPath().resolve("e")
                val folder = explained()
                val model = tempdir().toPath().resolve("M.onnx").also { it.writeText("onnx") }
                val broken = explained()
                val json = broken.resolve("explanation.json")
                json.writeText(json.readText().replace("per scale", "per planet"))
                listOf(
                        listOf(),
                        listOf("no-such-folder"),
                        listOf("$folder", "--samples", "0"),
                        listOf("$folder", "--model", "$model"),
                        listOf("$broken"),
                    )
                    .forEach { args ->
                        val result =
                            FakeCli().run("evaluate", "--out", "$out", *args.toTypedArray())
                        result.code shouldBe 2
                        result.out shouldBe ""
                        Files.exists(out) shouldBe false
                    }
                FakeCli().run("evaluate", "--out", "$out", "$broken").err shouldContain "per planet"
                FakeCli().run("evaluate", "$folder", "--model", "$model").err shouldContain
                    "explains the network of rde4j, not M.onnx"
            }
        }

        context("evaluate convergence") {
            fun convergence(out: Path, vararg args: String, cli: FakeCli = FakeCli()) =
                cli.run("evaluate", "convergence", "--out", "$out", picture, *args)

            test(
                "moves the same masks in three ways, tells who is lower, and goes on where it stopped"
            ) {
                val out = tempdir().toPath().resolve("c")
                val cli = FakeCli()
                val result = convergence(out, "--seeds", "1", "--budgets", "300,900", cli = cli)
                result.code shouldBe 0
                val solvers = cli.engine.problems.map { it.solver() as L1Relaxation }
                solvers.map { it.minimiser() }.distinct() shouldHaveSize 4
                solvers.map { it.lambda() }.distinct() shouldBe listOf(3.0)
                // All made-up masks have the same objective.
                result.out shouldContain
                    "as low as adam after 4800: after 300 evaluations in the median, 300 at most"
                result.out shouldContain
                    "after 900: lower for 0 of 2, objective × 1.000 in the median, 1.000 at most, 1.000"
                result.out shouldContain "4 of 4 converging masks are above"
                entries(out) shouldContainExactlyInAnyOrder
                    listOf("convergence.csv", "convergence.png")
                val again = FakeCli()
                convergence(out, "--seeds", "1", "--budgets", "300,900", cli = again).out shouldBe
                    result.out
                again.engine.problems.shouldBeEmpty()
                val more = FakeCli()
                convergence(out, "--seeds", "1", "--budgets", "300", "--lambda", "2", cli = more)
                    .code shouldBe 0
                more.engine.problems shouldHaveSize 6
            }

            test("wrong input ends with code 2") {
                val out = tempdir().toPath().resolve("c")
                convergence(out, "--seeds", "0").code shouldBe 2
                convergence(out, "--budgets", "5").code shouldBe 2
                convergence(out, "--lambda", "-1").code shouldBe 2
                Files.exists(out) shouldBe false
                Files.createDirectories(out)
                out.resolve("convergence.csv").writeText("something else")
                convergence(out).err shouldContain "must begin with"
            }
        }

        context("evaluate scatter") {
            fun scatter(out: Path, vararg args: String, cli: FakeCli = FakeCli()) =
                cli.run("evaluate", "scatter", "--out", "$out", *args)

            test("explains each photograph both ways, and says who wins") {
                val out = tempdir().toPath().resolve("s")
                val cli = FakeCli()
                val result =
                    scatter(
                        out,
                        picture,
                        "--steps",
                        "4",
                        "--samples",
                        "2",
                        "--step-size",
                        "0.5",
                        "--smoothing",
                        "4",
                        "--decay",
                        "--lambda",
                        "2,5",
                        cli = cli,
                    )
                result.code shouldBe 0
                fun L1Relaxation.changed() =
                    steps(4).samples(2).adam(0.5).smoothing(4.0).decayingTo(0.0)
                cli.engine.problems shouldBe
                    mapOf(Presets.pixelRde() to 2.0, Presets.cartoonX() to 5.0).map {
                        (preset, price) ->
                        preset.solvedBy((preset.solver() as L1Relaxation).lambda(price).changed())
                    }
                result.out shouldContain "Pixel RDE  rate 0.03430 "
                result.out shouldContain
                    "CartoonX has the lower rate 0, the lower distortion 0, and both 0 times of 1"
                entries(out) shouldContainExactlyInAnyOrder
                    listOf("wide-pixelRde", "wide-cartoonX", "scatter.csv", "scatter.png")
                out.resolve("scatter.csv").readLines().map { it.split(",").take(5) } shouldBe
                    listOf(
                        listOf("photo", "method", "label", "rate", "distortion"),
                        listOf("wide", "pixelRde", "square", "0.0343", "0.0094"),
                        listOf("wide", "cartoonX", "square", "0.0343", "0.0094"),
                    )
            }

            test("goes on where it stopped, and refuses what answers another question") {
                val out = tempdir().toPath().resolve("s")
                scatter(out, picture, "--steps", "4").code shouldBe 0
                val again = FakeCli()
                val result = scatter(out, picture, "--steps", "4", cli = again)
                again.engine.signals.shouldBeEmpty()
                result.err shouldContain "wide-cartoonX is finished already"
                val copy =
                    tempdir().toPath().resolve("other.png").also {
                        Files.copy(Path.of(picture), it)
                    }
                val more = FakeCli()
                scatter(out, picture, "$copy", "--steps", "4", cli = more).out shouldContain
                    "(2 photographs)"
                more.engine.signals shouldHaveSize 2
                val other = FakeCli()
                val refused = scatter(out, "$copy", picture, "--steps", "5", cli = other)
                refused.code shouldBe 2
                refused.err shouldContain "explains another photograph or network"
                other.engine.signals.shouldBeEmpty()
                Files.delete(out.resolve("wide-cartoonX/explanation.json"))
                scatter(out, picture, "--steps", "4").code shouldBe 2
            }

            test("wrong input ends with code 2 before anything is computed") {
                val out = tempdir().toPath().resolve("s")
                for (args in
                    listOf(
                        listOf(),
                        listOf("no-such.png"),
                        listOf(picture, "--steps", "0"),
                        listOf(picture, "--smoothing", "-1"),
                        listOf(picture, "--lambda", "NaN"),
                        listOf(picture, "--lambda", "1,2,3"),
                    )) {
                    scatter(out, *args.toTypedArray()).code shouldBe 2
                    Files.exists(out) shouldBe false
                }
            }
        }
    })
