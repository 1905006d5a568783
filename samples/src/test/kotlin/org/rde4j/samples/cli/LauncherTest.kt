package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.File

class LauncherTest :
    FunSpec({
        val shell = File("/bin/sh")

        test("the launcher is a script that a POSIX shell can read").config(
            enabled = shell.exists()
        ) {
            val script = File(System.getProperty("rde4j.root"), "rde4j")
            val check = ProcessBuilder("$shell", "-n", "$script").redirectErrorStream(true).start()
            val messages = check.inputStream.reader().readText()
            withClue(messages) { check.waitFor() shouldBe 0 }
        }
    })
