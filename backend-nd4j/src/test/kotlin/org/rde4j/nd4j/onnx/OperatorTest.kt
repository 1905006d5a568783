package org.rde4j.nd4j.onnx

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.util.zip.ZipInputStream
import onnx.Onnx.ModelProto
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.nd4j.gradients
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.value

/** One model with what PyTorch computes for it; see src/test/python/onnx_*.py. */
internal class Reference(val name: String, val bytes: ByteArray) {
    val proto = ModelProto.parseFrom(bytes)
    private val isForOneSignal =
        proto.graph.inputList[0].type.tensorType.shape.dimList[0].dimValue == 1L
    val operators = proto.graph.nodeList.map { it.opType }.toSet()

    /**
     * What a file for one signal computes of each, and another file of the whole batch; channels
     * last.
     */
    fun written(graph: Graph, input: Node): Node {
        val file = Files.createTempFile("reference", ".onnx")
        try {
            Files.write(file, bytes)
            if (isForOneSignal) return OnnxModel.read(file).channelsFirst().append(graph, input)
            val source = OnnxSource.of(proto, ModelFolder(file, FileBytes()))
            val network = source.leadingTo(source.outputs()).also(Operators::requireKnown)
            val given = Activation(graph, input, Layout.CHANNELS_LAST)
            val output = Lowering.of(network, graph, listOf(given), null).outputs().single()
            val node = (output as Activation).channelsLast()
            return if (node.rank() == 1) graph.reshape(node, node.length(), 1) else node
        } finally {
            Files.delete(file)
        }
    }

    /** An array with channels last; one number for each signal is a column. */
    fun expected(what: String): INDArray =
        channelsLast(
            TensorData.decode(proto.graph.initializerList.first { it.name == "expected.$what" })
                .array()
        )
}

private fun channelsLast(array: INDArray) =
    when (array.rank()) {
        3 -> array.permute(0, 2, 1).dup('c')
        4 -> array.permute(0, 2, 3, 1).dup('c')
        1 -> array.reshape(array.length(), 1)
        else -> array
    }

/** The loss weights k mod 7 − 3 over the flat index k in ONNX's order. */
private fun weights(shapeWithChannelsLast: LongArray): INDArray {
    val shape = shapeWithChannelsLast
    val onnx =
        longArrayOf(shape[0]) +
            (if (shape.size > 2) longArrayOf(shape.last()) else longArrayOf()) +
            shape.drop(1).dropLast(if (shape.size > 2) 1 else 0)
    val size = onnx.fold(1L, Long::times).toInt()
    return channelsLast(
        Nd4j.createFromArray(*FloatArray(size) { (it % 7 - 3).toFloat() }).reshape(*onnx)
    )
}

internal val references: List<Reference> by lazy {
    listOf("references", "sequences", "operators", "opset23").flatMap(::read)
}

private fun read(archive: String): List<Reference> {
    val resource = checkNotNull(Reference::class.java.getResourceAsStream("/onnx/$archive.zip"))
    return ZipInputStream(resource).use { zip ->
        generateSequence { zip.nextEntry }
            .map { Reference(it.name.removeSuffix(".onnx"), zip.readBytes()) }
            .toList()
    }
}

class OperatorTest :
    FunSpec({
        references.forEach { reference ->
            test(reference.name) {
                val graph = Graph()
                val input = graph.variable("x", reference.expected("input"))
                val output = reference.written(graph, input)
                val expected = reference.expected("output")
                distance(graph.value(output), expected) shouldBeLessThan 2e-5
                val weights = weights(expected.shape())
                val gradient = graph.gradients(output, weights, listOf(input)).single()
                distance(gradient, reference.expected("gradient")) shouldBeLessThan 2e-5
            }
        }
        test("every operator has a reference") {
            val tested = references.flatMap { it.operators }.toSet()
            // Those have tests of their own.
            val apart = Refusals.TABLE.keys + ControlFlow.TABLE.keys + setOf("CastLike", "Size")
            (Operators.TABLE.keys - tested - apart).shouldBeEmpty()
        }
    })

/** The largest difference, relative to the largest expected value. */
private fun distance(actual: INDArray, expected: INDArray): Double {
    actual.shape() shouldBe expected.shape()
    return actual.sub(expected).amaxNumber().toDouble() /
        maxOf(1e-3, expected.amaxNumber().toDouble())
}
