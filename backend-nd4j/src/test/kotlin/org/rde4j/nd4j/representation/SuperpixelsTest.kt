package org.rde4j.nd4j.representation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import kotlin.random.Random
import org.rde4j.RdeException
import org.rde4j.Representation.labelMap
import org.rde4j.Tensor

class SuperpixelsTest :
    FunSpec({
        fun image(channels: Int, rows: Int, columns: Int, colour: (Int, Int, Int) -> Double) =
            Tensor.of(
                FloatArray(channels * rows * columns) {
                    colour(it / rows / columns, it / columns % rows, it % columns).toFloat()
                },
                channels,
                rows,
                columns,
            )

        /** How many connected parts the labels have together. */
        fun parts(map: Tensor): Int {
            val (rows, columns) = map.shape().toList()
            val parent = IntArray(rows * columns) { it }
            fun root(i: Int): Int = if (parent[i] == i) i else root(parent[i])
            val labels = map.values()
            for (i in labels.indices) {
                if (i % columns > 0 && labels[i] == labels[i - 1]) parent[root(i)] = root(i - 1)
                if (i >= columns && labels[i] == labels[i - columns])
                    parent[root(i)] = root(i - columns)
            }
            return parent.indices.count { parent[it] == it }
        }

        test("an image of one colour falls into squares") {
            val map = Superpixels.of(image(3, 8, 8) { _, _, _ -> 0.5 }, 4)
            map shouldBe Tensor.of(FloatArray(64) { (it / 32 * 2 + it % 8 / 4).toFloat() }, 8, 8)
        }

        test("regions end at an edge that is no line of the grid") {
            val edge = image(3, 30, 30) { c, _, x -> if (x < 11) 0.9 else 0.1 * c }
            val map = Superpixels.of(edge, 9)
            val left = (0 until 900).filter { it % 30 < 11 }.map { map.values()[it] }.toSet()
            val right = (0 until 900).filter { it % 30 >= 11 }.map { map.values()[it] }.toSet()
            (left intersect right) shouldBe emptySet()
        }

        test("every region is connected, and about as many come as were asked for") {
            checkAll(15, Arb.int(20..50), Arb.int(20..50), Arb.int(1..4)) { rows, columns, channels
                ->
                val random = Random(rows * 64 + columns)
                val (a, b) = random.nextDouble(0.2) to random.nextDouble(0.2)
                val wave =
                    image(channels, rows, columns) { c, y, x ->
                        0.5 + 0.4 * Math.sin(a * y + b * x + c) + 0.02 * random.nextDouble()
                    }
                val count = rows * columns / 40
                val map = Superpixels.of(wave, count)
                // Labels without gaps, or the map would be refused.
                val labels = labelMap(map).count()
                parts(map) shouldBe labels
                labels shouldBeInRange count / 3..count * 2
                Superpixels.of(wave, count) shouldBe map
            }
        }

        test("colours are compared as scikit-image's rgb2lab gives them") {
            mapOf(
                    listOf(1.0, 0.0, 0.0) to listOf(53.240588, 80.092308, 67.202751),
                    listOf(0.2, 0.5, 0.8) to listOf(52.252061, 2.776023, -46.285714),
                    listOf(0.01, 0.02, 0.03) to listOf(1.300054, -0.312350, -1.199765),
                )
                .forEach { (rgb, lab) ->
                    Superpixels.lab(rgb.toDoubleArray()).forEachIndexed { i, value ->
                        value shouldBe (lab[i] plusOrMinus 2e-3)
                    }
                }
        }

        test("numbers out of range are refused") {
            val grey = image(1, 4, 5) { _, _, _ -> 0.0 }
            shouldThrow<RdeException> { Superpixels.of(grey, 21) }
                .message!!
                .shouldStartWith("The number of superpixels (21) must be between 1 and 20.")
            shouldThrow<RdeException> { Superpixels.of(grey, 0) }
            shouldThrow<RdeException> { Superpixels.of(grey, 2, 0.0) }
                .message!!
                .shouldStartWith("The compactness of superpixels (0.0) must be a finite number")
            shouldThrow<RdeException> { Superpixels.of(grey.reshape(4, 5), 2) }
            Superpixels.of(grey, 20).values() shouldBe FloatArray(20) { it.toFloat() }
            Superpixels.of(grey, 1).values() shouldBe FloatArray(20)
        }
    })
