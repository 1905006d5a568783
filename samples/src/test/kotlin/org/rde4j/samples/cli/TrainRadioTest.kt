package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.readLines

class TrainRadioTest :
    FunSpec({
        val data = tempdir().toPath().resolve("data")

        /** A small training; options in [args] take the place of these. */
        fun train(out: Path, vararg args: String): FakeCli.Result {
            val options =
                linkedMapOf(
                    "--data" to "$data",
                    "--out" to "$out",
                    "--width" to "0.05",
                    "--batch" to "2",
                )
            options["--validation"] = "2"
            val flags = args.filter { it == "--half" }
            (args.toList() - flags).chunked(2).forEach { (name, value) -> options[name] = value }
            val all = options.flatMap { (name, value) -> listOf(name, value) } + flags
            return FakeCli().run("train", "radio", *all.toTypedArray())
        }

        beforeSpec {
            FakeCli()
                .run(
                    *listOf("simulate", "radio", "--size", "64", "--tx", "2").toTypedArray(),
                    *listOf("--maps", "4", "--out", "$data").toTypedArray(),
                )
                .code shouldBe 0
        }

        test("it writes a network, its history and pictures, and repeats nothing") {
            val out = tempdir().toPath().resolve("net")
            val steps = arrayOf("--steps", "2,1", "--report-every", "1")
            val first = train(out, *steps, "--interpretation", "0.01")
            withClue(first.err) { first.code shouldBe 0 }
            first.out shouldContain "U-net 2, step 1 of 1: fit"
            first.out shouldContain Regex("weights, on unseen cities MSE [0-9.]+, RMSE [0-9.]+")
            val history = out.resolve("history.csv").readLines()
            history[0] shouldStartWith "unet,step,loss,fit,interpretation,"
            history shouldHaveSize 4
            Files.exists(out.resolve("panels/unet1-000002.png")) shouldBe true
            val again = train(out, *steps, "--interpretation", "0.01")
            again.out.lines().filter { it.isNotBlank() } shouldHaveSize 1
            again.out.trim() shouldBe first.out.trim().lines().last()

            val network = "${out.resolve("network.onnx")}"
            val table =
                FakeCli().run("evaluate", "radio-maps", network, "--data", "$data", "--seed", "3")
            withClue(table.err) { table.code shouldBe 0 }
            table.out shouldContain Regex("city as given, measured +0\\.[0-9]{6}")
        }

        test("a training starts from a network, and weights of 16 bits halve the file") {
            val first = tempdir().toPath().resolve("net")
            train(first, "--steps", "2,0").code shouldBe 0
            val network = first.resolve("network.onnx")
            val second = tempdir().toPath().resolve("net")
            val result = train(second, "--steps", "0,0", "--from", "$network", "--half")
            withClue(result.err) { result.code shouldBe 0 }
            val smaller = second.resolve("network.onnx")
            Files.size(smaller) shouldBeLessThan Files.size(network) * 6 / 10
            fun rmse(file: Path) =
                FakeCli().run("evaluate", "radio-maps", "$file", "--data", "$data").let {
                    it.out.lines()[1].substringAfter("measured").trim().split(Regex(" +"))[1]
                }
            rmse(smaller).toDouble() shouldBe (rmse(network).toDouble() plusOrMinus 2e-4)
            val narrow = train(second, "--width", "0.1", "--from", "$network")
            narrow.code shouldBe 2
            narrow.err shouldContain "cannot start from"
        }

        test("phi0 is told of no measurements") {
            val out = tempdir().toPath().resolve("net")
            val plain = arrayOf("--network", "phi0", "--depth", "first", "--steps", "1")
            train(out, *plain).code shouldBe 0
            val table =
                FakeCli().run("evaluate", "radio-maps", "$out/network.onnx", "--data", "$data")
            withClue(table.err) { table.code shouldBe 0 }
            table.out shouldContain "whole city"
            train(out, *plain, "--interpretation", "1").err shouldContain "needs measurements"
        }

        test("pairs with and without the interpretation loss are compared, and kept") {
            val out = tempdir().toPath()
            train(out.resolve("phi0"), "--network", "phi0", "--depth", "first", "--steps", "0")
            fun compare(vararg more: String) =
                FakeCli()
                    .run(
                        *listOf("evaluate", "radio-interpretation", "--data", "$data")
                            .toTypedArray(),
                        *listOf("--inpainter", "$out/phi0/network.onnx").toTypedArray(),
                        *listOf("--out", "$out/pairs", "--width", "0.05").toTypedArray(),
                        *listOf("--depth", "first", "--steps", "2", "--batch", "2").toTypedArray(),
                        *listOf("--validation", "2", "--scenes", "1").toTypedArray(),
                        *listOf("--components", "3", "--seeds", "1,2").toTypedArray(),
                        *more,
                    )
                    .also { withClue(it.err) { it.code shouldBe 0 } }
                    .out
                    .lines()
                    .dropWhile { !it.startsWith("mean ±") }
            val first = compare()
            first.map { it.take(34).trim() }.filter { it.isNotEmpty() } shouldBe
                listOf(
                    "mean ± standard error, 2 seeds",
                    "interpretation loss",
                    "RMSE on unseen cities",
                    "buildings among 3 components",
                    "share of the gain by buildings",
                )
            // An explanation that is there already is not made again: a made-up one stays.
            val kept = out.resolve("pairs/seed-1/plain/explanations-0.0.csv")
            val lines = kept.readLines()
            val madeUp = lines[2].substringBefore(",") + ",100.0,0.5"
            Files.write(kept, lines.take(2) + madeUp)
            val second = compare()
            second.take(3) shouldBe first.take(3)
            second[3] shouldContain Regex("[5-9][0-9]\\.[0-9]+ ± [0-9]")
            compare("--inpaint", "1").take(3) shouldBe first.take(3)
            Files.exists(kept.resolveSibling("explanations-1.0.csv")) shouldBe true
        }

        test("wrong input ends with code 2 and writes nothing") {
            val out = tempdir().toPath().resolve("net")
            for ((args, message) in
                listOf(
                    listOf("--width", "0") to "must lie in",
                    listOf("--steps", "1,2,3") to "one for each",
                    listOf("--steps", "-1") to "at least 0",
                    listOf("--batch", "0") to "at least 1",
                    listOf("--batch", "1000") to "do not fill a batch",
                    listOf("--validation", "1") to "--validation (1) must be at least --batch (2)",
                    listOf("--step-size", "-1") to "greater than 0",
                    listOf("--decay", "2") to "in [0, 1]",
                    listOf("--measurements", "few") to "Use a number or a range",
                    listOf("--missing", "all") to "--missing cannot be 'all'",
                    listOf("--interpretation", "-1") to "weight",
                    listOf("--network", "psi") to "--network",
                    listOf("--data", "$data-no") to "data-no",
                )) {
                withClue("$args") {
                    val result = train(out, *args.toTypedArray())
                    result.code shouldBe 2
                    result.err shouldContain message
                }
            }
            Files.exists(out) shouldBe false
        }
    })
