package org.rde4j.files

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.boolean
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.constant
import io.kotest.property.arbitrary.double
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import org.rde4j.RdeException

class JsonTest :
    FunSpec({
        val text =
            Arb.list(Arb.int(0..0xffff).map { it.toChar() }, 0..20).map { it.joinToString("") }
        val leaf =
            Arb.choice(
                text,
                Arb.string(0..20),
                Arb.long(),
                Arb.double(includeNonFiniteEdgeCases = false),
                Arb.boolean(),
                Arb.constant(null),
            )
        val list = Arb.list(leaf, 0..5)
        val map =
            Arb.list(leaf, 0..5).map { all ->
                all.withIndex().associate { "k\n${it.index}" to it.value }
            }
        val value = Arb.choice(leaf, list, map, Arb.list(Arb.choice(list, map, leaf), 0..4))

        test("what is written reads back") {
            checkAll(2000, value) { Json.parse(Json.text(it), "text") shouldBe it }
        }

        test("reads what the standard allows") {
            Json.parse(
                " {\"a\" : [1,-0.5e+2 , true,null],\r\n\"\\u0062\\/\":{} ,\"c\":[]}\t",
                "text",
            ) shouldBe
                mapOf(
                    "a" to listOf(1L, -50.0, true, null),
                    "b/" to mapOf<String, Any>(),
                    "c" to listOf<Any>(),
                )
            Json.parse("123456789012345678901", "text") shouldBe 123456789012345678901.0
        }

        test("numbers that JSON lacks are written as texts") {
            Json.text(listOf(Double.NaN, Double.NEGATIVE_INFINITY, Float.NaN)) shouldBe
                "[ \"NaN\", \"-Infinity\", \"NaN\" ]\n"
        }

        test("anything else is refused with its line") {
            for (wrong in
                listOf(
                    "",
                    "{",
                    "[1,]",
                    "{\"a\":1,}",
                    "{a:1}",
                    "nul",
                    "NaN",
                    "01",
                    "1.",
                    ".5",
                    "+1",
                    "-",
                    "\"a",
                    "\"\\x\"",
                    "\"\\u12g4\"",
                    "\"tab\there\"",
                    "1 2",
                    "[1 2]",
                    "{\"a\" 1}",
                    "{\"a\":1,\"a\":2}",
                    "'a'",
                    "[".repeat(100_000),
                    "[1]]",
                )) {
                shouldThrow<RdeException> { Json.parse("\n$wrong", "x.json") }.message shouldContain
                    "x.json is no JSON: line 2, or the end is missing"
            }
        }

        test("a mutated text is a value or an RdeException, nothing else") {
            val whole = Json.text(mapOf("a" to listOf(1, 2.5, "x\"y"), "b" to mapOf("c" to null)))
            checkAll(2000, Arb.int(whole.indices), Arb.int(0..255)) { at, code ->
                try {
                    Json.parse(whole.replaceRange(at, at + 1, "${code.toChar()}"), "x.json")
                } catch (e: RdeException) {
                    e.message shouldContain "x.json"
                }
            }
        }
    })
