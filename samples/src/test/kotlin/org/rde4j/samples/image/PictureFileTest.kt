package org.rde4j.samples.image

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.floats.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.awt.Transparency
import java.awt.color.ColorSpace
import java.awt.image.BufferedImage
import java.awt.image.ComponentColorModel
import java.awt.image.DataBuffer
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.nio.file.Path
import java.util.zip.CRC32
import javax.imageio.ImageIO
import kotlin.io.path.readBytes
import kotlin.math.abs
import org.rde4j.RdeException
import org.rde4j.Tensor
import org.rde4j.samples.Resources

/** The greatest difference of 8-bit levels between a decoded picture and an array of levels. */
internal fun levelsApart(picture: Rgb, levels: Tensor): Float {
    val expected = levels.values()
    val plane = picture.width() * picture.height()
    val planes = expected.size / plane
    levels.shape().takeLast(2) shouldBe listOf(picture.height(), picture.width())
    return picture.tensor().values().withIndex().maxOf { (i, value) ->
        abs(255 * value - expected[if (planes == 1) i % plane else i])
    }
}

/** With a chunk eXIf after the header, as phones and ImageMagick write it. */
private fun withOrientation(png: ByteArray, orientation: Int): ByteArray {
    val tiff = ByteBuffer.allocate(26).put("MM\u0000*".toByteArray()).putInt(8)
    tiff.putShort(1).putShort(0x0112).putShort(3).putInt(1).putShort(orientation.toShort())
    val chunk = ByteBuffer.allocate(38).putInt(26).put("eXIf".toByteArray()).put(tiff.array())
    chunk.putInt(CRC32().also { it.update(chunk.array(), 4, 30) }.value.toInt())
    return png.copyOf(33) + chunk.array() + png.copyOfRange(33, png.size)
}

private fun Rgb.image() =
    BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB).also {
        for (y in 0 until height()) for (x in 0 until width()) {
            it.setRGB(x, y, (at(x, y, 0) shl 16) or (at(x, y, 1) shl 8) or at(x, y, 2))
        }
    }

