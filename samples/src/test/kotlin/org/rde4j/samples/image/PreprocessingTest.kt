package org.rde4j.samples.image

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.floats.shouldBeLessThan
import io.kotest.matchers.floats.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.nio.file.Files
import java.nio.file.Path
import kotlin.math.abs
import org.rde4j.RdeException
import org.rde4j.Tensor
import org.rde4j.files.Npy
import org.rde4j.samples.Resources

class PreprocessingTest :
    FunSpec({
        val shared = Path.of(System.getProperty("rde4j.root", "..")).resolve("../shared")

        fun npyOf(tensor: Tensor): Path =
            tempfile(suffix = ".npy").toPath().also { Npy.write(tensor, it) }

        listOf("wide", "tall").forEach { name ->
            test("a $name picture becomes what Pillow makes of it, bit for bit") {
                val picture = PictureFile.read(Resources.path("image/$name.png"))
                levelsApart(
                    Preprocessing.imagenet(64).apply(picture),
                    Resources.array("image/${name}_64_73.npy"),
                ) shouldBeLessThanOrEqual 0f
            }
        }

        test("the recipe resizes 224 to 256") {
            Preprocessing.imagenet(224) shouldBe Preprocessing(3, 224, 224, 256)
            Preprocessing.imagenet(128) shouldBe Preprocessing(3, 128, 128, 146)
        }

        // The reference's longer side was rounded, 500·256/468 to 274; torchvision cuts it off to
        // 273.
        test("a photograph, resized to 256×274, is the reference signal within one level").config(
            enabledIf = { Files.exists(shared) }
        ) {
            val photograph = shared.resolve("assets/images/n01944390_snail.JPEG")
            val signal =
                Resize.resize(PictureFile.read(photograph), 256, 274).centre(224, 224).tensor()
            val reference = Npy.read(shared.resolve("reference/image/snail_224.npy"))
            val gap =
                signal.values().zip(reference.values().asIterable()).maxOf { (a, b) -> abs(a - b) }
            gap shouldBeLessThan 1.01f / 255
        }

        test("arrays are taken as they are, with or without a batch axis") {
            val values = FloatArray(3 * 40 * 33) { it / 4000f }
            val signal = Tensor.of(values, 3, 40, 33)
            Preprocessing.imagenet(224).read(npyOf(signal)) shouldBe signal
            Preprocessing.imagenet(224).read(npyOf(signal.reshape(1, 3, 40, 33))) shouldBe signal
        }

        test("arrays with channels last, and grey ones without channels, are brought into order") {
            val last = Tensor.of(FloatArray(5 * 4 * 3) { it / 60f }, 5, 4, 3)
            val read = Preprocessing.imagenet(3, 5, 4).read(npyOf(last))
            read.shape() shouldBe intArrayOf(3, 5, 4)
            for (c in 0 until 3) for (y in 0 until 5) for (x in 0 until 4) {
                read.get(c, y, x) shouldBe last.get(y, x, c)
            }
            val grey = Tensor.of(FloatArray(20) { it / 20f }, 5, 4)
            listOf(grey, grey.reshape(1, 5, 4), grey.reshape(5, 4, 1), grey.reshape(1, 1, 5, 4))
                .forEach {
                    Preprocessing.imagenet(1, 5, 4).read(npyOf(it)) shouldBe grey.reshape(1, 5, 4)
                }
        }

        test("pictures cover signals of any sides, with the margin of the recipe") {
            val picture = PictureFile.read(Resources.path("image/wide.png"))
            checkAll(20, Arb.int(1..80), Arb.int(1..80)) { height, width ->
                val cut = Preprocessing.imagenet(3, height, width).apply(picture)
                cut.height() shouldBe height
                cut.width() shouldBe width
            }
        }

        test("a grey signal is the luma of the picture's levels") {
            val path = Resources.path("image/wide.png")
            val colours = Preprocessing.imagenet(3, 40, 40).read(path)
            val grey = Preprocessing.imagenet(1, 40, 40).read(path)
            grey.shape() shouldBe intArrayOf(1, 40, 40)
            for (i in 0 until 1600) {
                val luma =
                    0.299 * colours.values()[i] +
                        0.587 * colours.values()[1600 + i] +
                        0.114 * colours.values()[3200 + i]
                grey.values()[i].toDouble() shouldBe (luma plusOrMinus 0.51 / 255)
            }
            shouldThrow<RdeException> { Preprocessing.imagenet(4, 40, 40).read(path) }
                .message shouldContain "Give a .npy file [4, H, W]"
        }

        test("arrays of other shapes or ranges are refused") {
            fun refusal(tensor: Tensor) =
                shouldThrow<RdeException> { Preprocessing.imagenet(224).read(npyOf(tensor)) }
                    .message
            refusal(Tensor.of(FloatArray(2 * 3 * 32 * 32), 2, 3, 32, 32)) shouldContain
                "[2, 3, 32, 32]"
            refusal(Tensor.of(FloatArray(32 * 32 * 4), 32, 32, 4)) shouldContain "[3, H, W]"
            refusal(Tensor.of(FloatArray(32 * 32), 32, 32)) shouldContain "[3, H, W]"
            refusal(Tensor.of(FloatArray(3 * 32 * 32) { 255f }, 3, 32, 32)) shouldContain
                "255.0, but signals lie in [0, 1].\nDivide by 255"
            for (odd in listOf(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
                val message = refusal(Tensor.of(FloatArray(3 * 32 * 32) { odd }, 3, 32, 32))!!
                message shouldContain "$odd, which is not finite"
                message shouldNotContain "255"
            }
            // Normalised before, so that no division helps.
            refusal(Tensor.of(FloatArray(3 * 32 * 32) { it % 5 - 2f }, 3, 32, 32)) shouldContain
                "-2.0, but signals lie in [0, 1].\nBring it back into [0, 1]"
        }

        test("sizes out of range are refused") {
            shouldThrow<RdeException> { Preprocessing.imagenet(0) }.message shouldContain "0×0"
            shouldThrow<RdeException> { Preprocessing.imagenet(100_000) }.message shouldContain
                "100000"
            shouldThrow<RdeException> { Preprocessing(3, 224, 224, 200) }.message shouldContain
                "--resize 256"
        }

        test("a picture too narrow for memory is refused") {
            val thread = Rgb(30_000, 1, ByteArray(90_000))
            shouldThrow<RdeException> { Preprocessing.imagenet(224).apply(thread) }
                .message shouldContain "30000×1"
        }
    })
