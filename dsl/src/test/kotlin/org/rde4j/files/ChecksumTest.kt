package org.rde4j.files

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.nio.file.Files
import org.rde4j.Tensor

class ChecksumTest :
    FunSpec({
        test("a file's checksum is the CRC-32 of its bytes") {
            val file = tempfile().toPath()
            Files.writeString(file, "123456789")
            Checksum.of(file) shouldBe "cbf43926" // the check value of CRC-32/ISO-HDLC
        }

        test("signals of other numbers, or in another order, have other checksums") {
            val a = Tensor.of(floatArrayOf(1f, 2f), 2)
            val b = Tensor.of(floatArrayOf(1f, 2.0000002f), 2)
            Checksum.of(listOf(a)) shouldBe Checksum.of(listOf(Tensor.of(floatArrayOf(1f, 2f), 2)))
            Checksum.of(listOf(a)) shouldNotBe Checksum.of(listOf(b))
            Checksum.of(listOf(a, b)) shouldNotBe Checksum.of(listOf(b, a))
        }
    })
