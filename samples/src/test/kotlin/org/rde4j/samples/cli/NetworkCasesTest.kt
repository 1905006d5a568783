package org.rde4j.samples.cli

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path
import org.rde4j.files.Npz
import org.rde4j.samples.Resources

/**
 * Small networks and signals that nobody here would make: what the network's file says decides how
 * it is fed and how its outputs are read, and what it does not say is asked for.
 */
class NetworkCasesTest :
    FunSpec({
        fun case(name: String): String = Resources.path("cases/$name").toString()

        class Result(val code: Int, val out: String, val err: String, val folder: Path) {
            val json: JsonNode by lazy {
                ObjectMapper().readTree(folder.resolve("explanation.json").toFile())
            }
            val probability: Double
                get() = json["label"]["probability"].asDouble()

            fun mask() = Npz.read(folder.resolve("masks.npz"))
        }

        fun run(vararg args: String): Pair<Int, List<String>> {
            val out = ByteArrayOutputStream()
            val err = ByteArrayOutputStream()
            val console = Console(PrintStream(out, true), PrintStream(err, true), 0)
            val code = Main.run(Nd4jEngine(), BundledNetwork(), console, *args)
            return code to listOf(out.toString(Charsets.UTF_8), err.toString(Charsets.UTF_8))
        }

        fun explain(model: String, signal: String, vararg options: String): Result {
            val out = tempdir().toPath()
            val usual =
                mapOf(
                    "--preset" to "pixelRde",
                    "--steps" to "2",
                    "--samples" to "2",
                    "--step-size" to "0.1",
                )
            val (code, printed) =
                run(
                    "explain",
                    "image",
                    case(signal),
                    "--model",
                    case("$model.onnx"),
                    "--out",
                    "$out",
                    *usual
                        .filterKeys { it !in options }
                        .flatMap { it.toPair().toList() }
                        .toTypedArray(),
                    *options,
                )
            return Result(code, printed[0], printed[1], out.resolve(signal.removeSuffix(".npy")))
        }

        val plain by lazy { explain("rgb3", "f32.npy", "--steps", "6") }

        test("the network itself") {
            plain.code shouldBe 0
            plain.out shouldContain "100.0 %"
            plain.probability shouldBe (0.9996 plusOrMinus 1e-4)
        }

        // What changes nothing about the decision changes no bit of its explanation.
        listOf("rgb3_softmax", "rgb3_ext", "rgb3_batch1").forEach { model ->
            test("$model is explained as the network itself") {
                val other = explain(model, "f32.npy", "--steps", "6")
                withClue(other.err) { other.code shouldBe 0 }
                other.mask() shouldBe plain.mask()
                other.probability shouldBe plain.probability
                other.json["objective"].asDouble() shouldBe plain.json["objective"].asDouble()
            }
        }

        test("a network that takes integers is fed what it declares") {
            val other = explain("uint8in", "f32.npy")
            withClue(other.err) { other.code shouldBe 0 }
            other.probability shouldBe (0.9996 plusOrMinus 1e-4)
            val both = explain("uint8in", "f32.npy", "--mean", "0.5,0.5,0.5")
            both.code shouldBe 2
            both.err shouldContain "Leave --mean and --std out."
        }

        test("a sigmoid inside the file gives its own probability") {
            val other = explain("rgb3_sigmoid", "f32.npy")
            withClue(other.err) { other.code shouldBe 0 }
            other.probability shouldBeGreaterThan 0.999
            other.out shouldContain "sigmoid"
        }

        test("one output is one probability, and its mask finds what the squared error finds") {
            // The network looks at the upper left quarter.
            fun contrast(model: String, vararg options: String): Double {
                val many = arrayOf("--steps", "100", "--samples", "4", "--lambda", "2")
                val found = explain(model, "f32.npy", *many, *options)
                withClue(found.err) { found.code shouldBe 0 }
                val mask = found.mask().getValue("pixels")
                val inside =
                    (0 until 16).flatMap { y -> (0 until 16).map { x -> mask.get(y, x) } }.average()
                return inside / (mask.values().average() + 1e-6)
            }
            contrast("single_logit", "--distortion", "squared") shouldBeGreaterThan 1.5
            contrast("single_logit") shouldBeGreaterThan 1.5
            contrast("single_sigmoid") shouldBeGreaterThan 1.5
            val found = explain("single_logit", "f32.npy")
            found.json["label"]["index"].asInt() shouldBe 1
        }

        listOf(
                "nhwc" to "f32.npy",
                "nhwc" to "hwc.npy",
                "rgb3" to "hwc.npy",
                "nonsquare" to "chw24x48.npy",
                "gray" to "gray28.npy",
                "four" to "four.npy",
                "instnorm" to "f32.npy",
                "dynamic_hw" to "f32.npy",
            )
            .forEach { (model, signal) ->
                test("$model takes $signal: channels, order of axes and size are the network's") {
                    val found = explain(model, signal)
                    withClue(found.err) { found.code shouldBe 0 }
                    Files.exists(found.folder.resolve("summary.png")) shouldBe true
                }
            }

        test("a network with channels last decides as the same one with channels first") {
            val last = explain("nhwc", "hwc.npy", "--steps", "6")
            last.probability shouldBe (explain("nhwc", "f32.npy").probability plusOrMinus 1e-6)
        }

        test("pictures smaller than the preset's levels get what levels they have, and are told") {
            val found = explain("gray", "gray28.npy", "--preset", "cartoonX")
            withClue(found.err) { found.code shouldBe 0 }
            found.err shouldContain "note: pictures of 28 pixels have 4 levels of wavelets"
        }

        test("a map is asked of a part") {
            val refused = explain("segm", "f32.npy")
            refused.code shouldBe 2
            refused.err shouldContain "The model gives a map [2, 32, 32]"
            refused.err shouldContain
                "--distortion probability-in:X:Y:WIDTH:HEIGHT --label CLASS, or for values," +
                    " --distortion squared-in:X:Y:WIDTH:HEIGHT"
            val part = arrayOf("--distortion", "probability-in:4:4:8:8")
            explain("segm", "f32.npy", *part, "--label", "1").code shouldBe 0
            explain("segm", "f32.npy", *part, "--label", "2").code shouldBe 2
            explain("segm", "f32.npy", "--distortion", "squared-in:4:4:8:8").code shouldBe 0
        }

        test("of several outputs one is chosen") {
            val refused = explain("two_out_feat_first", "f32.npy")
            refused.code shouldBe 2
            refused.err shouldContain "features"
            refused.err shouldContain "--output"
            val chosen = explain("two_out_feat_first", "f32.npy", "--output", "logits")
            withClue(chosen.err) { chosen.code shouldBe 0 }
            explain("two_out_feat_first", "f32.npy", "--output", "scores").code shouldBe 2
        }

        test("an output without gradient is refused by name") {
            val refused = explain("argmax_out", "f32.npy")
            refused.code shouldBe 2
            refused.err shouldContain "ArgMax"
        }

        test("signals in other units are refused, each with the fitting remedy") {
            val bytes = explain("rgb3", "raw255.npy")
            bytes.code shouldBe 2
            bytes.err shouldContain "Divide by 255"
            val notANumber = explain("rgb3", "nan.npy")
            notANumber.code shouldBe 2
            notANumber.err shouldContain "NaN"
            notANumber.err shouldNotContain "255"
        }

        test("a normalisation has a number for each channel of the network") {
            val refused = explain("rgb3", "f32.npy", "--mean", "0.5,0.5")
            refused.code shouldBe 2
            refused.err shouldContain "--mean has 2 numbers, but the network has 3 channels."
            explain("gray", "gray28.npy", "--mean", "0.5", "--std", "0.25").code shouldBe 0
        }

        test("sizes that the file fixes need no option, and others are refused") {
            val refused = explain("rgb3", "f32.npy", "--size", "64")
            refused.code shouldBe 2
            refused.err shouldContain "Leave --size out."
        }

        test("info prints the contract") {
            fun info(model: String, vararg options: String): String {
                val (code, printed) = run("info", "--model", case("$model.onnx"), *options)
                withClue(printed[1]) { code shouldBe 0 }
                return printed[0]
            }
            val softmax = info("rgb3_softmax")
            softmax shouldContain "input [N, 3, 32, 32] float, channels first"
            softmax shouldContain "softmax probabilities [3] for a signal [3, 32, 32]"
            softmax shouldContain "1 Flatten, 1 Gemm, 1 Softmax"
            info("nhwc") shouldContain "channels last in the file"
            info("uint8in") shouldContain "uint8"
            info("segm") shouldContain "[2, 32, 32] for a signal [3, 32, 32]: a map"
            val two = info("two_out_feat_first")
            two shouldContain "features [N, 8]"
            two shouldContain "logits [N, 3]"
            two shouldContain "choose one with --output"
            info("two_out_feat_first", "--output", "logits") shouldContain "scores [3]"
            info("rgb3", "--gives", "label-scores") shouldContain "scores of labels [3]"
        }
    })
