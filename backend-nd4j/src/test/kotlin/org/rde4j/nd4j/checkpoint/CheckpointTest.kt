package org.rde4j.nd4j.checkpoint

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.DataInputStream
import java.io.DataOutputStream
import java.nio.file.Files
import java.nio.file.Path
import java.util.Optional
import kotlin.io.path.createDirectory
import kotlin.io.path.exists
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText
import org.rde4j.RdeException

class CheckpointTest :
    FunSpec({
        class Number(var value: Int) : Checkpoint.State {
            override fun write(out: DataOutputStream) = out.writeInt(value)

            override fun read(input: DataInputStream) {
                value = input.readInt()
            }
        }

        fun at(path: Path) = Checkpoint(Optional.of(path), "problem", "fingerprint")

        fun refusal(path: Path) = shouldThrow<RdeException> { at(path).load(Number(0)) }.message!!

        test("what is saved is loaded, and nothing where nothing is") {
            val file = tempdir().toPath().resolve("state")
            at(file).load(Number(0)) shouldBe false
            at(file).save(Number(7))
            val number = Number(0)
            at(file).load(number) shouldBe true
            number.value shouldBe 7
        }

        test("a file with a changed byte, or without its end, is refused") {
            val file = tempdir().toPath().resolve("state")
            at(file).save(Number(7))
            val whole = file.readBytes()
            for (i in whole.indices) {
                file.writeBytes(whole.clone().also { it[i] = (it[i] + 1).toByte() })
                refusal(file) shouldContain "cannot be read"
                file.writeBytes(whole.copyOf(i))
                refusal(file) shouldContain "cannot be read"
            }
            file.writeBytes(whole + 0)
            refusal(file) shouldContain "cannot be read"
        }

        test("nothing but a damaged or foreign state is ever to be deleted") {
            val folder = tempdir().toPath()
            folder.resolve("documents").createDirectory().resolve("letter").writeText("dear")
            for (path in listOf(folder.resolve("documents"), folder)) {
                refusal(path) shouldContain "is a folder, not a file"
                refusal(path) shouldNotContain "elete"
                shouldThrow<RdeException> { at(path).save(Number(1)) }.message shouldNotContain
                    "elete"
            }
            folder.resolve("documents/letter").exists() shouldBe true
            val other = folder.resolve("other")
            other.writeText("no state")
            refusal(other) shouldContain "Delete it to start afresh"
            Files.list(folder).use { it.count() } shouldBe 2
        }
    })
