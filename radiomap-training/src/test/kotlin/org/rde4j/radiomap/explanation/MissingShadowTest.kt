package org.rde4j.radiomap.explanation

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlin.math.max
import org.rde4j.Tensor
import org.rde4j.radiomap.scene.NoiseFloor
import org.rde4j.radiomap.scene.Place
import org.rde4j.radiomap.scene.Scene
import org.rde4j.radiomap.simulation.City
import org.rde4j.radiomap.simulation.Propagation

class MissingShadowTest :
    FunSpec({
        val side = 64
        fun map(value: (Int, Int) -> Boolean) =
            Tensor.of(
                FloatArray(side * side) { if (value(it / side, it % side)) 1f else 0f },
                side,
                side,
            )

        // A wall in the middle is missing, a house in the corner is given; the transmitter stands
        // above the wall.
        val wall = map { row, column -> row in 30..33 && column in 24..40 }
        val house = map { row, column -> row in 50..55 && column in 2..8 }
        val city =
            Tensor.of(
                FloatArray(side * side) { wall.values()[it] + house.values()[it] },
                side,
                side,
            )
        val transmitter = Place(10, 32)
        val floor = NoiseFloor.STANDARD

        fun strength(buildings: Tensor): Tensor {
            val gain = Propagation.fitted().gain(City.of(buildings), transmitter).values()
            return Tensor.of(
                FloatArray(gain.size) { max(0.0, (gain[it] - 0.2) / 0.8).toFloat() },
                side,
                side,
            )
        }

        val told =
            Scene(
                "7_0",
                transmitter,
                city,
                house,
                strength(city),
                map { row, column -> row % 5 == 0 && column % 5 == 0 },
            )
        val shadow = MissingShadow.of(told, floor)

        test("it lies behind the missing wall and nowhere else") {
            shadow.contains(Place(40, 32)) shouldBe true
            shadow.contains(Place(20, 32)) shouldBe false
            shadow.contains(Place(40, 4)) shouldBe false
            shadow.pixels() shouldBe shadow.area().values().count { it > 0 }
            shadow.pixels() shouldBeGreaterThan 100
        }

        test("in a simulated scene the strength without the wall is that of the simulation") {
            val inside = shadow.area().values().indices.filter { shadow.area().values()[it] > 0 }
            fun mean(map: Tensor) = inside.map { map.values()[it].toDouble() }.average()
            shadow.truth() shouldBe (mean(strength(city)) plusOrMinus 1e-6)
            shadow.without() shouldBe (mean(strength(house)) plusOrMinus 1e-6)
            shadow.depth() shouldBe (shadow.without() - shadow.truth() plusOrMinus 1e-12)
            shadow.depth() shouldBeGreaterThan 0.05
            shadow.mean(strength(house)) shouldBe (shadow.without() plusOrMinus 1e-6)
        }

        test("an estimate shows it if it is nearer to the truth") {
            shadow.isIn(strength(city)) shouldBe true
            shadow.isIn(strength(house)) shouldBe false
            fun grey(level: Double) =
                Tensor.of(FloatArray(side * side) { level.toFloat() }, side, side)
            shadow.isIn(grey(shadow.truth() + 0.49 * shadow.depth())) shouldBe true
            shadow.isIn(grey(shadow.truth() + 0.51 * shadow.depth())) shouldBe false
        }

        test("measurements in it are counted and taken away, others stay") {
            val all = told.measured().values()
            val expected = all.indices.count { all[it] > 0 && shadow.area().values()[it] > 0 }
            expected shouldBeGreaterThan 3
            shadow.measurements(told) shouldBe expected
            val less = shadow.unmeasured(told)
            shadow.measurements(less) shouldBe 0
            less.measured().values().count { it > 0 } shouldBe all.count { it > 0 } - expected
        }
    })
