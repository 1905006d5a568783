package org.rde4j.samples.cli

import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldBeEmpty
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText
import org.rde4j.L1Relaxation
import org.rde4j.Presets
import org.rde4j.Tensor
import org.rde4j.files.Npy
import org.rde4j.samples.Fakes
import org.rde4j.samples.Resources

class MainTest :
    FunSpec({
        val picture = Resources.path("image/wide.png").toString()

        fun files(folder: Path): List<String> =
            if (!folder.exists()) listOf()
            else Files.walk(folder).use { all -> all.map { "${folder.relativize(it)}" }.toList() }

        fun model(): String =
            tempdir().toPath().resolve("M.onnx").also { it.writeText("onnx") }.toString()

        fun explainImage(vararg args: String, cli: FakeCli = FakeCli()) =
            cli.run("explain", "image", *args)

        context("explain image") {
            test("leaves a folder for each picture and prints the numbers") {
                val out = tempdir().toPath()
                val result = explainImage(picture, "--out", "$out", "--steps", "20")
                result.code shouldBe 0
                result.out shouldContain "wide.png: square 98.2 %, retained 93.8 %"
                result.out shouldContain "in ${out.resolve("wide")}"
                out.resolve("wide/explanation.json").exists() shouldBe true
            }

            test("options override the preset, and nothing else changes") {
                val cli = FakeCli()
                val out = tempdir().toPath()
                val options =
                    "--preset pixelRde --steps 7 --samples 3 --step-size 0.5 --lambda 0.25 --seed 42" +
                        " --spatial-l1 0.125 --start 0.75 --label 1 --memory 0.5"
                explainImage(
                        picture,
                        "--out",
                        "$out",
                        *options.split(" ").toTypedArray(),
                        cli = cli,
                    )
                    .code shouldBe 0
                val preset = Presets.pixelRde()
                val distortion = preset.distortion() as org.rde4j.Distortion.LabelProbability
                cli.engine.problems.single() shouldBe
                    preset
                        .measuredBy(distortion.of(1))
                        .solvedBy(
                            (preset.solver() as L1Relaxation)
                                .steps(7)
                                .samples(3)
                                .adam(0.5)
                                .lambda(0.25)
                                .seed(42)
                                .spatialL1(0.125)
                                .startingAt(0.75)
                        )
                cli.engine.memoryBudget shouldBe (1L shl 29)
            }

            test("a model of one's own gets its normalisation, size and labels") {
                val cli = FakeCli()
                val out = tempdir().toPath()
                val labels = out.resolve("labels.txt").also { it.writeText("a\nb\nc\nd\n") }
                val result =
                    explainImage(
                        picture,
                        "--model",
                        model(),
                        "--mean",
                        "0.1,0.2,0.3",
                        "--std",
                        "0.5,0.6,0.7",
                        "--labels",
                        "$labels",
                        "--out",
                        "$out",
                        "--steps",
                        "2",
                        cli = cli,
                    )
                result.code shouldBe 0
                result.out shouldContain "wide.png: c 98.2 %"
                cli.engine.mean shouldBe listOf(0.1f, 0.2f, 0.3f)
                cli.engine.std shouldBe listOf(0.5f, 0.6f, 0.7f)
                cli.engine.signals.single().shape().toList() shouldBe listOf(3, 224, 224)
                val json = ObjectMapper().readTree(out.resolve("wide/explanation.json").toFile())
                json["model"].asText() shouldBe "M.onnx"
                json["input"].asText() shouldBe "wide.png"
            }

            test("the bundled network sees the whole shorter side at its own size") {
                val cli = FakeCli()
                explainImage(picture, "--out", "${tempdir()}", "--steps", "2", cli = cli)
                    .code shouldBe 0
                cli.engine.signals.single().shape().toList() shouldBe listOf(3, 128, 128)
            }

            test("inputs of one name get folders of their own") {
                val folder = tempdir().toPath()
                val again = folder.resolve("WIDE.png").also { Files.copy(Path.of(picture), it) }
                val array = folder.resolve("wide.npy").also { Npy.write(Fakes.signal(40), it) }
                val out = folder.resolve("out")
                explainImage(picture, "$again", "$array", "--out", "$out", "--steps", "2")
                    .code shouldBe 0
                Files.list(out).use { all ->
                    all.map { "${it.fileName}" }.toList()
                } shouldContainExactlyInAnyOrder listOf("wide", "WIDE-2", "wide-3")
            }

            test("progress is ten plain lines where there is no terminal") {
                val result = explainImage(picture, "--out", "${tempdir()}", "--steps", "200")
                val lines = result.err.lines().filter { it.startsWith("wide.png: step") }
                lines.size shouldBe 10
                lines.last() shouldContain
                    "step 200 of 200, objective 0.0038, retained 90.0 %, 0 s left"
            }

            test("progress is a bar on a terminal") {
                val result =
                    explainImage(
                        picture,
                        "--out",
                        "${tempdir()}",
                        "--steps",
                        "30",
                        cli = FakeCli(columns = 120),
                    )
                result.err shouldContain "100%"
                result.err shouldContain "objective"
                result.err shouldNotContain "step 30 of 30"
            }

            test("warnings of the explanation and of the backend are passed on") {
                val cli = FakeCli()
                cli.engine.warnings += "no oneDNN"
                explainImage(picture, "--out", "${tempdir()}", "--steps", "2", cli = cli)
                    .err shouldContain "warning: no oneDNN"
            }
        }

        context("wrong input ends with code 2, one clear message and no file") {
            val folder = tempdir().toPath()

            fun file(name: String, bytes: ByteArray) =
                folder.resolve(name).also { it.writeBytes(bytes) }.toString()

            fun array(name: String, tensor: Tensor) =
                folder.resolve(name).also { Npy.write(tensor, it) }.toString()

            val png = Resources.bytes("image/wide.png")
            val jpeg = Resources.bytes("image/small.jpg")
            val npy = Resources.bytes("image/wide_64_73.npy")
            val nan = FloatArray(3 * 32 * 32).also { it[7] = Float.NaN }
            val fourNames = file("four.txt", "a\nb\nc\nd\n".toByteArray())
            val fiveNames = file("five.txt", "a\nb\nc\nd\ne\n".toByteArray())
            listOf(
                    "no path" to listOf(),
                    "an unknown option" to listOf(picture, "--stepz", "3"),
                    "letters for a number" to listOf(picture, "--steps", "many"),
                    "0 steps" to listOf(picture, "--steps", "0"),
                    "0 samples" to listOf(picture, "--samples", "0"),
                    "a negative lambda" to listOf(picture, "--lambda", "-1"),
                    "a lambda that is no number" to listOf(picture, "--lambda", "NaN"),
                    "a step size of 0" to listOf(picture, "--step-size", "0"),
                    "a start above 1" to listOf(picture, "--start", "1.5"),
                    "an unknown preset" to listOf(picture, "--preset", "cartoony"),
                    "a negative label" to listOf(picture, "--label", "-1"),
                    "a label out of range" to listOf(picture, "--label", "4"),
                    "a missing picture" to listOf("no-such.png"),
                    "a folder as picture" to listOf("$folder"),
                    "a truncated PNG" to listOf(file("cut.png", png.copyOf(png.size / 2))),
                    "a truncated JPEG" to listOf(file("cut.jpg", jpeg.copyOf(jpeg.size / 2))),
                    "a truncated array" to listOf(file("cut.npy", npy.copyOf(npy.size / 2))),
                    "text as a picture" to listOf(fourNames),
                    "an array of another shape" to
                        listOf(array("flat.npy", Tensor.of(FloatArray(12), 3, 4))),
                    "NaN in an array" to listOf(array("nan.npy", Tensor.of(nan, 3, 32, 32))),
                    "a second picture that is bad" to listOf(picture, "no-such.png"),
                    "a missing model" to listOf(picture, "--model", "no-such.onnx"),
                    "a model that does not load" to
                        listOf(picture, "--model", file("bad.onnx", byteArrayOf(1))),
                    "a missing labels file" to
                        listOf(picture, "--model", model(), "--labels", "no-such.txt"),
                    "too many labels" to listOf(picture, "--model", model(), "--labels", fiveNames),
                    "labels without a model" to listOf(picture, "--labels", fourNames),
                    "means for bytes" to
                        listOf(picture, "--model", model(), "--mean", "123,117,104"),
                    "a deviation of 0" to listOf(picture, "--model", model(), "--std", "0.2,0,0.2"),
                    "a size too small" to listOf(picture, "--size", "0"),
                    "a shorter side below the size" to listOf(picture, "--resize", "100"),
                    "no memory" to listOf(picture, "--memory", "0"),
                )
                .forEach { (what, args) ->
                    test(what) {
                        val out = folder.resolve("out")
                        val result = explainImage("--out", "$out", *args.toTypedArray())
                        result.code shouldBe 2
                        result.out.shouldBeEmpty()
                        result.err.shouldBeAMessage()
                        files(out).shouldBeEmpty()
                    }
                }

            test("an --out that cannot be written") {
                val result = explainImage(picture, "--out", "$fourNames/deeper")
                result.code shouldBe 2
                result.err.shouldBeAMessage()
            }
        }

        context("other errors") {
            test("an error inside ends with code 1 and a hint; --debug adds the stack trace") {
                val failing = FakeCli().also { it.engine.failure = IllegalStateException("broken") }
                val out = tempdir().toPath().resolve("out")
                val result = explainImage(picture, "--out", "$out", cli = failing)
                result.code shouldBe 1
                result.err shouldContain "broken"
                result.err shouldContain "--debug"
                result.err shouldNotContain "\tat "
                files(out).shouldBeEmpty()
                explainImage(picture, "--out", "$out", "--debug", cli = failing).err shouldContain
                    "\tat "
            }

            test("too little memory is said plainly") {
                val failing =
                    FakeCli().also { it.engine.failure = OutOfMemoryError("Physical memory") }
                val result = explainImage(picture, "--out", "${tempdir()}/out", cli = failing)
                result.code shouldBe 1
                result.err shouldContain "the memory is too small"
            }

            test("what stands before a command that does not see it") {
                val result = FakeCli().run("evaluate", "--seed", "7", "solvers")
                result.code shouldBe 2
                result.err shouldContain "'7' stands before 'solvers', which would not see it."
                FakeCli().run("--debug", "presets").code shouldBe 0
            }

            test("commands that do not exist, or say too little") {
                FakeCli().run("explian").code shouldBe 2
                FakeCli().run("explain").code shouldBe 2
                FakeCli().run().code shouldBe 2
            }
        }

        test("--help names every option and shows every preset with its settings") {
            val help = FakeCli().run("explain", "image", "--help")
            help.code shouldBe 0
            for (option in
                ("--model --mean --std --labels --preset --steps --samples --step-size --lambda --seed" +
                        " --size --out --label --spatial-l1 --start")
                    .split(" ")) {
                help.out shouldContain option
            }
            Presets.all().keys.forEach { help.out shouldContain it }
            help.out shouldContain "2000 steps of 64 samples, step size 0.003, mask starting at 1"
        }

        test("presets prints the same table") {
            val presets = FakeCli().run("presets")
            presets.code shouldBe 0
            FakeCli().run("explain", "image", "--help").out shouldContain presets.out
        }

        test("--version is the version of the build") {
            FakeCli().run("--version").out shouldContain Regex("^rde4j \\d+\\.\\d+")
        }

        context("demo") {
            test("writes explanations and a page that holds all it shows") {
                val out = tempdir().toPath().resolve("demo")
                val result = FakeCli().run("demo", "--quick", "--out", "$out")
                result.code shouldBe 0
                val page = out.resolve("index.html")
                result.out shouldContain page.toAbsolutePath().toString()
                val html = page.readText()
                html shouldNotContain "src=\"http"
                Regex("src=\"data:image/png").findAll(html).count() shouldBe 16
                for (name in
                    listOf("disc-cartoonX", "disc-pixelRde", "ring-cartoonX", "ring-pixelRde")) {
                    html shouldContain "href=\"$name/\""
                    out.resolve("$name/summary.png").exists() shouldBe true
                }
            }

            test("runs again over its own results") {
                val out = tempdir().toPath().resolve("demo")
                repeat(2) { FakeCli().run("demo", "--quick", "--out", "$out").code shouldBe 0 }
            }
        }

        test("info names backend, versions and memory") {
            val cli = FakeCli().also { it.engine.warnings += "no oneDNN" }
            val info = cli.run("info")
            info.code shouldBe 0
            for (line in
                listOf("backend", "fake backend", "rde4j", "java", "memory", "GPU", "no oneDNN")) {
                info.out shouldContain line
            }
        }
    })

/** One or two lines in plain words, no stack trace. */
private fun String.shouldBeAMessage() {
    this shouldContain "rde4j: "
    this shouldNotContain "Exception"
    this shouldNotContain "\tat "
    trim().lines().size shouldBe 2
}
