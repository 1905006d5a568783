package org.rde4j.samples.cli

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph
import org.rde4j.samples.pictures.Outline
import org.rde4j.samples.pictures.PictureSet

/** The bundled network through the ordinary ONNX importer. */
class BundledNetworkTest :
    FunSpec({
        val bundle = BundledNetwork()
        val side = bundle.side()
        val batch = 100

        /** The class that the network finds for each picture of a batch. */
        val classify: (List<FloatArray>) -> List<Int> by lazy {
            val graph = Graph()
            val x = graph.placeholder("x", batch.toLong(), 3, side.toLong(), side.toLong())
            val logits = Models.onnx(bundle.onnx()).append(graph, graph.channelsLast(x))
            val input = Nd4j.create(DataType.FLOAT, *x.shape())
            val engine = Engine.of(graph.sameDiff(), mapOf("x" to input));
            { pictures: List<FloatArray> ->
                pictures.forEachIndexed { i, values ->
                    input
                        .slice(i.toLong())
                        .assign(
                            Nd4j.createFromArray(*values).reshape(3, side.toLong(), side.toLong())
                        )
                }
                val name = logits.variable().name()
                engine.run(listOf(name))[name]!!.argMax(1).toIntVector().toList()
            }
        }

        test("it recognises unseen pictures") {
            val set = PictureSet(20261123)
            val right =
                (0 until 6).sumOf { part ->
                    val pictures = (0 until batch).map { set.picture((part * batch + it).toLong()) }
                    val found = classify(pictures.map { it.tensor().values() })
                    pictures.indices.count { found[it] == pictures[it].outline().ordinal }
                }
            val accuracy = right / 600.0
            println("accuracy $accuracy on 600 unseen pictures")
            accuracy shouldBeGreaterThanOrEqual 0.95
        }

        test("it recognises every picture of the demo") {
            val shown = bundle.pictures(3)
            val filled = List(batch) { shown[it % shown.size].signal().values() }
            val found = classify(filled).take(shown.size).map { bundle.labels().name(it).get() }
            found shouldBe shown.map { it.name() }
        }

        test("it is small, and its classes are named") {
            Files.size(bundle.onnx()) shouldBeLessThan 3_000_000
            Outline.values().indices.map { bundle.labels().name(it).get() } shouldBe
                Outline.values().map { it.name.lowercase() }
        }
    })
