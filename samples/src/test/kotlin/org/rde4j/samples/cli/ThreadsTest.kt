package org.rde4j.samples.cli

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit

class ThreadsTest :
    FunSpec({
        /** The masks of a short explanation in a process of its own. */
        fun masks(threads: Int, folder: Path): List<List<Byte>> {
            val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
            val path = System.getProperty("java.class.path")
            val command =
                listOf(java, "-Xmx1g", "-cp", path, "org.rde4j.samples.cli.Main", "demo") +
                    listOf("--quick", "--out", folder.toString())
            val builder = ProcessBuilder(command).redirectErrorStream(true)
            builder.environment()["OMP_NUM_THREADS"] = threads.toString()
            builder.redirectOutput(Files.createTempFile("threads", ".log").toFile())
            val process = builder.start()
            process.waitFor(5, TimeUnit.MINUTES) shouldBe true
            process.exitValue() shouldBe 0
            return Files.walk(folder).use { files ->
                files
                    .filter { it.endsWith("masks.npz") }
                    .sorted()
                    .map { Files.readAllBytes(it).toList() }
                    .toList()
            }
        }

        test("one thread and two give the same masks, bit for bit") {
            val folder = Files.createTempDirectory("threads")
            val one = masks(1, folder.resolve("one"))
            one.size shouldBe 4
            masks(2, folder.resolve("two")) shouldBe one
            folder.toFile().deleteRecursively()
        }

        test("threads that wait for each other are noticed") {
            ThreadCheck.slowdown() shouldBeGreaterThan 0.0
            ThreadCheck.isSlow(1.2) shouldBe false
            ThreadCheck.isSlow(17.0) shouldBe true
        }
    })
