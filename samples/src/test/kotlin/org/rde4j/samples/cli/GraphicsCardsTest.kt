package org.rde4j.samples.cli

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.Optional

class GraphicsCardsTest :
    FunSpec({
        fun describe(answer: String?) = GraphicsCards.describe { Optional.ofNullable(answer) }

        fun card(capability: String) =
            describe("NVIDIA X, 81559 MiB, 550.54.15, $capability\n").single()

        listOf("3.7", "7.5", "8.6", "8.9").forEach {
            test("compute capability $it can run ND4J's CUDA backend") {
                card(it) shouldContain "can run on it"
            }
        }

        listOf("3.5", "9.0", "10.0", "12.0").forEach {
            test("compute capability $it cannot") {
                card(it) shouldContain "cannot run on it"
                card(it) shouldContain "compute capability $it"
            }
        }

        test("several cards, none, and answers of older drivers") {
            describe("A, 1 MiB, 1, 8.0\nB, 2 MiB, 2, 9.0\n") shouldHaveSize 2
            describe(null).single() shouldContain "none"
            describe("") shouldBe describe(null)
            describe("A, 1 MiB, 1, [N/A]").single() shouldContain "not known"
        }
    })
