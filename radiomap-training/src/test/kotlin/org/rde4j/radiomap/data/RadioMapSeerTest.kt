package org.rde4j.radiomap.data

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.floats.plusOrMinus
import io.kotest.matchers.floats.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import java.util.SplittableRandom
import kotlin.math.abs
import org.rde4j.RdeException
import org.rde4j.Tensor
import org.rde4j.radiomap.scene.Components
import org.rde4j.radiomap.scene.Place
import org.rde4j.radiomap.scene.Scene
import org.rde4j.radiomap.simulation.Simulation

class RadioMapSeerTest :
    FunSpec({
        test("a scene is read with its strength above the threshold") {
            val folder = writeFolder(tempdir().toPath(), 1, 3)
            val scene = folder.scene(Station(0, 2))
            scene.name() shouldBe "0_2"
            scene.transmitter() shouldBe Place(2, 1)
            Components.of(scene.city()).count() shouldBe 2
            scene.given() shouldBe scene.city()
            scene.measured().values().sum() shouldBe 0f
            scene.gain().get(0, 0) shouldBe 0f // 42 / 255 < 0.2
            val grey = (40 + 6 * 20 + 2) / 255f
            scene.gain().get(0, 20) shouldBe ((grey - 0.2f) / 0.8f plusOrMinus 1e-6f)
            folder.threshold(0.0).scene(Station(0, 2)).gain().get(0, 20) shouldBe
                (grey plusOrMinus 1e-6f)
        }

        test("only transmitters with all files are listed, in order") {
            val path = tempdir().toPath()
            val folder = writeFolder(path, 11, 2)
            Files.delete(path.resolve("png/buildings_complete/3.png"))
            Files.delete(path.resolve("png/antennas/0_1.png"))
            Files.delete(path.resolve("gain/DPM/2_0.png"))
            Files.writeString(path.resolve("gain/DPM/notes.txt"), "")
            folder.stations().take(4) shouldBe
                listOf(Station(0, 0), Station(1, 0), Station(1, 1), Station(2, 1))
            folder.maps() shouldBe listOf(0, 1, 2, 4, 5, 6, 7, 8, 9, 10)
            folder.gains(GainModel.CARS_IRT2).stations() shouldBe listOf()
        }

        test("buildings are whatever level is not black, and more levels are refused") {
            val path = tempdir().toPath()
            val folder = writeFolder(path, 1, 1)
            val city = folder.scene(Station(0, 0)).city()
            fun draw(grey: (Boolean) -> Int) =
                writeGrey(path.resolve("png/buildings_complete/0.png"), 24, 32) { r, c ->
                    grey(city.get(r, c) == 1f)
                }
            for (level in listOf(1, 60, 127, 128, 254, 255)) {
                draw { if (it) level else 0 }
                folder.scene(Station(0, 0)).city() shouldBe city
            }
            draw { 0 }
            folder.scene(Station(0, 0)).city().values().sum() shouldBe 0f
            var i = 0
            draw { if (it) 60 + i++ % 3 else 0 }
            val heights = shouldThrow<RdeException> { folder.scene(Station(0, 0)) }.message!!
            heights shouldContain "0.png has 3 levels of grey besides black.\n"
            heights shouldContain "if levels are heights, make everything above 0 white"
            draw { if (it) 255 else 10 }
            shouldThrow<RdeException> { folder.scene(Station(0, 0)) }
        }

        test("derived antennas stand in for missing ones") {
            val path = tempdir().toPath()
            val folder = writeFolder(path, 1, 1)
            Files.move(path.resolve("png/antennas"), path.resolve("png/antennas_derived"))
            folder.stations() shouldBe listOf(Station(0, 0))
            folder.scene(Station(0, 0)).transmitter() shouldBe Place(0, 1)
        }

        test("cities without buildings and cars are read from their folders") {
            val path = tempdir().toPath()
            val folder = writeFolder(path, 1, 1)
            for (version in 1..6) {
                writeGrey(path.resolve("png/buildings_missing1/$version/0.png"), 24, 32) { r, c ->
                    if (r in 2..6 && c in 4..3 + version) 255 else 0
                }
            }
            writeGrey(path.resolve("png/cars/0.png"), 24, 32) { r, c ->
                if (r == 9 && c < 3) 255 else 0
            }
            folder.cars(0).values().sum() shouldBe 3f
            val scene = folder.scene(Station(0, 0))
            val versions =
                List(60) { seed ->
                    val given =
                        folder
                            .missingFromFiles(1, 1)
                            .hide(scene, SplittableRandom(seed.toLong()))
                            .given()
                    given.values().sum().toInt() / 5
                }
            versions.toSet() shouldBe (1..6).toSet()
            shouldThrow<RdeException> { folder.missingFromFiles(1, 5) }
            val gone = shouldThrow<RdeException> { folder.cityWithout(0, 2, 1) }
            gone.message shouldBe
                "${path.resolve("png/buildings_missing2/1/0.png")} is missing.\n" +
                    "Expected is a grey PNG of map 0 without 2 buildings."
        }

        test("the whole of RadioMapSeer is known by the numbers of its maps") {
            val path = tempdir().toPath()
            fun add(maps: IntRange) =
                maps.forEach { map ->
                    listOf(
                            "png/buildings_complete/$map",
                            "png/antennas/${map}_0",
                            "gain/DPM/${map}_0",
                        )
                        .map { path.resolve("$it.png") }
                        .forEach {
                            Files.createDirectories(it.parent)
                            Files.createFile(it)
                        }
                }
            add(1..700)
            RadioMapSeer.open(path).whole() shouldBe false
            add(0..0)
            RadioMapSeer.open(path).whole() shouldBe true
            add(701..701)
            RadioMapSeer.open(path).whole() shouldBe false
        }

        test("a folder of something else is refused") {
            val path = tempdir().toPath()
            shouldThrow<RdeException> { RadioMapSeer.open(path) }.message shouldBe
                "$path has no folder png/buildings_complete.\n" +
                    "Give a folder in the layout of RadioMapSeer, with png/… and gain/… inside."
            shouldThrow<RdeException> { writeFolder(path, 1, 1).threshold(1.0) }
        }

        test("a simulated folder holds the simulated scenes") {
            val path = tempdir().toPath().resolve("cities")
            val simulation = Simulation.of(2, 2, 5).size(64)
            simulation.write(path, 1) {}
            val folder = RadioMapSeer.open(path)
            folder.stations().map { it.name() } shouldBe listOf("0_0", "0_1", "1_0", "1_1")
            for ((station, expected) in
                folder.stations().zip((0..1).flatMap { simulation.scenes(it) })) {
                val scene = folder.scene(station)
                scene.gain().values().zip(expected.gain().values()).maxOf { (a, b) ->
                    abs(a - b)
                } shouldBeLessThan 1e-6f
                scene shouldBe expected.copy(scene.gain())
            }
        }

        val real = Path.of(System.getProperty("rde4j.root"), "../shared/assets/radiomapseer")
        test(
                "the real city is read, with its transmitters on streets and its strengths above buildings"
            )
            .config(enabled = Files.isDirectory(real)) {
                val folder = RadioMapSeer.open(real)
                folder.stations().map { it.transmitter() } shouldBe listOf(0, 1, 2, 3, 5, 6)
                val scene = folder.scene(Station(0, 0))
                scene.transmitter() shouldBe Place(187, 108)
                Components.of(scene.city()).count() shouldBe 60 // by another program
                Components.of(scene.city(), Components.Neighbours.FOUR).count() shouldBe 60
                scene.gain().values().max() shouldBe scene.gain().get(187, 108)
            }
    })

private fun Scene.copy(gain: Tensor) =
    Scene(name(), transmitter(), city(), given(), gain, measured())
