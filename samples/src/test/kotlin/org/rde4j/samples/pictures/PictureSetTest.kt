package org.rde4j.samples.pictures

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.util.zip.CRC32
import kotlin.math.abs
import kotlin.math.hypot
import org.rde4j.RdeException

class PictureSetTest :
    FunSpec({
        test("the same seed and index give the same picture, others give another") {
            val tensor = PictureSet(3).picture(41).tensor()
            PictureSet(3).picture(41).tensor() shouldBe tensor
            PictureSet(4).picture(41).tensor() shouldNotBe tensor
            PictureSet(3).picture(41 + 12).tensor() shouldNotBe tensor
        }

        test("pictures are the same on every Java version and machine") {
            val sum = CRC32()
            for (side in listOf(32, 128, 224)) {
                repeat(48) { sum.update(PictureSet(7, side).picture(it.toLong())) }
            }
            Outline.entries.forEach { sum.update(PictureSet(1).portrait(it)) }
            sum.value.toString(16) shouldBe "52820730"
        }

        test("as many pictures as there are classes show each of them once") {
            val shown = (100L until 112L).map { PictureSet(1, 32).picture(it).outline() }
            shown shouldContainExactlyInAnyOrder Outline.entries
        }

        test("a tensor is [3, side, side] with the image's own colours") {
            val picture = PictureSet(8).picture(5)
            val tensor = picture.tensor()
            tensor.shape().toList() shouldBe listOf(3, 128, 128)
            val pixel = picture.image().getRGB(100, 20)
            tensor.get(0, 20, 100) shouldBe ((pixel shr 16) and 0xff) / 255f
            tensor.get(1, 20, 100) shouldBe ((pixel shr 8) and 0xff) / 255f
            tensor.get(2, 20, 100) shouldBe (pixel and 0xff) / 255f
        }

        test("the same scene at twice the side looks the same") {
            val small = PictureSet(2, 64).picture(7).tensor()
            val large = PictureSet(2, 128).picture(7).tensor()
            val gaps =
                indices(64).map { (c, y, x) ->
                    val mean =
                        (large.get(c, 2 * y, 2 * x) +
                            large.get(c, 2 * y + 1, 2 * x) +
                            large.get(c, 2 * y, 2 * x + 1) +
                            large.get(c, 2 * y + 1, 2 * x + 1)) / 4
                    abs(small.get(c, y, x) - mean)
                }
            gaps.average() shouldBeLessThan 0.03
        }

        test("every outline fits into the unit circle and differs from every other") {
            val masks = Outline.entries.associateWith { covered(it) }
            for ((outline, mask) in masks) {
                mask.maxOf { (x, y) -> hypot(x, y) } shouldBeLessThan 1.08
                for ((other, otherMask) in masks - outline) {
                    val both = (mask intersect otherMask).size.toDouble()
                    withClue("$outline $other") {
                        both / (mask union otherMask).size shouldBeLessThan 0.95
                    }
                }
            }
        }

        test("mean colours do not give the class away") {
            val pictures = PictureSet(11, 48)
            val centroids =
                (0L until 480L)
                    .map { pictures.picture(it) }
                    .groupBy({ it.outline() }, { colour(it) })
                    .mapValues { (_, colours) -> mean(colours) }
            val right =
                (480L until 780L).count {
                    val picture = pictures.picture(it)
                    val colour = colour(picture)
                    centroids.minBy { (_, centroid) -> distance(centroid, colour) }.key ==
                        picture.outline()
                }
            right / 300.0 shouldBeLessThan 0.25
        }

        test("a side too small is refused") {
            shouldThrow<RdeException> { PictureSet(1, 8) }.message shouldContain "(8)"
        }
    })

private fun CRC32.update(picture: Picture) {
    val image = picture.image()
    for (y in 0 until image.height) for (x in 0 until image.width) {
        val rgb = image.getRGB(x, y)
        for (shift in listOf(16, 8, 0)) update(rgb shr shift and 0xff)
    }
}

private fun indices(side: Int) =
    (0 until 3).flatMap { c ->
        (0 until side).flatMap { y -> (0 until side).map { x -> Triple(c, y, x) } }
    }

/** The points of a fine grid that lie inside the outline. */
private fun covered(outline: Outline): Set<Pair<Double, Double>> {
    val shape = outline.placed(0.0, 0.0, 1.0, 0.0)
    val axis = (-48..48).map { it / 32.0 }
    return axis
        .flatMap { y -> axis.map { x -> x to y } }
        .filter { (x, y) -> shape.contains(x, y) }
        .toSet()
}

private fun colour(picture: Picture): List<Double> {
    val values = picture.tensor().values()
    val pixels = values.size / 3
    return (0 until 3).map { c ->
        (0 until pixels).sumOf { values[c * pixels + it].toDouble() } / pixels
    }
}

private fun mean(colours: List<List<Double>>) =
    (0 until 3).map { c -> colours.sumOf { it[c] } / colours.size }

private fun distance(a: List<Double>, b: List<Double>) =
    a.zip(b).sumOf { (x, y) -> (x - y) * (x - y) }
