package org.rde4j.radiomap.scene

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.util.SplittableRandom
import kotlin.random.Random
import org.rde4j.RdeException
import org.rde4j.Tensor

class PoliciesTest :
    FunSpec({
        val city =
            city(
                "..........", //
                ".##.##.##.",
                ".##.##.##.",
                "..........",
                "...#......",
            )
        val scene = scene(city, Place(0, 0))

        fun count(map: Tensor) = map.values().count { it != 0f }

        test("measurements lie on streets, in the wanted number") {
            repeat(50) { seed ->
                val measured =
                    Measurements.exactly(7)
                        .measure(scene, SplittableRandom(seed.toLong()))
                        .measured()
                count(measured) shouldBe 7
                measured.values().zip(city.values()).none { (m, built) -> m * built != 0f } shouldBe
                    true
            }
        }

        test("each number and each street pixel is as likely as any other") {
            val runs = 6000
            val numbers = IntArray(4)
            val hits = IntArray(city.size())
            repeat(runs) { seed ->
                val measured =
                    Measurements.between(1, 3)
                        .measure(scene, SplittableRandom(seed.toLong()))
                        .measured()
                numbers[count(measured)]++
                measured.values().forEachIndexed { i, value -> hits[i] += value.toInt() }
            }
            numbers[0] shouldBe 0
            chiSquared(numbers.drop(1)) shouldBeLessThan 13.8 // 99.9 % for 2 degrees of freedom
            val street = hits.filterIndexed { i, _ -> city.values()[i] == 0f }
            chiSquared(street) shouldBeLessThan 69.3 // 99.9 % for 36
        }

        test("measurements everywhere include buildings, and there are never more than pixels") {
            val all = Measurements.exactly(1000)
            count(all.measure(scene, SplittableRandom(1)).measured()) shouldBe 37
            count(all.everywhere().measure(scene, SplittableRandom(1)).measured()) shouldBe 50
        }

        test("the same numbers give the same measurements, others others") {
            val measured = { seed: Long ->
                Measurements.exactly(5).measure(scene, SplittableRandom(seed)).measured()
            }
            measured(3) shouldBe measured(3)
            measured(3) shouldNotBe measured(4)
        }

        test("random buildings are missing whole, others stay") {
            val buildings = Components.of(city)
            repeat(50) { seed ->
                val hidden =
                    MissingBuildings.exactly(2).hide(scene, SplittableRandom(seed.toLong()))
                hidden.city() shouldBe city
                Components.of(hidden.given()).count() shouldBe buildings.count() - 2
                val lost = Components.of(hidden.missing())
                lost.count() shouldBe 2
                for (i in 1..2) (1..4).count { buildings.map(it) == lost.map(i) } shouldBe 1
            }
            count(MissingBuildings.between(9, 12).hide(scene, SplittableRandom(1)).given()) shouldBe
                0
            MissingBuildings.none()
                .hide(scene.given(Tensor.of(FloatArray(50), 5, 10)), SplittableRandom(1))
                .given() shouldBe city
        }

        test("the building in sight is each of those seen, equally often") {
            val view = LineOfSight.from(Place(3, 0), city)
            val buildings = Components.of(city)
            val seen = (1..4).filter { view.seesBuilding(buildings.map(it)) }
            val runs = 3000
            val lost =
                List(runs) { seed ->
                    val hidden =
                        MissingBuildings.inSight()
                            .hide(scene(city, Place(3, 0)), SplittableRandom(seed.toLong()))
                    (1..4).single { buildings.map(it) == hidden.missing() }
                }
            lost.distinct() shouldContainExactlyInAnyOrder seen
            chiSquared(seen.map { building -> lost.count { it == building } }) shouldBeLessThan 16.3
        }

        test("without a building in sight none is missing") {
            val empty = scene(map(4, 4) { _, _ -> false }, Place(1, 1))
            MissingBuildings.inSight().hide(empty, SplittableRandom(1)).given() shouldBe
                empty.city()
        }

        test("impossible numbers are refused") {
            shouldThrow<RdeException> { Measurements.between(5, 4) }.message shouldBe
                "The number of measurements cannot lie between 5 and 4.\nGive two numbers in order, from 0 on."
            shouldThrow<RdeException> { MissingBuildings.exactly(-1) }
        }

        test("a shadow lies behind its building, not behind others, and ends") {
            val street =
                city(
                    "............", //
                    "...#....#...",
                    "............",
                )
            val building = Components.of(street).map(1)
            val walled = scene(street, Place(1, 0))
            drawn(Shadow(20).of(walled, building)) shouldBe
                listOf("......######", "....####....", "......######")
            drawn(Shadow(2).of(walled, building))[1] shouldBe "....##......"
            count(Shadow.STANDARD.of(walled, Components.of(street).map())) shouldBe 0
        }

        test("shadows and views share out what a building hides") {
            repeat(20) { seed ->
                val random = Random(seed)
                val noise = randomCity(random, 40, 12)
                val from = Place(random.nextInt(40), random.nextInt(40))
                val buildings = Components.of(noise)
                val building = buildings.map(1 + random.nextInt(buildings.count()))
                val others =
                    map(40, 40) { r, c -> noise.get(r, c) != 0f && building.get(r, c) == 0f }
                val with = LineOfSight.from(from, noise).seen()
                val without = LineOfSight.from(from, others).seen()
                // Removing the building shows its shadow, on streets, and nothing else.
                val revealed =
                    map(40, 40) { r, c ->
                        noise.get(r, c) == 0f && with.get(r, c) == 0f && without.get(r, c) == 1f
                    }
                drawn(Shadow(1000).of(scene(noise, from), building)) shouldBe drawn(revealed)
            }
        }

        test("the building at a place goes missing, whole and alone") {
            fun without(row: Int, column: Int) =
                MissingBuildings.at(Place(row, column)).hide(scene, SplittableRandom(1))
            val hidden = without(2, 5)
            count(hidden.missing()) shouldBe 4
            hidden.missing().get(1, 4) shouldBe 1f
            without(4, 3).missing().get(4, 3) shouldBe 1f
            for ((row, column) in listOf(0 to 0, -1 to 3, 5 to 3, 2 to 10)) {
                shouldThrow<RdeException> { without(row, column) }.message shouldContain
                    "no building at column $column of row $row"
            }
        }

        test("strengths begin at the noise floor") {
            val floor = NoiseFloor.STANDARD
            floor.strength(1.0) shouldBe 1f
            floor.strength(0.6) shouldBe 0.5f
            floor.strength(0.2) shouldBe 0f
            floor.strength(0.1) shouldBe 0f
            NoiseFloor(0.0).strength(0.3) shouldBe 0.3f
            for (level in listOf(-0.1, 1.0, Double.NaN)) {
                shouldThrow<RdeException> { NoiseFloor(level) }
            }
        }
    })

/** Pearson's statistic for equal chances. */
private fun chiSquared(counts: List<Int>): Double {
    val expected = counts.average()
    return counts.sumOf { (it - expected) * (it - expected) / expected }
}
