package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files

class SimulateTest :
    FunSpec({
        fun radio(vararg args: String) =
            FakeCli().run("simulate", "radio", "--size", "64", "--tx", "2", *args)

        test("radio writes a data set, says how fast, and goes on with more maps") {
            val out = tempdir().toPath().resolve("data")
            val first = radio("--maps", "2", "--threads", "1", "--out", "$out")
            withClue(first.err) { first.code shouldBe 0 }
            first.out shouldContain
                Regex(
                    "2 of 2 cities made, 4 radio maps in [0-9.]+ s, [0-9.]+ radio maps per second"
                )
            first.err shouldContain "simulate radio: 2 of 2, 0 s left"
            Files.exists(out.resolve("gain/DPM/1_1.png")) shouldBe true
            radio("--maps", "3", "--out", "$out").out shouldContain "1 of 3 cities made"
            radio("--maps", "3", "--out", "$out").out shouldContain "all 3 maps were there already"
            FakeCli(columns = 80)
                .run("simulate", "radio", "--size", "64", "--maps", "1", "--out", "$out-2")
                .err shouldContain "simulate radio"
        }

        test("wrong input ends with code 2") {
            val out = tempdir().toPath().resolve("data")
            radio("--maps", "1", "--out", "$out").code shouldBe 0
            for (args in
                listOf(
                    listOf("--maps", "0", "--out", "$out-2"),
                    listOf("--size", "65", "--out", "$out-2"),
                    listOf("--threads", "0", "--out", "$out-2"),
                    listOf("--tx", "0", "--out", "$out-2"),
                    listOf(),
                )) {
                withClue("$args") {
                    FakeCli().run("simulate", "radio", *args.toTypedArray()).code shouldBe 2
                }
            }
            Files.exists(out.resolveSibling("data-2")) shouldBe false
            radio("--maps", "1", "--seed", "2", "--out", "$out").err shouldContain "another seed"
            FakeCli().run("simulate").err shouldContain "Say what to simulate"
        }

        test("fit prints constants and errors of a city") {
            val data = tempdir().toPath().resolve("data")
            radio("--maps", "1", "--out", "$data").code shouldBe 0
            val result = FakeCli().run("simulate", "fit", "$data", "--tx", "0", "--check", "1")
            withClue(result.err) { result.code shouldBe 0 }
            result.out shouldContain "Propagation[reach="
            result.out shouldContain Regex("0_0, fitted +0\\.00")
            result.out shouldContain
                Regex("all checked +0\\.[0-9]{4} +0\\.00[0-9]{2} +0\\.[0-9]{4}")
            FakeCli().run("simulate", "fit", "$data", "--tx", "7").err shouldContain "0_7.png"
            FakeCli().run("simulate", "fit", "$data-2").code shouldBe 2
        }
    })
