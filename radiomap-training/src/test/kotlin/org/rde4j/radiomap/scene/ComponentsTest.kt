package org.rde4j.radiomap.scene

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlin.random.Random
import org.rde4j.RdeException
import org.rde4j.Tensor

class ComponentsTest :
    FunSpec({
        val map =
            city(
                "##..#", //
                "..#.#",
                "....#",
                "#...#",
            )

        test("pixels that share a side or a corner belong together") {
            val components = Components.of(map)
            components.labels().values().map { it.toInt() }.chunked(5) shouldBe
                listOf(
                    listOf(1, 1, 0, 0, 2),
                    listOf(0, 0, 1, 0, 2),
                    listOf(0, 0, 0, 0, 2),
                    listOf(3, 0, 0, 0, 2),
                )
            components.count() shouldBe 3
            components.pixels(1).toList() shouldContainExactlyInAnyOrder listOf(0, 1, 7)
            drawn(components.map(2, 3)) shouldBe listOf("....#", "....#", "....#", "#...#")
        }

        test("for four neighbours corners do not connect") {
            Components.of(map, Components.Neighbours.FOUR).count() shouldBe 4
        }

        test("a map without buildings has no components") {
            val none = Components.of(map(3, 4) { _, _ -> false })
            none.count() shouldBe 0
            drawn(none.map()) shouldBe listOf("....", "....", "....")
        }

        test("labels agree with merging neighbours until nothing changes") {
            repeat(30) { seed ->
                val random = Random(seed)
                val noise = map(11, 13) { _, _ -> random.nextInt(5) < 2 }
                for (neighbours in Components.Neighbours.entries) {
                    val labels = Components.of(noise, neighbours).labels().values().toList()
                    val slow = mergedLabels(noise, neighbours == Components.Neighbours.EIGHT)
                    // The same partition, numbered by first pixels.
                    val numbers = slow.filter { it > 0 }.distinct()
                    labels shouldBe slow.map { if (it == 0) 0f else numbers.indexOf(it) + 1f }
                }
            }
        }

        test("an unknown component and a map of another rank are refused") {
            shouldThrow<RdeException> { Components.of(map).pixels(4) }.message shouldBe
                "There is no component 4 among 3.\nThey are counted from 1."
            shouldThrow<RdeException> { Components.of(Tensor.of(FloatArray(3), 3)) }
        }
    })

private fun mergedLabels(map: Tensor, corners: Boolean): List<Int> {
    val (rows, columns) = map.shape().toList()
    val labels = MutableList(rows * columns) { if (map.values()[it] != 0f) it + 1 else 0 }
    do {
        val before = labels.toList()
        for (i in labels.indices.filter { labels[it] > 0 }) {
            for (j in labels.indices.filter { labels[it] > 0 }) {
                val (dr, dc) = Pair(i / columns - j / columns, i % columns - j % columns)
                val touch = dr in -1..1 && dc in -1..1 && (corners || dr == 0 || dc == 0)
                if (touch) labels[i] = minOf(labels[i], labels[j])
            }
        }
    } while (labels != before)
    return labels
}
