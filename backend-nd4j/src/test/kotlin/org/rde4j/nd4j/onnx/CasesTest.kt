package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.string.shouldContain
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.file.Files
import onnx.Onnx.ModelProto
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.Distortion
import org.rde4j.RateDistortion
import org.rde4j.RdeException
import org.rde4j.Representation
import org.rde4j.Solver
import org.rde4j.Tensor
import org.rde4j.nd4j.Nd4jBackend
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.value

private fun bytes(name: String): ByteArray =
    checkNotNull(CasesTest::class.java.getResourceAsStream("/onnx/cases/$name")).readBytes()

/** 32-bit floats, as many rows as make a signal of so many numbers each. */
private fun rows(name: String, width: Int): INDArray {
    val buffer = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
    val values = FloatArray(buffer.remaining()).also { buffer.get(it) }
    return Nd4j.createFromArray(*values).reshape(values.size / width.toLong(), width.toLong())
}

/** Small networks that once gave wrong numbers or were refused, with what ONNX Runtime computes. */
class CasesTest :
    FunSpec({
        listOf(
                "clip_const_computed" to 8,
                "const_mod" to 8,
                "dyn_expand_const" to 8,
                "fixed1_reshape_groups" to 8,
                "fixed1_reshape_known" to 8,
                "resize10_down" to 5,
                "resize_same_size" to 3,
                "sqrt_of_constant_as_shape" to 8,
            )
            .forEach { (name, width) ->
                test(name) {
                    val file = Files.createTempFile(name, ".onnx")
                    Files.write(file, bytes("$name.onnx"))
                    // Of one row of three, nothing tells whether they are places or channels.
                    val model =
                        OnnxModel.read(file).let {
                            if (name == "resize_same_size") it.channelsFirst() else it
                        }
                    Files.delete(file)
                    val x = rows("$name.x", width)
                    val graph = Graph()
                    val signals =
                        if (model.inputs().single().shape().size == 4)
                            x.reshape(x.rows().toLong(), 1, width.toLong(), 1)
                        else x
                    val output = graph.value(model.append(graph, graph.constant(signals)))
                    val y = rows("$name.y", (output.length() / x.rows()).toInt())
                    output.reshape(*y.shape()).sub(y).amaxNumber().toDouble() shouldBeLessThan 1e-6
                }
            }

        test("what normalises by its batch does so, but a signal alone has no moments") {
            val file = Files.createTempFile("training", ".onnx")
            Files.write(file, bytes("bn_training.onnx"))
            val source =
                OnnxSource.of(
                    ModelProto.parseFrom(bytes("bn_training.onnx")),
                    ModelFolder(file, FileBytes()),
                )
            val graph = Graph()
            val x = rows("bn_training.x", 8)
            val given = Activation(graph, graph.constant(x), Layout.ONNX)
            val network = source.leadingTo(source.outputs())
            val output = Lowering.of(network, graph, listOf(given), null).outputs().single()
            val y = graph.value((output as Activation).plain())
            y.sub(rows("bn_training.y", 8)).amaxNumber().toDouble() shouldBeLessThan 1e-6
            val problem =
                RateDistortion.over(Representation.pixels())
                    .measuredBy(Distortion.squaredError())
                    .solvedBy(Solver.l1(1.0).steps(1).samples(2))
            Nd4jBackend.compile(problem, OnnxModel.read(file)).use { explainer ->
                shouldThrow<RdeException> { explainer.explain(Tensor.of(FloatArray(8), 8)) }
                    .message!! shouldContain "for one signal is one number"
            }
            Files.delete(file)
        }
    })
