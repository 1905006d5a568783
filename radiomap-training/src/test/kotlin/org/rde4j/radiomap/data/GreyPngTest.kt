package org.rde4j.radiomap.data

import com.sun.management.ThreadMXBean
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldStartWith
import java.awt.image.BufferedImage
import java.io.ByteArrayOutputStream
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import java.nio.file.Files
import java.util.zip.CRC32
import java.util.zip.DeflaterOutputStream
import javax.imageio.ImageIO
import kotlin.random.Random
import org.rde4j.RdeException

class GreyPngTest :
    FunSpec({
        val folder = tempdir().toPath()
        val path = folder.resolve("map.png")

        fun problem(): String {
            val message = shouldThrow<RdeException> { GreyPng.read(path, "a city") }.message!!
            message shouldStartWith "$path "
            message shouldEndWith ".\nExpected is a grey PNG of a city."
            return message.removePrefix("$path ").substringBefore(".\n")
        }

        test("grey levels of 1, 2, 4, 8 and 16 bits are shares of white") {
            for (bits in listOf(1, 2, 4, 8, 16)) {
                val bytesPerRow = (5 * bits + 7) / 8
                val row = ByteArray(bytesPerRow) { 0xFF.toByte() }
                row[0] = 0
                Files.write(
                    path,
                    png(5, 2, bits, 0, ByteArray(1) + row + ByteArray(1 + bytesPerRow)),
                )
                val map = GreyPng.read(path, "a city")
                map.shape() shouldBe intArrayOf(2, 5)
                map.get(0, 0) shouldBe if (bits == 16) 255 / 65535f else 0f
                map.get(0, 4) shouldBe if (bits == 1) 0f else 1f
                map.get(1, 4) shouldBe 0f
            }
        }

        test("what is no grey PNG is named") {
            Files.writeString(path, "a text")
            problem() shouldBe "is not a PNG"
            Files.write(path, ByteArray(0))
            problem() shouldBe "is not a PNG"
            ImageIO.write(BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "jpeg", path.toFile())
            problem() shouldBe "is not a PNG"
            ImageIO.write(BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", path.toFile())
            problem() shouldBe "holds colours or transparency (PNG colour type 2)"
            ImageIO.write(
                BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED),
                "png",
                path.toFile(),
            )
            problem() shouldBe "holds colours or transparency (PNG colour type 3)"
            Files.delete(path)
            problem() shouldBe "is missing"
            Files.createDirectory(path)
            problem() shouldBe "is missing"
            Files.delete(path)
        }

        test("sizes are checked before anything is decoded") {
            for ((columns, rows) in listOf(100_000 to 100_000, 5000 to 1, -1 to 4, 0 to 4)) {
                Files.write(path, png(columns, rows, 8, 0, ByteArray(10)))
                allocated {
                    problem() shouldMatch "has .* pixels \\(columns × rows\\), not 1 to 4096"
                } shouldBeLessThan 5_000_000L
            }
        }

        test("a picture with too little or broken content is named") {
            Files.write(path, png(64, 64, 8, 0, ByteArray(100)))
            problem() shouldBe "is damaged"
            Files.write(path, png(4, 4, 8, 0, ByteArray(20) { 77 }))
            problem() shouldBe "is damaged"
            Files.write(path, png(4, 4, 3, 0, ByteArray(20)))
            problem() shouldBe "is damaged"
        }

        test("every truncation and every changed byte is noticed") {
            writeGrey(path, 9, 7) { r, c -> 20 * r + c }
            val whole = Files.readAllBytes(path)
            val map = GreyPng.read(path, "a city")
            for (length in whole.indices) {
                Files.write(path, whole.copyOf(length))
                problem()
            }
            repeat(300) { seed ->
                val random = Random(seed)
                val changed = whole.clone()
                val at = random.nextInt(whole.size)
                changed[at] = (changed[at] + 1 + random.nextInt(255)).toByte()
                Files.write(path, changed)
                problem()
            }
            Files.write(path, whole + ByteArray(5))
            GreyPng.read(path, "a city") shouldBe map
        }

        test("garbage behind a good header is refused, whatever it is") {
            writeGrey(path, 9, 7) { _, _ -> 3 }
            val header = Files.readAllBytes(path).copyOf(33)
            repeat(300) { seed ->
                val random = Random(seed)
                val content = random.nextBytes(random.nextInt(200))
                val checked =
                    chunk(
                        listOf("IDAT", "PLTE", "tRNS", "zTXt", "iCCP", "abcd").random(random),
                        content,
                    )
                Files.write(
                    path,
                    header + if (seed % 2 == 0) content else checked + chunk("IEND", ByteArray(0)),
                )
                allocated { problem() } shouldBeLessThan 20_000_000L
            }
        }

        test("compressed texts beside the picture are not unpacked") {
            writeGrey(path, 9, 7) { _, _ -> 3 }
            val whole = Files.readAllBytes(path)
            val text = "k".toByteArray() + byteArrayOf(0, 0) + deflated(ByteArray(100_000_000))
            Files.write(path, whole.copyOf(33) + chunk("zTXt", text) + whole.drop(33))
            allocated { GreyPng.read(path, "a city").get(0, 0) shouldBe 3 / 255f } shouldBeLessThan
                20_000_000L
        }
    })

/** The bytes that this thread allocates. */
private fun allocated(work: () -> Unit): Long {
    val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    val before = threads.currentThreadAllocatedBytes
    work()
    return threads.currentThreadAllocatedBytes - before
}

private fun png(
    columns: Int,
    rows: Int,
    bits: Int,
    colourType: Int,
    rowsWithFilters: ByteArray,
): ByteArray {
    val header =
        ByteBuffer.allocate(13)
            .putInt(columns)
            .putInt(rows)
            .put(bits.toByte())
            .put(colourType.toByte())
    val signature = ByteBuffer.allocate(8).putLong(-0x76afb1b8f2f5e5f6L).array()
    return signature +
        chunk("IHDR", header.array()) +
        chunk("IDAT", deflated(rowsWithFilters)) +
        chunk("IEND", ByteArray(0))
}

private fun chunk(name: String, content: ByteArray): ByteArray {
    val named = name.toByteArray() + content
    val checksum = CRC32().apply { update(named) }.value.toInt()
    return ByteBuffer.allocate(8 + named.size)
        .putInt(content.size)
        .put(named)
        .putInt(checksum)
        .array()
}

private fun deflated(bytes: ByteArray): ByteArray =
    ByteArrayOutputStream()
        .also { out -> DeflaterOutputStream(out).use { it.write(bytes) } }
        .toByteArray()
