package org.rde4j.samples.report

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import org.rde4j.RdeException

class SceneRowsTest :
    FunSpec({
        val folder = tempdir().toPath()
        val columns = listOf("a", "b")

        test("rows come back exactly, and only for the same settings") {
            val file = folder.resolve("new").resolve("rows.csv")
            val rows = SceneRows.open(file, "seed 1", columns)
            rows.row("1_0").isEmpty shouldBe true
            rows.add("1_0", 0.1, 1 / 3.0)
            rows.add("1_1", -2.0, Double.NaN)
            val again = SceneRows.open(file, "seed 1", columns)
            again.row("1_0").get() shouldBe doubleArrayOf(0.1, 1 / 3.0)
            again.row("1_1").get()[1].isNaN() shouldBe true
            Files.readAllLines(file).take(2) shouldBe listOf("# seed 1", "scene,a,b")
            Files.list(file.parent).use { it.count() } shouldBe 1L
            shouldThrow<RdeException> { SceneRows.open(file, "seed 2", columns) }
                .message shouldContain "holds results of other settings"
            shouldThrow<RdeException> { SceneRows.open(file, "seed 1", listOf("a")) }
        }

        test("a row is measured once") {
            val file = folder.resolve("once.csv")
            val rows = SceneRows.open(file, "s", columns)
            rows.row("1_0") { doubleArrayOf(1.0, 2.0) } shouldBe doubleArrayOf(1.0, 2.0)
            SceneRows.open(file, "s", columns).row("1_0") { error("it is there") } shouldBe
                doubleArrayOf(1.0, 2.0)
        }

        test("damaged rows are named") {
            listOf("1_0,1.0", "1_0,1.0,x", "1_0,1,2,3").forEach { line ->
                val file = folder.resolve("damaged.csv")
                Files.writeString(file, "# s\nscene,a,b\n$line\n")
                shouldThrow<RdeException> { SceneRows.open(file, "s", columns) }
                    .message shouldContain
                    "The line '$line' of $file must hold a name and 2 numbers."
            }
        }
    })
