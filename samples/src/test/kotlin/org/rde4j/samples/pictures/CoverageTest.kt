package org.rde4j.samples.pictures

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import java.awt.Shape
import java.awt.geom.Ellipse2D
import java.awt.geom.Line2D
import java.awt.geom.Path2D
import java.awt.geom.Rectangle2D
import java.util.Random
import kotlin.math.PI
import kotlin.math.abs

class CoverageTest :
    FunSpec({
        fun levels(shape: Shape, side: Int) = Coverage.of(shape, side).map { it.toInt() and 0xff }

        fun area(shape: Shape, side: Int) = levels(shape, side).sum() / 255.0

        test("a rectangle covers each pixel by its share") {
            levels(Rectangle2D.Double(0.5, 1.0, 2.0, 1.25), 3) shouldContainExactly
                listOf(0, 0, 0, 128, 255, 128, 32, 64, 32)
        }

        test("areas are those of the shapes, and what lies outside is cut off") {
            area(Ellipse2D.Double(3.3, 5.1, 20.0, 12.0), 32) shouldBe (PI * 60 plusOrMinus 0.5)
            area(Ellipse2D.Double(-10.0, -10.0, 20.0, 20.0), 32) shouldBe (PI * 25 plusOrMinus 0.5)
            area(Rectangle2D.Double(-50.0, -50.0, 200.0, 200.0), 16) shouldBe 256.0
            area(Rectangle2D.Double(20.0, 3.0, 5.0, 5.0), 16) shouldBe 0.0
            area(Path2D.Double(), 16) shouldBe 0.0
        }

        test("holes and overlaps follow the winding rule") {
            fun twice(rule: Int) =
                Path2D.Double(rule).apply {
                    append(Rectangle2D.Double(1.0, 1.0, 8.0, 8.0), false)
                    append(Rectangle2D.Double(3.0, 3.0, 10.0, 4.0), false)
                }
            area(twice(Path2D.WIND_NON_ZERO), 16) shouldBe 80.0
            area(twice(Path2D.WIND_EVEN_ODD), 16) shouldBe 56.0
        }

        test("a line has its width, round ends and, in itself, no holes") {
            val straight = Coverage.line(Line2D.Double(8.0, 8.0, 24.0, 20.0), 3.0, 0.01)
            area(straight, 32) shouldBe (20 * 3 + PI * 2.25 plusOrMinus 0.5)
            val bent =
                Path2D.Double().apply {
                    moveTo(4.0, 4.0)
                    lineTo(28.0, 4.0)
                    lineTo(4.0, 8.0)
                }
            Coverage.line(bent, 6.0, 0.01).contains(26.0, 4.0) shouldBe true
            levels(Coverage.line(bent, 6.0, 0.01), 32)[4 * 32 + 10] shouldBe 255
        }

        test("any polygon is covered as its points are inside") {
            val random = Random(4)
            repeat(20) { round ->
                val rule = if (round % 2 == 0) Path2D.WIND_EVEN_ODD else Path2D.WIND_NON_ZERO
                val polygon =
                    Path2D.Double(rule).apply {
                        moveTo(24 * random.nextDouble(), 24 * random.nextDouble())
                        repeat(6) { lineTo(24 * random.nextDouble(), 24 * random.nextDouble()) }
                        closePath()
                    }
                val levels = levels(polygon, 24)
                val n = 32
                for (y in 0 until 24) for (x in 0 until 24) {
                    val inside =
                        (0 until n * n).count {
                            polygon.contains(x + (it % n + 0.5) / n, y + (it / n + 0.5) / n)
                        }
                    withClue("round $round, row $y, column $x") {
                        abs(levels[24 * y + x] - 255 * inside / (n * n)) shouldBeLessThanOrEqual 24
                    }
                }
            }
        }
    })
