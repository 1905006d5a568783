package org.rde4j.nd4j.onnx

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.util.zip.ZipInputStream
import kotlin.math.abs
import onnx.Onnx.ModelProto
import onnx.Onnx.ValueInfoProto
import org.rde4j.nd4j.graph.Graph

private class Example(val name: String, private val model: ModelProto) {
    val operator: String = model.graph.getNode(0).opType

    /** What the operator makes of its inputs, all of them known. */
    fun results(): List<Value> {
        val graph = model.graph.toBuilder().clearInput()
        graph.addInput(ValueInfoProto.newBuilder().setName("a signal"))
        val source =
            OnnxSource.of(
                model.toBuilder().setGraph(graph).build(),
                ModelFolder(Path.of("."), FileBytes()),
            )
        return Lowering.of(source.leadingTo(source.outputs()), Graph(), listOf(), null).outputs()
    }

    val expected: List<Constant>
        get() =
            model.graph.initializerList
                .filter { it.name.startsWith("expected.") }
                .sortedBy { it.name }
                .map { TensorData.decode(it) }
}

/** ONNX's own examples; see src/test/python/onnx_constants.py. */
private val examples: List<Example> by lazy {
    val resource = checkNotNull(Example::class.java.getResourceAsStream("/onnx/constants.zip"))
    ZipInputStream(resource).use { zip ->
        generateSequence { zip.nextEntry }
            .map { Example(it.name.removeSuffix(".onnx"), ModelProto.parseFrom(zip.readBytes())) }
            .toList()
    }
}

/** Whatever does not depend on the signal is computed as ONNX says, in its types. */
class KnownTest :
    FunSpec({
        examples
            .groupBy { it.operator }
            .toSortedMap()
            .forEach { (operator, of) ->
                test("$operator of constants") {
                    for (example in of) withClue(example.name) {
                        val results = example.results()
                        for ((result, expected) in results zip example.expected) {
                            val constant = result as Constant
                            constant.shape() shouldBe expected.shape()
                            constant.type() shouldBe expected.type()
                            for (i in 0 until expected.length().toInt()) {
                                val right = expected.number(i)
                                val found = constant.number(i)
                                val same = found == right || found.isNaN() && right.isNaN()
                                if (!same)
                                    abs(found - right) shouldBeLessThan 1e-5 * (1 + abs(right))
                            }
                        }
                    }
                }
            }
        test("every operator with values of its own has an example") {
            examples.size shouldBeGreaterThan 200
            val seen = examples.map { it.operator }.toSet()
            // ONNX's examples are older than the first three, and weights that are no numbers are
            // refused.
            val none =
                setOf(
                    "BitwiseAnd",
                    "BitwiseOr",
                    "BitwiseXor",
                    "BitwiseNot",
                    "IsNaN",
                    "IsInf",
                    "Scatter",
                )
            (Known.TABLE.keys - seen - none).shouldBeEmpty()
        }
    })
