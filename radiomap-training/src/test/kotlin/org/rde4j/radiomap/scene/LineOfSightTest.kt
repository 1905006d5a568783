package org.rde4j.radiomap.scene

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.math.abs
import kotlin.random.Random
import org.rde4j.RdeException
import org.rde4j.Tensor

class LineOfSightTest :
    FunSpec({
        test("a wall hides what lies behind it, and shows its own face") {
            val view =
                LineOfSight.from(
                    Place(2, 0),
                    city(
                        ".......", //
                        "...#...",
                        "...#...",
                        "...#...",
                        ".......",
                    ),
                )
            drawn(view.seen()) shouldBe
                listOf(
                    "####...", //
                    "####...",
                    "####...",
                    "####...",
                    "####...",
                )
            view.sees(Place(2, 3)) shouldBe true
            view.sees(Place(2, 4)) shouldBe false
        }

        test("a diagonal wall has no holes, a single corner hides nothing") {
            LineOfSight.from(Place(0, 0), city("..#", ".#.", "#..")).sees(Place(2, 2)) shouldBe
                false
            LineOfSight.from(Place(0, 0), city(".#", "#.")).sees(Place(1, 1)) shouldBe false
            LineOfSight.from(Place(0, 0), city(".#", "..")).sees(Place(1, 1)) shouldBe true
        }

        test(
            "rays cross the pixels whose inside the line meets, from whichever end, however turned"
        ) {
            repeat(40) { seed ->
                val random = Random(seed)
                val noise = map(9, 12) { _, _ -> random.nextInt(6) == 0 }
                val turned = map(12, 9) { r, c -> noise.get(8 - c, r) != 0f }
                val from = Place(random.nextInt(9), random.nextInt(12))
                val seen = LineOfSight.from(from, noise).seen()
                val turnedSeen = LineOfSight.from(Place(from.column, 8 - from.row), turned).seen()
                for (row in 0..8) for (column in 0..11) {
                    val to = Place(row, column)
                    val clear = clearByGeometry(noise, from, to)
                    (seen.get(row, column) == 1f) shouldBe clear
                    (turnedSeen.get(column, 8 - row) == 1f) shouldBe clear
                    LineOfSight.from(to, noise).sees(from) shouldBe clear
                }
            }
        }

        test("a building is seen if one of its pixels is, past all others") {
            val city =
                city(
                    "......", //
                    "..#.##",
                    "....##",
                    "##....",
                    "##.##.",
                )
            val view = LineOfSight.from(Place(1, 0), city)
            val buildings = Components.of(city)
            val seen = (1..buildings.count()).map { view.seesBuilding(buildings.map(it)) }
            seen shouldBe listOf(true, false, true, true)
            val hidden = city("......", "..#.#.", "......")
            LineOfSight.from(Place(1, 0), hidden)
                .seesBuilding(map(3, 6) { r, c -> r == 1 && c == 4 }) shouldBe false
        }

        test("the region of the interpretation loss holds the missing buildings in sight") {
            val city = city(".......", "..#.#..", ".......", "#......")
            val given = city(".......", ".......", ".......", "#......")
            val scene = scene(city, Place(1, 0), given)
            drawn(LineOfSight.missingInSight(scene)) shouldBe
                listOf(".......", "..#....", ".......", ".......")
            drawn(LineOfSight.missingInSight(scene.given(city))).joinToString("") shouldBe
                ".".repeat(28)
        }

        test("a transmitter outside of the map is refused") {
            shouldThrow<RdeException> { LineOfSight.from(Place(0, 3), city("...")) }
                .message shouldBe
                "The place (0, 3) lies outside of a map of 1×3 pixels.\nRows and columns count from 0."
        }
    })

/**
 * Whether a segment between two centres is clear, by the distance of each obstacle's centre from
 * the line: it crosses a square's inside if corners lie strictly on both sides of it.
 */
private fun clearByGeometry(map: Tensor, from: Place, to: Place): Boolean {
    val dr = to.row - from.row
    val dc = to.column - from.column
    fun built(r: Int, c: Int) = map.get(r, c) != 0f && Place(r, c) != from && Place(r, c) != to
    for (r in minOf(from.row, to.row)..maxOf(from.row, to.row)) {
        for (c in minOf(from.column, to.column)..maxOf(from.column, to.column)) {
            // Twice the signed area that the centre spans with the line; half a pixel changes it by
            // |dr|+|dc| at most.
            val off = abs(2 * ((r - from.row) * dc - (c - from.column) * dr))
            if (built(r, c) && off < abs(dr) + abs(dc)) return false
        }
    }
    // Through a corner: both of the pixels that touch the line there in one point only.
    for (r in minOf(from.row, to.row) until maxOf(from.row, to.row)) {
        for (c in minOf(from.column, to.column) until maxOf(from.column, to.column)) {
            val through = (2 * (r - from.row) + 1) * dc - (2 * (c - from.column) + 1) * dr == 0
            val beside =
                if (dr * dc > 0) built(r, c + 1) && built(r + 1, c)
                else built(r, c) && built(r + 1, c + 1)
            if (through && beside) return false
        }
    }
    return true
}
