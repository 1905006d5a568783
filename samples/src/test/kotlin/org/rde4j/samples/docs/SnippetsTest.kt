package org.rde4j.samples.docs

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream
import javax.tools.ToolProvider
import jdk.jshell.JShell
import jdk.jshell.Snippet
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler

/** The code in the documentation compiles, and the JShell lines run. */
class SnippetsTest :
    FunSpec({
        val root = File(System.getProperty("rde4j.root"))
        val pages =
            (listOf(root.resolve("README.md")) + root.resolve("docs").listFiles()!!.sorted())
                .filter { it.extension == "md" }
        val classPath = System.getProperty("java.class.path")

        fun snippets(language: String): List<Pair<String, String>> =
            pages.flatMap { page ->
                Regex("```$language\\n(.*?)```", RegexOption.DOT_MATCHES_ALL)
                    .findAll(page.readText())
                    .map { page.name to it.groupValues[1] }
            }

        test("Java") {
            val found = snippets("java")
            found.shouldNotBeEmpty()
            found.forEachIndexed { i, (page, code) ->
                val folder = tempdir()
                val name = Regex("class (\\w+)").find(code)!!.groupValues[1]
                val source = folder.resolve("$name.java").apply { writeText(code) }
                val messages = ByteArrayOutputStream()
                val status =
                    ToolProvider.getSystemJavaCompiler()
                        .run(
                            null,
                            messages,
                            messages,
                            "-proc:none",
                            "-cp",
                            classPath,
                            "-d",
                            "$folder",
                            "$source",
                        )
                withClue("$page, Java snippet ${i + 1}: $messages") { status shouldBe 0 }
            }
        }

        test("Kotlin") {
            val found = snippets("kotlin")
            found.shouldNotBeEmpty()
            val folder = tempdir()
            val sources =
                found.mapIndexed { i, (page, code) ->
                    folder.resolve("${page.substringBefore('.')}$i.kt").apply {
                        writeText("package snippet$i\n$code")
                    }
                }
            val messages = ByteArrayOutputStream()
            val status =
                K2JVMCompiler()
                    .exec(
                        PrintStream(messages),
                        *sources.map { "$it" }.toTypedArray(),
                        *arrayOf("-no-stdlib", "-no-reflect", "-jvm-target", "17"),
                        *arrayOf("-classpath", classPath, "-d", "${folder.resolve("out")}"),
                    )
            withClue(messages.toString()) { status shouldBe ExitCode.OK }
        }

        test("JShell") {
            val lines =
                root.resolve("samples/src/main/jshell/rde4j.jsh").readLines() +
                    snippets("jshell").flatMap { it.second.lines() }
            JShell.builder().executionEngine("local").build().use { shell ->
                classPath.split(File.pathSeparator).forEach(shell::addToClasspath)
                lines
                    .filter { it.isNotBlank() }
                    .flatMap { line ->
                        shell.eval(if (line.endsWith(";")) line else "$line;").map { line to it }
                    }
                    .forEach { (line, event) ->
                        val problems =
                            shell.diagnostics(event.snippet()).map { it.getMessage(null) }.toList()
                        withClue("$line: $problems ${event.exception()}") {
                            event.status() shouldBe Snippet.Status.VALID
                            event.exception() shouldBe null
                        }
                    }
                shell.eval("explanation").last().value().shouldBeInstanceOf<String>()
            }
        }
    })
