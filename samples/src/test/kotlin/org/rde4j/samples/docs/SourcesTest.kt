package org.rde4j.samples.docs

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import java.io.File

/**
 * Habits that no compiler keeps: the same words and the same bits under every locale, Java version
 * and machine.
 */
class SourcesTest :
    FunSpec({
        val root = File(System.getProperty("rde4j.root"))
        val sources =
            listOf("dsl", "backend-nd4j", "radiomap-training", "samples")
                .flatMap { root.resolve("$it/src/main").walkTopDown() }
                .filter { it.extension == "java" || it.extension == "kt" }

        fun breaches(rule: Regex): List<String> =
            sources.flatMap { file -> breaches(rule, file.readText()).map { "${file.name}:$it" } }

        test("all sources are looked at") { sources.size shouldBeGreaterThan 300 }

        test("numbers in texts have the digits 0-9 and a point under every locale") {
            breaches(LOCALE).shouldBeEmpty()
        }

        test("what depends on the locale is found") {
            val q = "\"\"\""
            mapOf(
                    "\"%d of %s\".formatted(a, b)" to true,
                    "\"%s of %s\".formatted(a, b)" to false,
                    "\"100 %%d %x\".formatted(a)" to false,
                    "(\"a %.3f\" +\n    \"b\")\n    .formatted(a)" to true,
                    "(\"a\" + \"%,d b\").formatted(a)" to true,
                    "$q\nx %5.1e$q.formatted(a)" to true,
                    "String.format(\n    Locale.ROOT, \"%d\", a)" to false,
                    "String.format(\"%s\", a)" to true,
                    "String.format(\n    format, a)" to true,
                    "out.printf(\"%d\", a)" to true,
                    "name.toLowerCase()" to true,
                    "name.toUpperCase(Locale.ROOT)" to false,
                    "NumberFormat.getInstance()" to true,
                    "new DecimalFormat(\"0\")" to true,
                )
                .filter { (code, wrong) -> breaches(LOCALE, code).isNotEmpty() != wrong }
                .keys
                .shouldBeEmpty()
        }

        test(
            "functions of java.lang.Math whose last bit may differ between machines are not used"
        ) {
            breaches(INEXACT).shouldBeEmpty()
            listOf("Math.exp(x)", "map(Math::sin)", "StrictMath.exp(x)", "Math.sqrt(x)").filter {
                breaches(INEXACT, it).isNotEmpty()
            } shouldContainExactly listOf("Math.exp(x)", "map(Math::sin)")
        }

        test("normal numbers are rde4j's own, or those that java.util.Random promises") {
            sources
                .filter { "nextGaussian" in it.readText() }
                .filter { "import java.util.Random;" !in it.readText() }
                .shouldBeEmpty()
        }
    })

private const val LITERAL =
    "(?:\"\"\"(?:[^\"\\\\]|\\\\.|\"(?!\"\"))*\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\")"

/** A conversion that {@code Formatter} localizes. */
private const val NUMBER = "(?<!%)(?:%%)*%[-+ 0,#(]*[0-9]*(?:\\.[0-9]+)?[doeEfgG]"

private val LOCALE =
    Regex(
        listOf(
                // A literal with such a conversion, and perhaps others after it, that is formatted.
                "\"(?:[^\"\\\\\\n]|\\\\.)*$NUMBER(?:[^\"\\\\\\n]|\\\\.)*\"(?:\\s*\\+\\s*$LITERAL|\\s*\\))*\\s*\\.formatted\\(",
                "\"\"\"(?:[^\"\\\\]|\\\\.)*$NUMBER(?:[^\"\\\\]|\\\\.)*\"\"\"\\s*\\.formatted\\(",
                "String\\.format\\((?!\\s*Locale\\.ROOT)",
                "\\.printf\\(",
                "\\.to(?:Lower|Upper)Case\\(\\)",
                "(?<!Console)NumberFormat\\.get",
                "new DecimalFormat",
            )
            .joinToString("|")
    )

private val INEXACT =
    Regex(
        "\\bMath(?:\\.|::)(?:a?sinh?|a?cosh?|a?tanh?|atan2|exp|expm1|log|log10|log1p|pow|cbrt|hypot)\\b"
    )

/** The lines where the rule is broken. */
private fun breaches(rule: Regex, code: String): List<Int> =
    rule
        .findAll(code)
        .map { found -> code.take(found.range.first).count { it == '\n' } + 1 }
        .toList()