class PictureFileTest :
    FunSpec({
        fun read(name: String) = PictureFile.read(Resources.path("image/$name"))

        fun fileOf(bytes: ByteArray): Path =
            tempfile(suffix = ".picture").also { it.writeBytes(bytes) }.toPath()

        fun pngOf(image: BufferedImage): Path =
            fileOf(ByteArrayOutputStream().also { ImageIO.write(image, "png", it) }.toByteArray())

        listOf(
                Triple("palette.png", "palette", 0f),
                Triple("grey.png", "grey", 0f),
                Triple("grey.jpg", "grey_jpg", 1f),
                Triple("small.jpg", "small_jpg", 1f),
                Triple("progressive.jpg", "small_jpg", 1f),
                Triple("cmyk.jpg", "small", 40f),
            )
            .forEach { (file, array, tolerance) ->
                test("$file decodes as Pillow decodes it, within $tolerance levels") {
                    levelsApart(
                        read(file),
                        Resources.array("image/$array.npy"),
                    ) shouldBeLessThanOrEqual tolerance
                }
            }

        test("each EXIF orientation is turned upright") {
            val stored = read("exif1.jpg")
            fun turned(at: (Int, Int) -> Pair<Int, Int>) = { x: Int, y: Int ->
                at(x, y).let { (column, row) -> List(3) { stored.at(column, row, it) } }
            }
            val right = stored.width() - 1
            val bottom = stored.height() - 1
            val pixels =
                mapOf(
                    2 to turned { x, y -> right - x to y },
                    3 to turned { x, y -> right - x to bottom - y },
                    4 to turned { x, y -> x to bottom - y },
                    5 to turned { x, y -> y to x },
                    6 to turned { x, y -> y to bottom - x },
                    7 to turned { x, y -> right - y to bottom - x },
                    8 to turned { x, y -> right - y to x },
                )
            for ((orientation, pixel) in pixels) withClue("orientation $orientation") {
                val upright = read("exif$orientation.jpg")
                val png = withOrientation(pngOf(stored.image()).readBytes(), orientation)
                PictureFile.read(fileOf(png)).tensor() shouldBe upright.tensor()
                val swapped = orientation >= 5
                upright.width() shouldBe if (swapped) stored.height() else stored.width()
                for (y in 0 until upright.height()) for (x in 0 until upright.width()) {
                    List(3) { upright.at(x, y, it) } shouldBe pixel(x, y)
                }
            }
        }

        test("EXIF that is damaged turns nothing and breaks nothing") {
            val stored = read("exif1.jpg")
            val png = withOrientation(pngOf(stored.image()).readBytes(), 3)
            for (at in 41 until 67) {
                val damaged = png.copyOf().also { it[at] = 0xee.toByte() }
                PictureFile.read(fileOf(damaged)).width() shouldBe stored.width()
            }
        }

        test("transparent pixels lie over white") {
            val image = BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB)
            image.setRGB(0, 0, 0x00ff0000)
            image.setRGB(1, 0, 0x80000000.toInt())
            image.setRGB(2, 0, 0xff102030.toInt())
            val picture = PictureFile.read(pngOf(image))
            List(3) { picture.at(0, 0, it) } shouldBe listOf(255, 255, 255)
            List(3) { picture.at(1, 0, it) } shouldBe listOf(127, 127, 127)
            List(3) { picture.at(2, 0, it) } shouldBe listOf(0x10, 0x20, 0x30)
        }

        test("16 bits are rounded to 8") {
            val space = ColorSpace.getInstance(ColorSpace.CS_sRGB)
            val model =
                ComponentColorModel(
                    space,
                    false,
                    false,
                    Transparency.OPAQUE,
                    DataBuffer.TYPE_USHORT,
                )
            val raster = model.createCompatibleWritableRaster(33, 33)
            raster.setPixel(5, 6, intArrayOf(65535, 257 * 100, 257 * 7 + 128))
            val picture = PictureFile.read(pngOf(BufferedImage(model, raster, false, null)))
            List(3) { picture.at(5, 6, it) } shouldBe listOf(255, 100, 7)
        }

        test("a picture that claims a billion pixels is refused before it is decoded") {
            val png = Resources.bytes("image/grey.png")
            val header = ByteBuffer.wrap(png)
            header.putInt(16, 100_000).putInt(20, 100_000)
            header.putInt(29, CRC32().also { it.update(png, 12, 17) }.value.toInt())
            shouldThrow<RdeException> { PictureFile.read(fileOf(png)) }.message shouldContain
                "100000×100000"
        }

        test("other formats are refused by their content, whatever the name says") {
            val gif = ByteArrayOutputStream()
            ImageIO.write(BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "gif", gif)
            shouldThrow<RdeException> { PictureFile.read(fileOf(gif.toByteArray())) }
                .message shouldContain "neither a JPEG nor a PNG"
        }

        test("missing files, folders and empty files are named") {
            shouldThrow<RdeException> { PictureFile.read(Path.of("no-such.png")) }
                .message shouldContain "no-such.png"
            shouldThrow<RdeException> { PictureFile.read(Path.of(".")) }.message shouldContain
                "not a file"
            shouldThrow<RdeException> { PictureFile.read(fileOf(ByteArray(0))) }
                .message shouldContain "empty"
        }

        listOf("grey.png", "palette.png", "small.jpg", "progressive.jpg").forEach { name ->
            test("every truncation of $name is an RdeException") {
                val file = Resources.bytes("image/$name")
                val path = fileOf(file)
                for (length in file.indices) {
                    path.toFile().writeBytes(file.copyOf(length))
                    shouldThrow<RdeException> { PictureFile.read(path) }
                }
            }

            test("a mutated $name is a picture or an RdeException, nothing else") {
                val file = Resources.bytes("image/$name")
                val path = fileOf(file)
                checkAll(400, Arb.int(0 until file.size), Arb.int(0..255)) { position, value ->
                    path.toFile().writeBytes(file.copyOf().also { it[position] = value.toByte() })
                    try {
                        PictureFile.read(path).width()
                    } catch (e: RdeException) {
                        e.message shouldContain "\n"
                    }
                }
            }
        }
    })
