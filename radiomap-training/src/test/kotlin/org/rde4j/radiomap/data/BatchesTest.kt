package org.rde4j.radiomap.data

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.floats.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.nio.file.Files
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.indexing.NDArrayIndex.all
import org.nd4j.linalg.indexing.NDArrayIndex.point
import org.rde4j.RdeException
import org.rde4j.Tensor
import org.rde4j.radiomap.scene.LineOfSight
import org.rde4j.radiomap.scene.Measurements
import org.rde4j.radiomap.scene.MissingBuildings
import org.rde4j.radiomap.scene.Scene

class BatchesTest :
    FunSpec({
        val path = tempdir().toPath()
        val examples =
            Examples.of(writeFolder(path, 4, 3), listOf(0, 1, 3, 99))
                .measurements(Measurements.between(5, 60))
                .missing(MissingBuildings.inSight())
                .seed(7)

        test("an example depends on seed, epoch and number alone") {
            examples.size() shouldBe 9
            val first = List(9) { examples.example(2, it) }
            (8 downTo 0).map { examples.example(2, it) } shouldBe first.reversed()
            examples.example(3, 0).measured() shouldNotBe first[0].measured()
            examples.seed(8).example(2, 0).measured() shouldNotBe first[0].measured()
            first.map { it.measured() }.distinct().size shouldBe 9
            first.map { it.missing().values().sum() }.distinct() shouldBe listOf(20f)
        }

        test("each epoch has its own order of all examples") {
            val orders = List(5) { examples.order(it).toList() }
            orders.forEach { it.sorted() shouldBe (0..8).toList() }
            orders.distinct().size shouldBe 5
            examples.order(4).toList() shouldBe orders[4]
        }

        test("fewer transmitters are the first of each map") {
            examples.transmitters(2).stations().map { it.name() } shouldBe
                listOf("0_0", "0_1", "1_0", "1_1", "3_0", "3_1")
            shouldThrow<RdeException> { examples.transmitters(0) }.message shouldBe
                "The number of transmitters of a map (0) must be at least 1.\nRadioMapSeer has 80."
        }

        test("a spread over cities takes the first transmitter of each, then the second") {
            fun names(most: Int) = examples.spread(most).stations().map { it.name() }
            names(5) shouldBe listOf("0_0", "1_0", "3_0", "0_1", "1_1")
            names(99) shouldBe names(5) + listOf("3_1", "0_2", "1_2", "3_2")
        }

        test("a batch holds its scenes with channels last") {
            val batch = Batches.of(examples, 4).batch(1, 1)
            batch.x().shape() shouldBe longArrayOf(4, 24, 32, 3)
            batch.y().shape() shouldBe longArrayOf(4, 24, 32, 1)
            batch.scenes().forEachIndexed { n, scene ->
                scene.name() shouldBe examples.stations()[examples.order(1)[4 + n]].name()
                for (channel in 0..2) {
                    val plane =
                        batch.x().get(point(n.toLong()), all(), all(), point(channel.toLong()))
                    plane.dup().reshape(-1).toFloatVector().toList() shouldBe
                        scene.input().values().toList().subList(channel * 768, (channel + 1) * 768)
                }
                plane(batch.y(), n) shouldBe scene.gain().values().toList()
                plane(batch.missing(), n) shouldBe
                    LineOfSight.missingInSight(scene).values().toList()
                plane(batch.missing(), n).sum() shouldBeGreaterThan 0f
            }
        }

        test("networks that are told the city alone get two channels") {
            for ((input, channels) in
                listOf(
                    Input.WHOLE_CITY to Examples::wholeCities,
                    Input.GIVEN_CITY to Examples::givenCities,
                )) {
                val batch = Batches.of(examples, 2).inOrder().input(input).batch(0, 0)
                batch.x().permute(0, 3, 1, 2).dup('c').reshape(-1).toFloatVector().toList() shouldBe
                    channels(examples, 2)
            }
        }

        test("the last batch of an epoch may be smaller, or left out") {
            val batches = Batches.of(examples, 4).inOrder()
            batches.count() shouldBe 3
            batches.batch(0, 2).scenes().map { it.name() } shouldBe listOf("3_2")
            batches.onlyFull().count() shouldBe 2
            shouldThrow<RdeException> { batches.batch(0, 3) }.message shouldBe
                "There is no batch 3 in epoch 0.\nAn epoch has 3, counted from 0."
            shouldThrow<RdeException> { Batches.of(examples, 10).onlyFull() }
        }

        test("reading in the background gives the same batches, from anywhere on") {
            val batches = Batches.of(examples, 4)
            batches.prefetched(1, 2).use { prefetched ->
                for ((epoch, number) in listOf(1 to 2, 2 to 0, 2 to 1, 2 to 2, 3 to 0)) {
                    val expected = batches.batch(epoch, number)
                    val batch = prefetched.next()
                    batch.copyWithoutArrays() shouldBe expected.copyWithoutArrays()
                    batch.x() shouldBe expected.x()
                    batch.y() shouldBe expected.y()
                    batch.missing() shouldBe expected.missing()
                }
            }
        }

        test("closing ends the background thread") {
            fun readers() =
                Thread.getAllStackTraces().keys.filter { it.name == "rde4j-batches" && it.isAlive }
            val prefetched = Batches.of(examples, 4).prefetched(0, 0)
            prefetched.next()
            prefetched.close()
            prefetched.hasNext() shouldBe false
            shouldThrow<NoSuchElementException> { prefetched.next() }
            readers().forEach { it.join(5000) }
            readers().shouldBeEmpty()
        }

        test("a file that is lost while training is named by the thread that trains") {
            val own = tempdir().toPath()
            val few = Examples.of(writeFolder(own, 1, 2), listOf(0))
            Files.delete(own.resolve("gain/DPM/0_1.png"))
            Batches.of(few, 1).inOrder().prefetched(0, 0).use { prefetched ->
                prefetched.next().scenes()[0].name() shouldBe "0_0"
                shouldThrow<RdeException> { prefetched.next() }.message shouldBe
                    "${own.resolve("gain/DPM/0_1.png")} is missing.\n" +
                        "Expected is a grey PNG of the signal strength for transmitter 0_1."
            }
        }

        test("cities of different sizes do not share a batch") {
            val own = tempdir().toPath()
            val mixed = writeFolder(own, 2, 1)
            for (name in listOf("png/buildings_complete/1", "png/antennas/1_0", "gain/DPM/1_0")) {
                writeGrey(own.resolve("$name.png"), 8, 8) { r, c -> if (r + c == 0) 255 else 0 }
            }
            shouldThrow<RdeException> {
                    Batches.of(Examples.of(mixed, listOf(0, 1)), 2).inOrder().batch(0, 0)
                }
                .message shouldBe
                "The cities of the scenes 0_0 and 1_0 differ in size: [24, 32] and [8, 8].\n" +
                    "All cities of a training must have the same size."
        }
    })

private fun plane(array: INDArray, n: Int): List<Float> =
    array.slice(n.toLong()).dup().reshape(-1).toFloatVector().toList()

private fun Examples.wholeCities(count: Int): List<Float> = channels(count) { it.wholeCity() }

private fun Examples.givenCities(count: Int): List<Float> = channels(count) { it.givenCity() }

private fun Examples.channels(count: Int, told: (Scene) -> Tensor): List<Float> =
    List(count) { told(example(0, it)).values().toList() }.flatten()

private fun Batch.copyWithoutArrays() = Triple(epoch(), number(), scenes())
