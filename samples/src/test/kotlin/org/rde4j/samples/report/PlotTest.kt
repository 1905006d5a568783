package org.rde4j.samples.report

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.awt.image.BufferedImage

class PlotTest :
    FunSpec({
        fun colour(image: BufferedImage, x: Int, y: Int) = image.getRGB(x, y) and 0xffffff

        // The axes run from (92, 548) to (868, 104).
        fun at(image: BufferedImage, across: Double, up: Double) =
            colour(image, (92 + across * 776).toInt(), (548 - up * 444).toInt())

        val blue = 0x2f6fb5
        val red = 0xd1603d

        test("dots lie where their numbers say") {
            val image =
                Plot.of(
                    "t",
                    "x",
                    "y",
                    listOf(
                        Plot.Series("a", doubleArrayOf(0.25), doubleArrayOf(10.0), false),
                        Plot.Series(
                            "b",
                            doubleArrayOf(1.0, Double.NaN),
                            doubleArrayOf(40.0, 1.0),
                            false,
                        ),
                    ),
                )
            // Axes end at 1 and at 50 = 5 · 10.
            at(image, 0.25, 10.0 / 50) shouldBe blue
            at(image, 1.0, 40.0 / 50) shouldBe red
            at(image, 0.6, 0.5) shouldNotBe blue
        }

        test("lines join their points, in whatever order they run") {
            for (x in listOf(doubleArrayOf(0.0, 1.0), doubleArrayOf(1.0, 0.0))) {
                val y = x.map { 100 * it }.toDoubleArray()
                val image = Plot.of("t", "x", "y", listOf(Plot.Series("a", x, y, true)))
                at(image, 0.5, 0.5) shouldBe blue
                at(image, 0.5, 0.7) shouldNotBe blue
            }
        }

        test("nothing to show is an empty diagram") {
            val none = Plot.Series("a", doubleArrayOf(), doubleArrayOf(), false)
            Plot.of("t", "x", "y", listOf(none)).width shouldBe 900
        }
    })
