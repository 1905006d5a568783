package org.rde4j.samples.pictures.network

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainOnly
import io.kotest.matchers.floats.plusOrMinus
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path
import onnx.Onnx
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.graph.Graph
import org.rde4j.samples.pictures.Outline
import org.rde4j.samples.pictures.PictureSet

class OnnxFileTest :
    FunSpec({
        test("a written network gives its own scores when it is read like any other") {
            val file = tempdir().toPath().resolve("network.onnx")
            // A few steps move the running statistics, so that folding them in is not the identity.
            val network = Training.BUNDLED.side(64).batch(12).steps(3).run {}
            network.writeOnnx(file, 64)
            val pictures = Batch.draw(PictureSet(9, 64), 0, 2).pictures()

            val graph = Graph()
            val scores = Models.onnx(file).append(graph, graph.placeholder("x", 2, 64, 64, 3))
            val name = scores.variable().name()
            val read = graph.sameDiff().output(mapOf("x" to pictures), name).getValue(name)
            val written = network.logits(pictures)
            for (picture in 0..1) {
                for (label in 0..11) {
                    read.getFloat(picture.toLong(), label.toLong()) shouldBe
                        (written[picture][label] plusOrMinus 1e-4f)
                }
            }
        }

        test("the bundled network has the documented input, output, operators and size") {
            val file = bundled("picture-network.onnx")
            Files.size(file) shouldBeLessThan 3L * 1024 * 1024
            val graph = read(file).graph
            graph.inputList.map { it.name } shouldContainExactly listOf("input")
            shape(graph.getInput(0)) shouldContainExactly listOf("N", "3", "128", "128")
            graph.outputList.map { it.name } shouldContainExactly listOf("logits")
            shape(graph.getOutput(0)) shouldContainExactly listOf("N", "12")
            graph.nodeList.map { it.opType }.toSet() shouldContainOnly
                setOf(
                    "Conv",
                    "Relu",
                    "HardSigmoid",
                    "Mul",
                    "Add",
                    "GlobalAveragePool",
                    "Flatten",
                    "Identity",
                )
        }

        test("the bundled labels name the outputs in order") {
            Files.readAllLines(bundled("labels.txt")) shouldContainExactly Outline.labels()
        }
    })

private fun bundled(name: String) = Path.of(Outline::class.java.getResource(name)!!.toURI())

private fun read(file: Path) = Onnx.ModelProto.parseFrom(Files.readAllBytes(file))

private fun shape(value: Onnx.ValueInfoProto) =
    value.type.tensorType.shape.dimList.map {
        if (it.hasDimParam()) it.dimParam else "${it.dimValue}"
    }
