package org.rde4j.samples.report

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.Optional
import org.rde4j.RdeException

class LabelsTest :
    FunSpec({
        fun fileOf(bytes: ByteArray) = tempfile().also { it.writeBytes(bytes) }.toPath()

        test("line k names class k, with any line ending") {
            val labels =
                Labels.read(fileOf("tench\r\ngreat white shark \n\nécureuil\n\n".toByteArray()))
            labels.names() shouldBe listOf("tench", "great white shark", "", "écureuil")
            labels.name(3) shouldBe Optional.of("écureuil")
            labels.name(4) shouldBe Optional.empty()
        }

        test("a byte order mark is no part of the first name") {
            val bytes = byteArrayOf(0xef.toByte(), 0xbb.toByte(), 0xbf.toByte())
            Labels.read(fileOf(bytes + "red\r\ngreen\r\nblue\r\n".toByteArray())).names() shouldBe
                listOf("red", "green", "blue")
        }

        test("a wrong number of names is refused") {
            shouldThrow<RdeException> { Labels(listOf("a", "b")).requireCount(3, "names.txt") }
                .message shouldContain "names.txt names 2 classes, but the model has 3"
            Labels(listOf("a", "b")).requireCount(2, "names.txt")
            Labels.NONE.requireCount(3, "nothing")
        }

        test("files that hold no names are refused") {
            shouldThrow<RdeException> { Labels.read(fileOf("\n \n".toByteArray())) }
            shouldThrow<RdeException> {
                    Labels.read(fileOf(byteArrayOf(0xff.toByte(), 0xfe.toByte(), 0)))
                }
                .message shouldContain "UTF-8"
        }
    })
