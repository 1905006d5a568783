package org.rde4j.samples.docs

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.File
import java.io.PrintWriter
import java.io.StringWriter
import java.util.spi.ToolProvider

/** The public API is what docs/api says. Run with -Dapi.update to accept a change. */
class ApiTest :
    FunSpec({
        val root = File(System.getProperty("rde4j.root"))

        fun publicApi(module: String): String {
            val classes = root.resolve("$module/target/classes")
            val files =
                classes
                    .walk()
                    .filter { it.extension == "class" && it.name != "package-info.class" }
                    .filterNot { Regex("\\$\\d").containsMatchIn(it.name) }
                    .map { it.path }
                    .sorted()
                    .toList()
            val text = StringWriter()
            val writer = PrintWriter(text)
            ToolProvider.findFirst("javap")
                .get()
                .run(writer, writer, "-public", *files.toTypedArray())
            return text
                .toString()
                .split("Compiled from ")
                .map { it.substringAfter('\n') }
                .filter { it.startsWith("public ") }
                .joinToString("\n")
        }

        listOf("dsl", "backend-nd4j", "radiomap-training").forEach { module ->
            // Other versions of javap word some lines differently.
            test("the API of $module").config(enabled = Runtime.version().feature() == 17) {
                val record = root.resolve("docs/api/$module.txt")
                val now = publicApi(module)
                if (System.getProperty("api.update") != null) {
                    record.parentFile.mkdirs()
                    record.writeText(now)
                }
                withClue(
                    "The public API of $module changed. Look at the difference, then run with -Dapi.update."
                ) {
                    now shouldBe (if (record.exists()) record.readText() else "")
                }
            }
        }
    })
