package org.rde4j.radiomap.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.property.Arb
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import java.awt.geom.Path2D
import org.rde4j.RdeException
import org.rde4j.Tensor

/** Made-up cities look like cities, and maps and outlines agree. */
class CityTest :
    FunSpec({
        fun path(outline: Polygon) =
            Path2D.Double(Path2D.WIND_EVEN_ODD).apply {
                moveTo(outline.points()[0].x(), outline.points()[0].y())
                outline.points().drop(1).forEach { lineTo(it.x(), it.y()) }
                closePath()
            }

        test("a seed is a city") {
            City.of(3) shouldBe City.of(3)
            City.of(3) shouldNotBe City.of(4)
        }

        test("cities have as many buildings as real ones, inside of the map") {
            val counts =
                (0L until 20).map { seed ->
                    val city = City.of(seed)
                    city
                        .outlines()
                        .flatMap { it.points() }
                        .all { it.x() in 0.0..256.0 && it.y() in 0.0..256.0 } shouldBe true
                    city.buildings().values().average().shouldBeBetween(0.1, 0.4, 0.0)
                    city.outlines().size.also { it.shouldBeInRange(35..150) }
                }
            counts.average().shouldBeBetween(60.0, 120.0, 0.0)
        }

        test("the map is 1 where the outlines are") {
            checkAll(5, Arb.long()) { seed ->
                val city = City.of(seed, 128)
                val paths = city.outlines().map { path(it) }
                for (i in 0 until 128 * 128) {
                    val inside = paths.any { it.contains(i % 128 + 0.5, i / 128 + 0.5) }
                    withClue("pixel $i, seed $seed") {
                        city.buildings().get(i / 128, i % 128) shouldBe if (inside) 1f else 0f
                    }
                }
            }
        }

        test("outlines found in a map leave it by at most a pixel") {
            checkAll(5, Arb.long()) { seed ->
                val map = City.of(seed, 128).buildings()
                val found = City.of(map)
                val again = City.of(found.outlines(), 128, 128).buildings()
                for (row in 1 until 127) for (column in 1 until 127) {
                    val around = (0 until 9).map { map.get(row + it / 3 - 1, column + it % 3 - 1) }
                    if (around.distinct().size == 1) {
                        again.get(row, column) shouldBe around[0]
                    }
                }
            }
        }

        test("a rectangle has four corners, and a courtyard four more") {
            val map = FloatArray(64 * 64) { if (it / 64 in 10..29 && it % 64 in 20..49) 1f else 0f }
            City.of(Tensor.of(map, 64, 64)).outlines().map { it.points().toSet() } shouldBe
                listOf(
                    setOf(
                        Point(20.0, 10.0),
                        Point(50.0, 10.0),
                        Point(50.0, 30.0),
                        Point(20.0, 30.0),
                    )
                )
            for (row in 15..20) for (column in 25..35) map[row * 64 + column] = 0f
            City.of(Tensor.of(map, 64, 64)).outlines().map { it.area() } shouldBe
                listOf(600.0, 66.0)
        }

        test("transmitters stand on streets, each on its own") {
            checkAll(5, Arb.long()) { seed ->
                val city = City.of(seed)
                val places = city.transmitters(80, seed)
                places.shouldBeUnique()
                places.size shouldBe 80
                places shouldBe city.transmitters(80, seed)
                for (place in places) {
                    place.row().shouldBeInRange(51..204)
                    place.column().shouldBeInRange(51..204)
                    for (i in 0 until 9) {
                        city
                            .buildings()
                            .get(place.row() + i / 3 - 1, place.column() + i % 3 - 1) shouldBe 0f
                    }
                }
            }
        }

        test("what cannot be is refused") {
            for (size in listOf(0, 32, 100, 2048)) {
                shouldThrow<RdeException> { City.of(1, size) }
            }
            shouldThrow<RdeException> { City.of(Tensor.of(floatArrayOf(0.5f), 1, 1)) }
            shouldThrow<RdeException> { City.of(Tensor.of(FloatArray(8), 2, 2, 2)) }
            shouldThrow<RdeException> { City.of(1, 64).transmitters(0, 1) }
            shouldThrow<RdeException> { City.of(1, 64).transmitters(5000, 1) }
            shouldThrow<RdeException> { Polygon(listOf(Point(0.0, 0.0), Point(1.0, 0.0))) }
        }
    })
