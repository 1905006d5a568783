package org.rde4j.samples.cli

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.element
import io.kotest.property.arbitrary.list
import io.kotest.property.checkAll
import java.nio.file.Path

class FolderNamesTest :
    FunSpec({
        fun names(vararg files: String) = FolderNames.of(files.map { Path.of(it) })

        test("folders are called as files without their endings") {
            names(
                "a/cat.png",
                "dog.jpeg",
                "a.b.png",
                "-x.png",
                "schön er.png",
                "none",
                ".rc.png",
            ) shouldBe listOf("cat", "dog", "a.b", "-x", "schön er", "none", ".rc")
        }

        test("names that meet are numbered") {
            names("cat.png", "b/cat.png", "Cat.jpg", "cat-2.png") shouldBe
                listOf("cat", "cat-2", "Cat-3", "cat-2-2")
        }

        test("no name is that of a folder that is there already") {
            names(".png", "..png", "...png", ". .png", ".") shouldBe
                listOf("file", "file-2", "file-3", "file-4", "file-5")
            checkAll(300, Arb.list(Arb.element(".", " ", "a", "-", ".png"), 1..5)) { parts ->
                val file = parts.joinToString("")
                val out = Path.of("out")
                withClue("'$file'") {
                    out.resolve(names(file).single()).normalize().parent shouldBe out
                }
            }
        }
    })
