package org.rde4j.samples.pictures

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlin.math.abs
import org.rde4j.RdeException

class PictureSetTest :
    FunSpec({
        test("the same seed and index give the same picture, others give another") {
            val tensor = PictureSet(3).picture(41).tensor()
            PictureSet(3).picture(41).tensor() shouldBe tensor
            PictureSet(4).picture(41).tensor() shouldNotBe tensor
            PictureSet(3).picture(41 + 12).tensor() shouldNotBe tensor
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

        test("the shape covers a quarter to six tenths of the side") {
            // A disc has 95 % of the radius that its picture is drawn with.
            for (radius in listOf(0.125, 0.3)) {
                Outline.DISC.placed(0.5, 0.5, radius, 10.0).bounds2D.width.let {
                    abs(it - 2 * 0.95 * radius) shouldBeLessThan 1e-6
                }
            }
        }

        test("every outline fits into the unit circle and differs from every other") {
            val masks = Outline.entries.associateWith { coverage(it) }
            for ((outline, mask) in masks) {
                val bounds = outline.placed(0.0, 0.0, 1.0, 0.0).bounds2D
                maxOf(bounds.maxX, bounds.maxY, -bounds.minX, -bounds.minY) shouldBeLessThan 1.06
                for ((other, otherMask) in masks - outline) {
                    val gap = mask.indices.count { mask[it] != otherMask[it] } / 1600.0
                    withClue("$outline $other", gap) { gap shouldBeGreaterThan 0.03 }
                }
            }
        }

        test("mean colours do not give the class away") {
            val pictures = PictureSet(11, 64)
            val centroids =
                (0L until 960L)
                    .map { pictures.picture(it) }
                    .groupBy({ it.outline() }, { colour(it) })
                    .mapValues { (_, colours) -> mean(colours) }
            val right =
                (960L until 1560L).count {
                    val picture = pictures.picture(it)
                    val colour = colour(picture)
                    centroids.minBy { (_, centroid) -> distance(centroid, colour) }.key ==
                        picture.outline()
                }
            right / 600.0 shouldBeLessThan 0.25
        }

        test("a side too small is refused") {
            shouldThrow<RdeException> { PictureSet(1, 8) }.message shouldContain "(8)"
        }
    })

private fun indices(side: Int) =
    (0 until 3).flatMap { c ->
        (0 until side).flatMap { y -> (0 until side).map { x -> Triple(c, y, x) } }
    }

private fun coverage(outline: Outline): List<Boolean> {
    val shape = outline.placed(20.0, 20.0, 20.0, 0.0)
    return (0 until 1600).map { shape.contains(it % 40 + 0.5, it / 40 + 0.5) }
}

private fun withClue(clue: String, value: Double, check: () -> Unit) =
    io.kotest.assertions.withClue("$clue: $value", check)

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
