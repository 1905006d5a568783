package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.float
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.nio.ByteOrder
import java.nio.file.Files
import java.nio.file.Path
import kotlin.math.abs
import onnx.Onnx
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.RdeException
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.value

class OnnxWriterTest :
    FunSpec({
        test("a small graph reads back as it was written") {
            val file = tempdir().toPath().resolve("small.onnx")
            val onnx = OnnxWriter("small")
            val kernel = onnx.weights(Nd4j.createFromArray(1f, 2f, 3f, 4f).reshape(1, 1, 2, 2))
            val attributes = mapOf("strides" to listOf(2L, 2L), "group" to 1L)
            val x = onnx.input("input", -1, 1, 8, 8)
            val y = onnx.node("Conv", listOf(x, kernel), attributes)
            val z = onnx.node("HardSigmoid", listOf(y), mapOf("alpha" to 0.25f))
            onnx.output("output", z, -1, 1, 4, 4)
            onnx.write(file)

            val model = read(file)
            model.opsetImportList.map { it.version } shouldContainExactly listOf(13L)
            val graph = model.graph
            graph.nodeList.map { it.opType } shouldContainExactly
                listOf("Conv", "HardSigmoid", "Identity")
            graph.getNode(0).inputList shouldContainExactly listOf("input", kernel)
            graph.getNode(1).inputList shouldContainExactly graph.getNode(0).outputList
            graph.getNode(2).outputList shouldContainExactly listOf("output")
            val conv = graph.getNode(0).attributeList.associateBy { it.name }
            conv.getValue("strides").intsList shouldContainExactly listOf(2L, 2L)
            conv.getValue("group").i shouldBe 1L
            graph.getNode(1).getAttribute(0).f shouldBe 0.25f
            floats(graph.getInitializer(0)) shouldContainExactly listOf(1f, 2f, 3f, 4f)
            graph.getInitializer(0).dimsList shouldContainExactly listOf(1L, 1L, 2L, 2L)
            shape(graph.getInput(0)) shouldContainExactly listOf("N", "1", "8", "8")
        }

        test("a file that cannot be written is one clear sentence") {
            val folder = tempdir().toPath().resolve("missing")
            shouldThrow<RdeException> { OnnxWriter("none").write(folder.resolve("x.onnx")) }
                .message shouldContain "cannot be written"
        }

        test("16-bit floats are the nearest, and those of ND4J") {
            checkAll(Arb.int(0..0x7bff)) { bits ->
                val value = Half.value(bits.toShort())
                Half.of(value.toFloat()) shouldBe bits.toShort()
                Half.of(-value.toFloat()) shouldBe (bits or 0x8000).toShort()
            }
            checkAll(Arb.float(-65504f, 65504f)) { x ->
                val near = Half.value(Half.of(x))
                near shouldBe
                    Nd4j.createFromArray(x)
                        .castTo(DataType.HALF)
                        .castTo(DataType.FLOAT)
                        .getDouble(0)
                abs(near - x) shouldBe (0.0 plusOrMinus maxOf(abs(x) / 2048.0, 3e-8))
            }
            // Halfway between two, the even one; and the carry into the next exponent.
            Half.value(Half.of(1f + 1f / 2048)) shouldBe 1.0
            Half.value(Half.of(1f + 3f / 2048)) shouldBe 1.0 + 2.0 / 1024
            Half.value(Half.of(1.9999f)) shouldBe 2.0
            for (value in listOf(65520f, -1e9f, Float.NaN, Float.POSITIVE_INFINITY)) {
                shouldThrow<RdeException> { Half.of(value) }.message!! shouldContain "16-bit float"
            }
        }

        test("half weights read back as 32-bit floats, with their order, bias and properties") {
            val file = tempdir().toPath().resolve("half.onnx")
            val onnx = OnnxWriter("half")
            val kernel = normal(1, 3, 2, 1, 1, scale = 0.5).castTo(DataType.FLOAT)
            val up = normal(2, 3, 1, 2, 2, scale = 0.5).castTo(DataType.FLOAT)
            val bias = normal(3, 3).castTo(DataType.FLOAT)
            val x = onnx.input("input", -1, 2, 2, 2)
            val y = onnx.node("Conv", listOf(x, onnx.halfWeights(kernel), onnx.halfWeights(bias)))
            val z =
                onnx.node(
                    "ConvTranspose",
                    listOf(y, onnx.weights(up)),
                    mapOf("strides" to listOf(2L, 2L)),
                )
            onnx.output("output", z, -1, 1, 4, 4)
            onnx.property("architecture", "tiny")
            onnx.write(file)

            val model = Models.onnx(file) as OnnxModel
            model.properties() shouldBe mapOf("architecture" to "tiny")
            val (first, second) = model.convolutions()
            fun rounded(a: org.nd4j.linalg.api.ndarray.INDArray) =
                a.castTo(DataType.HALF).castTo(DataType.FLOAT)
            first.kernel() shouldBe rounded(kernel)
            first.bias() shouldBe rounded(bias)
            first.transposed() shouldBe false
            second.kernel() shouldBe up
            second.bias() shouldBe null
            second.transposed() shouldBe true

            val graph = Graph()
            val result = graph.value(model.append(graph, graph.constant(Nd4j.ones(1, 2, 2, 2))))
            val (k, b) = listOf(kernel, bias).map(::rounded)
            val hidden =
                List(3) { o -> k.getDouble(o, 0, 0, 0) + k.getDouble(o, 1, 0, 0) + b.getDouble(o) }
            result.getDouble(0, 3, 2, 0) shouldBe
                (hidden.indices.sumOf { hidden[it] * up.getDouble(it, 0, 1, 0) } plusOrMinus 1e-5)
        }
    })

private fun read(file: Path) = Onnx.ModelProto.parseFrom(Files.readAllBytes(file))

private fun floats(tensor: Onnx.TensorProto): List<Float> {
    val values =
        tensor.rawData.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
    return List(values.remaining()) { values.get() }
}

private fun shape(value: Onnx.ValueInfoProto) =
    value.type.tensorType.shape.dimList.map {
        if (it.hasDimParam()) it.dimParam else "${it.dimValue}"
    }
