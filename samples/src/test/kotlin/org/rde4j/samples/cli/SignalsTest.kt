package org.rde4j.samples.cli

import com.fasterxml.jackson.databind.ObjectMapper
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path
import java.util.Random
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.Explanation
import org.rde4j.Obfuscation
import org.rde4j.RateDistortion
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.files.Json
import org.rde4j.files.Npy
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.explain.Execution
import org.rde4j.nd4j.metrics.MetricSettings
import org.rde4j.nd4j.metrics.Metrics
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.nd4j.onnx.OnnxWriter
import org.rde4j.samples.report.MetricTable

/**
 * Rows of numbers and series through the command line, and what programs save through 'evaluate'.
 */
class SignalsTest :
    FunSpec({
        val folder = tempdir().toPath()

        fun random(seed: Long, vararg shape: Int): FloatArray =
            Random(seed).let { r ->
                FloatArray(shape.fold(1, Int::times)) { r.nextGaussian().toFloat() }
            }

        fun weights(seed: Long, vararg shape: Int) =
            Nd4j.createFromArray(*random(seed, *shape)).reshape(shape)

        /** Softmax of six numbers' products; numbers 1 and 4 alone count. */
        val rows = folder.resolve("rows.onnx")
        OnnxWriter("rows").run {
            val x = input("x", -1, 6)
            val w = Nd4j.zeros(6, 3)
            w.putRow(1, Nd4j.createFromArray(2f, -1f, 0f))
            w.putRow(4, Nd4j.createFromArray(-1f, 2f, 0f))
            output("y", node("Softmax", listOf(node("MatMul", listOf(x, weights(w))))), -1, 3)
            write(rows)
        }

        /** Three scores of two channels of twelve numbers over time. */
        val series = folder.resolve("series.onnx")
        OnnxWriter("series").run {
            val x = input("x", -1, 2, 12)
            val along = node("Conv", listOf(x, weights(weights(1, 4, 2, 3))))
            val mean =
                node(
                    "ReduceMean",
                    listOf(node("Tanh", listOf(along))),
                    mapOf("axes" to listOf(2L), "keepdims" to 0L),
                )
            output("y", node("MatMul", listOf(mean, weights(weights(2, 4, 3)))), -1, 3)
            write(series)
        }

        /** A picture network of two scores. */
        val pictures = folder.resolve("pictures.onnx")
        OnnxWriter("pictures").run {
            val x = input("x", -1, 1, 6, 5)
            val mean =
                node(
                    "ReduceMean",
                    listOf(
                        node(
                            "Tanh",
                            listOf(node("Conv", listOf(x, weights(weights(3, 4, 1, 3, 3))))),
                        )
                    ),
                    mapOf("axes" to listOf(2L, 3L), "keepdims" to 0L),
                )
            output("y", node("MatMul", listOf(mean, weights(weights(4, 4, 2)))), -1, 2)
            write(pictures)
        }

        fun npy(name: String, values: Tensor): Path =
            folder.resolve(name).also { Npy.write(values, it) }

        val row = npy("row.npy", Tensor.of(floatArrayOf(7f, 3f, -5f, 40f, 1f, 0f), 6))
        val chirp = npy("chirp.npy", Tensor.of(random(5, 2, 12), 2, 12))

        class Result(val code: Int, val out: String, val err: String)

        fun run(vararg args: String): Result {
            val out = ByteArrayOutputStream()
            val err = ByteArrayOutputStream()
            val console = Console(PrintStream(out, true), PrintStream(err, true), 0)
            val code = Main.run(Nd4jEngine(), BundledNetwork(), console, *args)
            return Result(code, out.toString(Charsets.UTF_8), err.toString(Charsets.UTF_8))
        }

        fun explain(vararg args: Any) =
            run(
                "explain",
                "signal",
                *args.map { "$it" }.toTypedArray(),
                "--steps",
                "60",
                "--samples",
                "8",
                "--step-size",
                "0.05",
            )

        test("a row of numbers, in its own units, is explained by what its network looks at") {
            val out = folder.resolve("rows")
            val found = explain(row, "--model", rows, "--out", out)
            withClue(found.err) { found.code shouldBe 0 }
            found.out shouldContain "row.npy: class 0 "
            Files.list(out.resolve("row")).use { all ->
                all.map { "${it.fileName}" }.toList()
            } shouldContainExactlyInAnyOrder
                listOf("explanation.json", "history.csv", "masks.npz", "signals.npz")
            val mask = Explanation.load(out.resolve("row")).masks().getValue("pixels").values()
            mask.indices.sortedByDescending { mask[it] }.take(1) shouldBe listOf(1)
            listOf(0, 2, 3, 5).forEach { mask[it].toDouble() shouldBe (0.0 plusOrMinus 0.05) }
        }

        test(
            "channels over time, with a batch axis and over every representation that takes them"
        ) {
            val batched = npy("batched.npy", Tensor.of(random(5, 2, 12), 1, 2, 12))
            for (over in listOf("pixels", "channels", "wavelets:db2:2", "fourier")) {
                val out = folder.resolve("series-${over.substringBefore(':')}")
                val found = explain(chirp, batched, "--model", series, "--over", over, "--out", out)
                withClue(over + found.err) { found.code shouldBe 0 }
                Explanation.load(out.resolve("batched")).masks() shouldBe
                    Explanation.load(out.resolve("chirp")).masks()
            }
        }

        test("normalisation is in the units of the signal") {
            val means = floatArrayOf(7f, 1f, -5f, 40f, 0f, 0f)
            val deviations = floatArrayOf(2f, 4f, 1f, 10f, 1f, 3f)
            val out = folder.resolve("normalised")
            val found =
                explain(
                    row,
                    "--model",
                    rows,
                    "--mean",
                    means.joinToString(","),
                    "--std",
                    deviations.joinToString(","),
                    "--out",
                    out,
                )
            withClue(found.err) { found.code shouldBe 0 }
            val z = (3 - 1) / 4.0 to (1 - 0) / 1.0
            val scores = listOf(2 * z.first - z.second, -z.first + 2 * z.second, 0.0)
            val e = scores.map { kotlin.math.exp(it) }
            val label = Explanation.load(out.resolve("row")).label().get()
            label.index() shouldBe 1
            label.probability() shouldBe (e[1] / e.sum() plusOrMinus 1e-5)
        }

        test("what does not fit is refused with its remedy") {
            val picture = npy("picture.npy", Tensor.of(random(6, 1, 6, 5), 1, 6, 5))
            val holed = npy("holed.npy", Tensor.of(floatArrayOf(1f, Float.NaN, 0f, 0f, 0f, 0f), 6))
            val short = npy("short.npy", Tensor.of(FloatArray(5), 5))
            mapOf(
                    listOf("signal", row) to "--model",
                    listOf("signal", chirp, "--model", rows) to "[n]",
                    listOf("signal", row, "--model", series) to "[C, T]",
                    listOf("signal", picture, "--model", pictures) to "explain image",
                    listOf("image", row, "--model", rows) to "explain signal",
                    listOf("signal", holed, "--model", rows) to "NaN",
                    listOf("signal", short, "--model", rows) to "do not fit",
                    listOf("signal", row, "--model", rows, "--over", "wavelets") to "",
                    listOf("signal", row, "--model", rows, "--over", "patches") to "",
                    listOf("signal", row, "--model", rows, "--label", "3") to "The label (3)",
                    listOf("signal", row, "--model", rows, "--mean", "1,2") to
                        "2 numbers, but the network has 6",
                    listOf("signal", folder.resolve("none.npy"), "--model", rows) to "none.npy",
                    listOf(
                        "signal",
                        row,
                        "--model",
                        rows,
                        "--steps",
                        "3",
                        "--distortion",
                        "squared-in:0:0:2:2",
                    ) to "",
                )
                .forEach { (args, words) ->
                    val refused =
                        run(
                            "explain",
                            *args.map { "$it" }.toTypedArray(),
                            "--out",
                            "${folder.resolve("refused")}",
                        )
                    withClue("$args ${refused.err}") {
                        refused.code shouldBe 2
                        refused.err shouldContain words
                        (refused.err.trim().lines().size <= 3) shouldBe true
                    }
                }
        }

        context("what a program saves is measured by 'evaluate' as the program measures it") {
            val samples =
                listOf(
                    "--samples",
                    "6",
                    "--curve-samples",
                    "3",
                    "--points",
                    "4",
                    "--controls",
                    "3",
                    "--subsets",
                    "5",
                    "--seed",
                    "7",
                )
            val settings =
                MetricSettings.defaults()
                    .samples(6, 3)
                    .points(4)
                    .controls(3)
                    .subsets(5, MetricSettings.defaults().removed())
                    .seed(7)
            val solver = Solver.l1(0.2).adam(0.1).steps(5).samples(4)
            fun problem(over: Representation) =
                RateDistortion.over(over)
                    .obfuscatedBy(Obfuscation.gaussianNoise())
                    .measuredBy(Distortion.labelProbability())
                    .solvedBy(solver)

            mapOf(
                    "a row" to Triple(rows, Representation.pixels(), Npy.read(row)),
                    "a series" to Triple(series, Representation.pixels(), Npy.read(chirp)),
                    "a series of waves" to
                        Triple(series, Representation.wavelets("db1").levels(2), Npy.read(chirp)),
                    "a picture" to
                        Triple(
                            pictures,
                            Representation.pixels(),
                            Tensor.of(random(6, 1, 6, 5), 1, 6, 5),
                        ),
                    "a picture of waves" to
                        Triple(
                            pictures,
                            Representation.wavelets("db1").levels(1),
                            Tensor.of(random(6, 1, 6, 5), 1, 6, 5),
                        ),
                )
                .forEach { (name, given) ->
                    val (file, over, signal) = given
                    test(name) {
                        val model: Nd4jModel = Models.onnx(file)
                        val saved = folder.resolve("saved ${name.replace(' ', '-')}")
                        val found =
                            Nd4jBackend.compile(problem(over), model).use { it.explain(signal) }
                        found.save(saved)
                        val execution = Execution.defaults()
                        val expected =
                            Metrics.of(problem(over), model, settings, execution).use {
                                it.evaluate(found.signal(), found.masks(), found.picture())
                            }
                        val out = folder.resolve("measured ${name.replace(' ', '-')}")
                        val measured =
                            run(
                                "evaluate",
                                "$saved",
                                "--model",
                                "$file",
                                "--out",
                                "$out",
                                *samples.toTypedArray(),
                            )
                        withClue(measured.err) { measured.code shouldBe 0 }
                        val mapper = ObjectMapper()
                        val rowsOf = MetricTable.json(MetricTable.rows(expected, false))
                        mapper.readTree(out.resolve("evaluation.json").toFile())["explanations"][0][
                            "metrics"] shouldBe mapper.readTree(Json.text(rowsOf))
                    }
                }
        }
    })
