package org.rde4j.radiomap.simulation

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import kotlin.math.abs
import kotlin.math.max
import kotlin.math.pow
import org.rde4j.RdeException
import org.rde4j.Tensor
import org.rde4j.radiomap.scene.Place

/** Data sets of made-up cities, in memory and on disk, and the constants behind them. */
class SimulationTest :
    FunSpec({
        val simulation = Simulation.of(3, 2, 5).size(64)

        fun files(folder: Path) =
            Files.walk(folder)
                .use { all -> all.filter { Files.isRegularFile(it) }.toList() }
                .associate { "${folder.relativize(it)}" to it.readBytes().toList() }

        fun png(file: Path): List<Int> {
            val raster = ImageIO.read(file.toFile()).raster
            return raster
                .getSamples(0, 0, raster.width, raster.height, 0, null as IntArray?)
                .toList()
        }

        test("scenes are what a loader would make of the files") {
            val folder = tempdir().toPath()
            simulation.write(folder, 1) {}
            val scenes = simulation.scenes(2)
            scenes.map { it.name() } shouldBe listOf("2_0", "2_1")
            for (scene in scenes) {
                val grey = png(folder.resolve("gain/DPM/${scene.name()}.png"))
                scene.gain().values().forEachIndexed { i, value ->
                    (abs(value - max(0.0, (grey[i] / 255.0 - 0.2) / 0.8)) < 1e-6) shouldBe true
                }
                png(folder.resolve("png/buildings_complete/2.png")) shouldBe
                    scene.city().values().map { 255 * it.toInt() }
                val antenna = png(folder.resolve("png/antennas/${scene.name()}.png"))
                antenna.indices.filter { antenna[it] > 0 }.map { Place(it / 64, it % 64) } shouldBe
                    listOf(scene.transmitter())
                scene.given() shouldBe scene.city()
                scene.measured().values().all { it == 0f } shouldBe true
            }
            folder.resolve("antenna/2.json").readText() shouldBe
                scenes.joinToString(",\n", "[", "]\n") {
                    "[${it.transmitter().column()}, ${it.transmitter().row()}]"
                }
            val numbers =
                Regex("-?\\d+\\.\\d+")
                    .findAll(folder.resolve("polygon/buildings_complete/2.json").readText())
                    .map { it.value.toDouble() }
                    .toList()
            val points = simulation.city(2).outlines().flatMap { it.points() }
            numbers.size shouldBe 2 * points.size
            numbers.zip(points.flatMap { listOf(it.x(), it.y()) }).all { (a, b) ->
                abs(a - b) <= 0.0051
            } shouldBe true
        }

        test(
            "any number of threads writes the same files, and a map does not depend on the others"
        ) {
            val folders = List(3) { tempdir().toPath() }
            var maps = 0
            simulation.write(folders[0], 1) { maps++ } shouldBe 3
            maps shouldBe 3
            simulation.write(folders[1], 3) {} shouldBe 3
            files(folders[1]) shouldBe files(folders[0])
            Simulation.of(2, 2, 5).size(64).write(folders[2], 2) {} shouldBe 2
            simulation.write(folders[2], 2) {} shouldBe 1
            files(folders[2]) shouldBe files(folders[0])
            files(folders[0]).keys shouldContainExactlyInAnyOrder
                listOf("simulation.json") +
                    (0..2).flatMap { m ->
                        listOf(
                            "png/buildings_complete/$m.png",
                            "polygon/buildings_complete/$m.json",
                            "antenna/$m.json",
                        ) +
                            (0..1).flatMap {
                                listOf("png/antennas/${m}_$it.png", "gain/DPM/${m}_$it.png")
                            }
                    }
        }

        test("a map with a missing file is made again") {
            val folder = tempdir().toPath()
            simulation.write(folder, 1) {}
            val before = files(folder)
            Files.delete(folder.resolve("gain/DPM/1_1.png"))
            simulation.write(folder, 1) {} shouldBe 1
            files(folder) shouldBe before
        }

        test("other settings and other folders are refused") {
            val folder = tempdir().toPath()
            simulation.write(folder, 1) {}
            val before = files(folder)
            for (other in
                listOf(
                    Simulation.of(3, 2, 6).size(64),
                    Simulation.of(3, 1, 5).size(64),
                    simulation.size(128),
                    simulation.propagation(Propagation(98.0, 2.6, 1.5, 7.0, 3.0, 8.0)),
                )) {
                shouldThrow<RdeException> { other.write(folder, 1) {} }.message shouldContain
                    "another seed"
            }
            files(folder) shouldBe before
            val mine = tempdir().toPath()
            Files.writeString(mine.resolve("letter.txt"), "Dear")
            shouldThrow<RdeException> { simulation.write(mine, 1) {} }
            shouldThrow<RdeException> { simulation.write(mine.resolve("letter.txt"), 1) {} }
            files(mine).keys shouldBe setOf("letter.txt")
            shouldThrow<RdeException> { simulation.write(tempdir().toPath(), 0) {} }
            shouldThrow<RdeException> { Simulation.of(0, 1, 1) }
            shouldThrow<RdeException> { Simulation.of(1, 0, 1) }
            shouldThrow<RdeException> { Simulation.of(1, 1, 1).size(65) }
        }

        test("the search for constants finds a valley's end") {
            val found =
                Descent.minimum(
                    { (1 - it[0]).pow(2) + 100 * (it[1] - it[0].pow(2)).pow(2) },
                    doubleArrayOf(-1.2, 1.0),
                    doubleArrayOf(0.5, 0.5),
                    200,
                )
            abs(found[0] - 1) shouldBeLessThan 1e-4
            abs(found[1] - 1) shouldBeLessThan 1e-4
        }

        test("constants are found again from the maps that they made") {
            val city = City.of(2, 64)
            val hidden = Propagation(95.0, 2.4, 1.0, 6.0, 2.0, 9.0)
            val known =
                city.transmitters(2, 1).map { PropagationFit.Known(it, hidden.gain(city, it)) }
            val fit = PropagationFit.`in`(city)
            fit.error(fit.best(known), known) shouldBeLessThan 0.003
            PropagationFit.Known.of(known[0].gain()).transmitter() shouldBe known[0].transmitter()
        }

        val real = File(System.getProperty("rde4j.root"), "../shared/assets/radiomapseer").toPath()
        test("the real city's maps are met much better than by distance alone").config(
            enabled = Files.exists(real)
        ) {
            val built = png(real.resolve("png/buildings_complete/0.png"))
            val map = Tensor.of(FloatArray(built.size) { minOf(1, built[it]).toFloat() }, 256, 256)
            val fit = PropagationFit.`in`(City.of(map))
            val known =
                listOf(0, 1, 2, 3, 5, 6).map { tx ->
                    val grey = png(real.resolve("gain/DPM/0_$tx.png"))
                    PropagationFit.Known.of(
                        Tensor.of(FloatArray(grey.size) { grey[it] / 255f }, 256, 256)
                    )
                }
            val check = known.drop(4)
            val distance = fit.bestFreeSpace(known.take(4))
            fit.error(Propagation.fitted(), check) shouldBeLessThan 0.03
            fit.freeSpaceError(distance, check) shouldBeGreaterThan 0.08
        }
    })
