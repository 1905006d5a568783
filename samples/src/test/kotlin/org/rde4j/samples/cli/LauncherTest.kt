package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** The script, in a checkout whose java and mvn only tell what they were asked for. */
class LauncherTest :
    FunSpec({
        val shell = File("/bin/sh")
        val script = File(System.getProperty("rde4j.root"), "rde4j")

        test("the launcher is a script that a POSIX shell can read").config(
            enabled = shell.exists()
        ) {
            val check = ProcessBuilder("$shell", "-n", "$script").redirectErrorStream(true).start()
            val messages = check.inputStream.reader().readText()
            withClue(messages) { check.waitFor() shouldBe 0 }
        }

        context("a start").config(enabled = shell.exists()) {
            for (flock in listOf(true, false)) {
                test("waits for another that builds; flock $flock") {
                    val checkout = Checkout(tempdir(), script, flock)
                    val first = checkout.start()
                    checkout.awaitBuild()
                    val second = checkout.start()
                    val out = listOf(first, second).map { it.end() }
                    out.forEach { withClue(it.text) { it.code shouldBe 0 } }
                    checkout.builds() shouldBe 1
                    out[1].text shouldContain "waiting for another start, which is building"
                    out.forEach { it.text shouldContain "org.rde4j.samples.cli.Main args" }
                    checkout.start().end().text shouldNotContain "waiting"
                }

                test("is not held up by one that was killed; flock $flock") {
                    val checkout = Checkout(tempdir(), script, flock)
                    val killed = checkout.start()
                    checkout.awaitBuild()
                    killed.destroyAll()
                    checkout.start().end().code shouldBe 0
                }
            }

            test(
                "asks Java for no warnings where it knows them, and refuses to build with what cannot"
            ) {
                val checkout = Checkout(tempdir(), script, true)
                checkout.start().end().text shouldNotContain "native-access"
                val quiet =
                    "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
                for (version in listOf("21.0.1", "24", "25.0.3", "26-ea")) {
                    val told = checkout.start("FAKE_VERSION" to version).end()
                    withClue(told.text) {
                        told.code shouldBe 0
                        told.text.contains(quiet) shouldBe (version.take(2).toInt() >= 24)
                    }
                }
                val fresh = Checkout(tempdir(), script, true)
                val refusal = fresh.start("FAKE_VERSION" to "25.0.3").end()
                refusal.code shouldBe 2
                refusal.text shouldContain "too new to build it. Build it once with a JDK 17 to 24"
                checkout.start("FAKE_VERSION" to "11.0.2").end().text shouldContain "version 11"
            }

            test(
                "lets Java name files with umlauts under the C locale, and leaves other locales alone"
            ) {
                val checkout = Checkout(tempdir(), script, true)
                checkout.start("LC_ALL" to "C").end().text shouldContain "locale=C.UTF-8"
                checkout
                    .start("LC_ALL" to "C.UTF-8", "LANG" to "de_DE.UTF-8")
                    .end()
                    .text shouldContain "locale=C.UTF-8"
                checkout.start("LANG" to "C.UTF-8").end().text shouldContain "locale=none"
            }
        }
    })

private class Ended(val code: Int, val text: String)

private class Started(private val process: Process) {
    fun end(): Ended {
        val text = process.inputStream.reader().readText()
        process.waitFor(60, TimeUnit.SECONDS) shouldBe true
        return Ended(process.exitValue(), text)
    }

    fun destroyAll() {
        process.descendants().forEach { it.destroyForcibly() }
        process.destroyForcibly().waitFor()
    }
}

/** In a folder with a space and an umlaut. */
private class Checkout(folder: File, script: File, flock: Boolean) {
    private val root = folder.resolve("ein Prüfstand").apply { mkdirs() }
    private val bin = folder.resolve("bin").apply { mkdirs() }
    private val builds = folder.resolve("builds")

    init {
        script.copyTo(root.resolve("rde4j")).setExecutable(true)
        root.resolve("pom.xml").writeText("")
        for (module in listOf("dsl", "backend-nd4j", "radiomap-training", "samples")) {
            root.resolve("$module/src/main").mkdirs()
            root.resolve("$module/pom.xml").writeText("")
        }
        tool(
            "java",
            """
            if [ "${'$'}1" = -version ]; then echo "openjdk version \"${'$'}{FAKE_VERSION:-17.0.1}\"" >&2
            else echo "locale=${'$'}{LC_ALL:-none}"; echo "${'$'}@"; fi
            """,
        )
        tool(
            "mvn",
            """
            echo build >> "$builds"; sleep 2
            for m in dsl backend-nd4j radiomap-training samples; do
                mkdir -p "${'$'}m/target"; touch "${'$'}m/target/rde4j-${'$'}m-0.jar"
            done
            echo path > samples/target/classpath.txt
            """,
        )
        val needed =
            "sh sed head find dirname readlink ls awk cat getconf ln rm sleep cut locale touch tr mkdir sysctl stty"
        (needed.split(" ") + if (flock) listOf("flock") else listOf()).forEach { name ->
            listOf("/bin", "/usr/bin", "/sbin", "/usr/sbin")
                .map { File(it, name) }
                .firstOrNull { it.exists() }
                ?.let { Files.createSymbolicLink(bin.toPath().resolve(name), it.toPath()) }
        }
    }

    private fun tool(name: String, script: String) =
        bin.resolve(name).apply {
            writeText("#!/bin/sh\n${script.trimIndent()}\n")
            setExecutable(true)
        }

    fun start(vararg settings: Pair<String, String>): Started {
        val builder = ProcessBuilder("/bin/sh", "$root/rde4j", "args").redirectErrorStream(true)
        builder.environment().apply {
            clear()
            put("PATH", "$bin")
            putAll(settings)
        }
        return Started(builder.start())
    }

    fun awaitBuild() {
        for (i in 1..300) if (builds() == 0) Thread.sleep(100)
        builds() shouldBe 1
    }

    fun builds() = if (builds.exists()) builds.readLines().size else 0
}
