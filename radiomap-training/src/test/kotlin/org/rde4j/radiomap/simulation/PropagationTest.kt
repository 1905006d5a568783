package org.rde4j.radiomap.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlin.math.PI
import kotlin.math.abs
import kotlin.math.atan2
import kotlin.math.hypot
import kotlin.math.log10
import kotlin.math.sqrt
import kotlin.random.Random
import org.rde4j.RdeException
import org.rde4j.Tensor
import org.rde4j.radiomap.scene.Place

/** The strength of the best path, against closed forms, and its laws in whole cities. */
class PropagationTest :
    FunSpec({
        val physics = Propagation(98.0, 2.6, 1.5, 7.0, 3.0, 8.0)

        fun city(size: Int, built: (Int, Int) -> Boolean) =
            City.of(
                Tensor.of(
                    FloatArray(size * size) { if (built(it / size, it % size)) 1f else 0f },
                    size,
                    size,
                )
            )

        /** The documented formula. */
        fun expected(length: Double, angles: List<Double>): Double {
            val spread = 10 * 2.6 * log10(sqrt(length * length + 1.5 * 1.5))
            val corners = if (angles.isEmpty()) 0.0 else 7 + 3.0 * (angles.size - 1)
            return ((98 - spread - corners - 8 * angles.sum()) / 100).coerceIn(0.0, 1.0)
        }

        fun direction(from: Place, to: Place) =
            atan2((to.row() - from.row()).toDouble(), (to.column() - from.column()).toDouble())

        fun along(vararg places: Place): Double {
            val steps = places.toList().zipWithNext()
            val angles =
                steps
                    .map { (a, b) -> direction(a, b) }
                    .zipWithNext { a, b -> abs(b - a).let { minOf(it, 2 * PI - it) } }
            val length =
                steps.sumOf { (a, b) ->
                    hypot((b.row() - a.row()).toDouble(), (b.column() - a.column()).toDouble())
                }
            return expected(length, angles)
        }

        test("without buildings the strength falls with the distance") {
            val open = city(64) { _, _ -> false }
            checkAll(10, Arb.int(0..63), Arb.int(0..63)) { row, column ->
                val transmitter = Place(row, column)
                val gain = physics.gain(open, transmitter)
                for (i in 0 until 64 * 64) {
                    val place = Place(i / 64, i % 64)
                    gain.get(place.row(), place.column()).toDouble() shouldBe
                        (along(transmitter, place) plusOrMinus 1e-5)
                }
            }
        }

        test("around one corner the angle and the way count") {
            val wall = city(128) { row, column -> row >= 64 && column < 64 }
            val corner = Place(63, 64)
            checkAll(30, Arb.int(75..127), Arb.int(64..100), Arb.int(0..60)) { row, column, r ->
                val transmitter = Place(row, column)
                val gain = physics.gain(wall, transmitter)
                for (c in 0..20) {
                    val place = Place(r, c)
                    val turned = direction(corner, place) - direction(transmitter, corner)
                    if (turned < -0.1) {
                        withClue("$transmitter to $place") {
                            gain.get(r, c).toDouble() shouldBe
                                (along(transmitter, corner, place) plusOrMinus 2e-3)
                        }
                    }
                }
            }
        }

        test("round the end of a thick wall two corners count") {
            val wall = city(128) { row, column -> row in 56..71 && column < 64 }
            val transmitter = Place(100, 20)
            val gain = physics.gain(wall, transmitter)
            for (column in 0..50 step 10) {
                val place = Place(30, column)
                gain.get(30, column).toDouble() shouldBe
                    (along(transmitter, Place(72, 64), Place(55, 64), place) plusOrMinus 2e-3)
            }
        }

        test("a closed courtyard and the inside of buildings get nothing") {
            val ring = city(64) { row, column -> maxOf(abs(row - 32), abs(column - 32)) in 8..12 }
            val gain = physics.gain(ring, Place(5, 5))
            gain.get(32, 32) shouldBe 0f
            gain.get(32, 42) shouldBe 0f
            gain.get(60, 60).toDouble() shouldBeGreaterThan 0.2
        }

        context("in whole cities") {
            test("every street gets something, and no building does") {
                checkAll(8, Arb.long()) { seed ->
                    val city = City.of(seed, 128)
                    val built = city.buildings().values()
                    val bright = Propagation(200.0, 2.6, 1.5, 7.0, 3.0, 8.0)
                    val gain = bright.gain(city, city.transmitters(1, seed)[0]).values()
                    built.indices.all { built[it] == 0f || gain[it] == 0f } shouldBe true
                    val dark = built.indices.count { built[it] == 0f && gain[it] == 0f }
                    dark / built.size.toDouble() shouldBeLessThan 0.02
                }
            }

            // Not of each city: a new corner may save two others, or be reached where none was
            // seen.
            test("one more building hardly brightens any place, on average over cities") {
                val random = Random(5)
                val brighter =
                    List(40) {
                        val seed = random.nextLong()
                        val row = random.nextInt(16, 101)
                        val column = random.nextInt(16, 101)
                        val city = City.of(seed, 128)
                        val after = city.buildings().values()
                        for (r in row until row + 12) for (c in column until column + 15) after[
                            r * 128 + c] = 1f
                        val changed = City.of(Tensor.of(after, 128, 128))
                        val place = changed.transmitters(1, seed)[0]
                        val old = Propagation.fitted().gain(city, place).values()
                        val new = Propagation.fitted().gain(changed, place).values()
                        after.indices.count { after[it] == 0f && new[it] > old[it] + 0.02 } /
                            after.size.toDouble()
                    }
                brighter.average() shouldBeLessThan 0.002
            }

            test("the way back is as good as the way there") {
                val city = City.of(4, 128)
                val places = city.transmitters(12, 4)
                val simulator = Simulator.of(city)
                val gains = places.map { simulator.gain(it) }
                val differences =
                    places.indices.flatMap { i ->
                        (0 until i).map { j ->
                            val there = gains[i].get(places[j].row(), places[j].column())
                            val back = gains[j].get(places[i].row(), places[i].column())
                            abs(there - back).toDouble()
                        }
                    }
                differences.average() shouldBeLessThan 0.01
                differences.sorted()[differences.size * 9 / 10] shouldBeLessThan 0.03
            }
        }

        test("what cannot be is refused") {
            shouldThrow<RdeException> { Propagation(98.0, -1.0, 1.5, 7.0, 3.0, 8.0) }
            shouldThrow<RdeException> { Propagation(98.0, 2.0, 0.0, 7.0, 3.0, 8.0) }
            shouldThrow<RdeException> { Propagation(Double.NaN, 2.0, 1.0, 7.0, 3.0, 8.0) }
            val city = city(64) { row, _ -> row < 5 }
            shouldThrow<RdeException> { physics.gain(city, Place(2, 2)) }
            shouldThrow<RdeException> { physics.gain(city, Place(64, 2)) }
        }
    })
