package org.rde4j.samples.image

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.File
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph

private val assets = File(System.getProperty("rde4j.root"), "../shared/assets")

/** Decoder, preprocessing and importer together: real networks name real photographs. */
class PhotographsTest :
    FunSpec({
        val photographs =
            File(assets, "images").listFiles { f -> f.extension == "JPEG" }.orEmpty().sorted()

        /** The file names whose class the network does not put first. */
        fun mistakes(network: String, mean: Float, std: Float): List<String> {
            val synsets = File(assets, "images/synsets.txt").readLines()
            val model =
                Models.normalised(
                    Models.onnx(File(assets, "imagenet-model/$network.onnx").toPath()),
                    FloatArray(3) { mean },
                    FloatArray(3) { std },
                )
            val graph = Graph()
            val x = graph.placeholder("x", photographs.size.toLong(), 3, 224, 224)
            val logits = model.append(graph, graph.channelsLast(x)).variable().name()
            val input = Nd4j.create(DataType.FLOAT, *x.shape())
            photographs.forEachIndexed { i, file ->
                val signal = Preprocessing.imagenet(224).read(file.toPath())
                input
                    .slice(i.toLong())
                    .assign(Nd4j.createFromArray(*signal.values()).reshape(3, 224, 224))
            }
            val found =
                Engine.of(graph.sameDiff(), mapOf("x" to input))
                    .run(listOf(logits))[logits]!!
                    .argMax(1)
                    .toIntVector()
            return photographs.indices
                .filter {
                    synsets[found[it]].substringBefore(' ') !=
                        photographs[it].name.substringBefore('_')
                }
                .map { photographs[it].nameWithoutExtension }
        }

        test("MobileNetV2 names all of them").config(enabled = assets.exists()) {
            withClue("of ${photographs.size}") {
                mistakes("mobilenetv2_1.0", 0.5f, 0.5f) shouldBe emptyList()
            }
        }

        test("MobileNetV3 names all but the park bench").config(enabled = assets.exists()) {
            mistakes("mobilenetv3_large_minimalistic", 128 / 255f, 127 / 255f) shouldBe
                listOf("n03891251_park_bench")
        }
    })
