package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import java.nio.file.Path
import java.util.Random
import java.util.concurrent.CancellationException
import java.util.concurrent.TimeUnit
import kotlin.io.path.createDirectories
import kotlin.io.path.createFile
import kotlin.io.path.readBytes
import kotlin.io.path.readText

/**
 * Ctrl-C. Signals to real processes take minutes, so they are sent only on demand:
 * `-Drde4j.interruptions=50` says how many.
 */
class StopSignalsTest :
    FunSpec({
        val picture =
            Files.createTempFile("picture", ".png").also {
                val image = java.awt.image.BufferedImage(128, 128, 1)
                javax.imageio.ImageIO.write(image, "png", it.toFile())
                it.toFile().deleteOnExit()
            }

        context("what a stopped command says") {
            fun stopped(vararg args: String): FakeCli.Result {
                val cli = FakeCli()
                cli.engine.failure = CancellationException("The thread was interrupted.")
                return cli.run(*args)
            }

            test("that nothing is kept unless it was asked for") {
                val out = tempdir().path
                val result = stopped("explain", "image", picture.toString(), "--out", out)
                result.code shouldBe 130
                result.err.trim() shouldBe
                    "Stopped. No state was kept; with --resume the same command can be gone on with."
            }

            test("where the state is kept") {
                val out = tempdir().toPath().resolve("out").createDirectories()
                out.resolve("picture.state").createFile()
                val result =
                    stopped("explain", "image", picture.toString(), "--out", "$out", "--resume")
                result.code shouldBe 130
                result.err.trim() shouldBe
                    "Stopped. The state is kept in $out/picture.state; the same command goes on."
            }

            test("that there is nothing to go on from") {
                val result = stopped("demo", "--out", tempdir().path)
                result.code shouldBe 130
                result.err.trim().lines().last() shouldBe
                    "Stopped. There is nothing to go on from; the same command begins anew."
            }

            test("whatever an interrupt breaks is no fault") {
                val cli = FakeCli()
                cli.engine.failure = IllegalStateException("a file was closed")
                Thread.currentThread().interrupt()
                val result = cli.run("explain", "image", "$picture", "--out", tempdir().path)
                Thread.interrupted() shouldBe true
                result.code shouldBe 130
                result.err shouldNotContain "internal error"
            }
        }

        val interruptions = Integer.getInteger("rde4j.interruptions", 0)

        /** A command in a process of its own, its exit code and what it said. */
        class Started(vararg args: String) {
            private val out = Files.createTempFile("rde4j", ".out")
            private val err = Files.createTempFile("rde4j", ".err")
            private val process: Process =
                ProcessBuilder(
                        // Processes in the background of a script ignore Ctrl-C, and so do their
                        // own.
                        listOf("env", "--default-signal=INT,TERM") +
                            Path.of(System.getProperty("java.home"), "bin", "java").toString() +
                            listOf("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC") +
                            listOf("-cp", System.getProperty("java.class.path")) +
                            "org.rde4j.samples.cli.Main" +
                            args
                    )
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start()

            fun signalAfter(millis: Long, signal: String): Started {
                if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                    ProcessBuilder("kill", "-$signal", process.pid().toString()).start().waitFor()
                }
                return this
            }

            fun end(): Triple<Int, String, String> {
                process.waitFor(10, TimeUnit.MINUTES) shouldBe true
                return Triple(process.exitValue(), out.readText(), err.readText()).also {
                    Files.delete(out)
                    Files.delete(err)
                }
            }
        }

        test("signals at $interruptions random moments lose no step").config(
            enabled = interruptions > 0
        ) {
            val folder = tempdir().toPath()
            val drawn = folder.resolve("picture.png")
            val image = java.awt.image.BufferedImage(128, 128, 1)
            for (i in 0 until 64) for (j in 0 until 90) image.setRGB(i + j / 3, j, 0xF0A030)
            javax.imageio.ImageIO.write(image, "png", drawn.toFile())

            fun command(out: Path, solver: List<String>) =
                (listOf("explain", "image", "$drawn", "--out", "$out", "--resume") + solver)
                    .toTypedArray()

            fun results(out: Path) =
                listOf("masks.npz", "history.csv").map {
                    out.resolve("picture").resolve(it).readBytes().toList()
                }
            val solvers =
                listOf(
                    listOf("--preset", "pixelRde", "--steps", "40", "--samples", "8"),
                    listOf("--preset", "cartoonX", "--steps", "40", "--samples", "8"),
                )
            val random = Random(1)
            val times = mutableMapOf<Path, Int>()
            var sent = 0
            val codes = mutableMapOf<Int, Int>()
            var said = 0
            var number = 0
            while (sent < interruptions) {
                val solver = solvers[number % solvers.size]
                val straight = folder.resolve("straight-${number % solvers.size}")
                val millis =
                    times.computeIfAbsent(straight) {
                        val start = System.nanoTime()
                        Started(*command(straight, solver)).end().first shouldBe 0
                        ((System.nanoTime() - start) / 1_000_000).toInt()
                    }
                val out = folder.resolve("interrupted-${number++}")
                var code = -1
                while (code != 0) {
                    val signal = if (random.nextInt(4) == 0) "TERM" else "INT"
                    val (ended, _, err) =
                        Started(*command(out, solver))
                            .signalAfter(random.nextInt(millis).toLong(), signal)
                            .end()
                    code = ended
                    codes.merge(code, 1, Int::plus)
                    withClue("$signal $number: $code\n$err") {
                        listOf(0, 130, 143) shouldContain code
                        err shouldNotContain "\tat "
                        err shouldNotContain "Exception"
                        err shouldNotContain "internal error"
                    }
                    if (code != 0) {
                        sent++
                        said += if ("Stopped. " in err) 1 else 0
                    }
                    if (Files.exists(out.resolve("picture"))) break
                }
                results(out) shouldBe results(straight)
                if (code == 0) {
                    out.toFile().list()!!.toList() shouldBe listOf("picture")
                }
                out.toFile().deleteRecursively()
            }
            println("exit codes $codes, $said of $sent told where the state is kept")
            said shouldBeGreaterThan 0
        }

        test("two signals at once, as timeout sends them, are one stop that keeps the state")
            .config(enabled = interruptions > 0) {
                val out = tempdir().toPath().resolve("twice")
                val started = Started("explain", "image", "$picture", "--resume", "--out", "$out")
                val (code, _, err) = started.signalAfter(9000, "INT").signalAfter(2, "INT").end()
                withClue(err) {
                    code shouldBe 130
                    ("Stopped. The state is kept" in err) shouldBe true
                }
                val left = out.toFile().list()!!.toList()
                left.single() shouldBe "${picture.fileName}".replace(".png", ".state")
            }

        test("a second signal a while later ends the process at once").config(
            enabled = interruptions > 0
        ) {
            val out = tempdir().toPath().resolve("cities")
            val started = Started("simulate", "radio", "--maps", "500", "--out", "$out")
            val (code, _, err) = started.signalAfter(5000, "INT").signalAfter(1500, "INT").end()
            code shouldBe 130
            err shouldNotContain "\tat "
        }
    })
