package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.byte
import io.kotest.property.arbitrary.int
import io.kotest.property.checkAll
import java.nio.file.Path
import onnx.Onnx.ModelProto
import onnx.Onnx.OperatorSetIdProto
import onnx.Onnx.StringStringEntryProto
import onnx.Onnx.TensorProto
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.indexing.NDArrayIndex.all
import org.nd4j.linalg.indexing.NDArrayIndex.interval
import org.rde4j.RdeException
import org.rde4j.nd4j.difference
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.value

class OnnxModelTest :
    FunSpec({
        val file = tempfile("model", ".onnx")
        fun read(bytes: ByteArray): OnnxModel {
            file.writeBytes(bytes)
            return OnnxModel.read(file.toPath())
        }
        fun refusal(model: ModelProto, vararg shape: Long): String {
            val error =
                shouldThrow<RdeException> {
                    val graph = Graph()
                    read(model.toByteArray()).append(graph, graph.placeholder("x", *shape))
                }
            error.message!!.lines() shouldHaveAtLeastSize 2
            return error.message!!
        }

        test("several inputs, each with its own shape") {
            val joined =
                model(
                    listOf(
                        node("Concat", "h s z", "all", "axis" to 1),
                        node("Conv", "all w", "y", "kernel_shape" to listOf(1)),
                    ),
                    listOf(floats("w", listOf(1, 4, 1), 1f, 10f, 100f, 1000f)),
                    listOf(value("h", 0, 2, 3), value("s", 0, 1, 3), value("z", 0, 1, 3)),
                )
            val network = read(joined.toByteArray())
            network.inputs().map { it.name() } shouldBe listOf("h", "s", "z")
            val inputs =
                listOf(2L, 1L, 1L).mapIndexed { i, channels ->
                    normal(i, 5, 3, channels).castTo(DataType.FLOAT)
                }
            val graph = Graph()
            val y = network.append(graph, inputs.map(graph::constant))
            val (h, s, z) = inputs
            val expected =
                h.get(all(), all(), interval(0, 1))
                    .add(h.get(all(), all(), interval(1, 2)).mul(10))
                    .add(s.mul(100))
                    .add(z.mul(1000))
            difference(graph.value(y), expected) shouldBeLessThan 1e-5
            shouldThrow<RdeException> {
                    network.append(graph, listOf(h, z, h).map(graph::constant))
                }
                .message!! shouldContain "do not fit the model's input 'z' [-1, 1, 3]"
        }
        val relu = node("Relu", "x", "y")
        val matmul = node("MatMul", "x w", "y")

        test("the name is that of the file") {
            read(model(listOf(relu)).toByteArray()).name() shouldBe file.name
        }

        context("files") {
            test("a missing one") {
                shouldThrow<RdeException> { OnnxModel.read(Path.of("missing.onnx")) }
                    .message shouldContain "missing.onnx cannot be read"
            }
            test("an empty one") {
                shouldThrow<RdeException> { read(ByteArray(0)) }.message shouldContain
                    "holds no ONNX graph"
            }
            test("one that is cut off anywhere") {
                val whole =
                    model(listOf(matmul), listOf(floats("w", listOf(3, 2), 1f, 2f, 3f, 4f, 5f, 6f)))
                        .toByteArray()
                read(whole)
                for (length in 0 until whole.size) shouldThrow<RdeException> {
                    read(whole.copyOf(length))
                }
            }
            test("changed bytes never do more than fail with advice") {
                val whole =
                    model(
                            listOf(node("MatMul", "x w", "h"), node("Slice", "h from to", "y")),
                            listOf(
                                floats("w", listOf(3, 2), 1f, 2f, 3f, 4f, 5f, 6f),
                                integers("from", 0),
                                integers("to", 2),
                            ),
                        )
                        .toByteArray()
                checkAll(2000, Arb.int(whole.indices), Arb.byte()) { at, byte ->
                    try {
                        val graph = Graph()
                        read(whole.clone().also { it[at] = byte })
                            .append(graph, graph.placeholder("x", 2, 3))
                    } catch (expected: RdeException) {
                        expected.message!!.lines() shouldHaveAtLeastSize 2
                    }
                }
            }
        }

        context("structures") {
            test("operators that broadcast by older rules") {
                val old = OperatorSetIdProto.newBuilder().setVersion(6)
                val add = node("Add", "x x", "y")
                refusal(model(listOf(add)).toBuilder().setOpsetImport(0, old).build()) shouldContain
                    "(opset 6)"
            }
            test("several inputs") {
                refusal(
                    model(
                        listOf(node("Add", "x z", "y")),
                        inputs = listOf(value("x", 0, 3), value("z", 0, 3)),
                    )
                ) shouldContain "has 2 inputs [x, z], but here is 1"
            }
            test("no input") {
                refusal(model(listOf(relu), inputs = listOf())) shouldContain "has 0 inputs"
            }
            test("no output") {
                refusal(model(listOf(relu), outputs = listOf())) shouldContain "has no output"
            }
            test("of several outputs one is chosen") {
                val two =
                    read(
                        model(
                                listOf(relu, node("Neg", "x", "z"), node("Nonsense", "x", "n")),
                                outputs = listOf("y", "z", "n"),
                            )
                            .toByteArray()
                    )
                two.outputs().map { it.name() } shouldBe listOf("y", "z", "n")
                val graph = Graph()
                val x = graph.constant(Nd4j.createFromArray(arrayOf(floatArrayOf(1f, -2f, 3f))))
                graph.value(two.output("z").append(graph, x)).toFloatVector() shouldBe
                    floatArrayOf(-1f, 2f, -3f)
                graph.value(two.output("y").append(graph, x)).toFloatVector() shouldBe
                    floatArrayOf(1f, 0f, 3f)
                val open = shouldThrow<RdeException> { two.append(graph, x) }.message!!
                open shouldContain "z"
                open shouldContain "output(\"y\")"
                shouldThrow<RdeException> { two.output("n") }.message!! shouldContain "Nonsense"
                shouldThrow<RdeException> { two.output("other") }.message!! shouldContain
                    "Its outputs are 'y', 'z', 'n'"
            }
            test("nodes in any order") {
                val backwards = model(listOf(node("Relu", "h", "y"), node("Neg", "x", "h")))
                val graph = Graph()
                read(backwards.toByteArray())
                    .append(graph, graph.placeholder("x", 4, 3))
                    .shape() shouldBe longArrayOf(4, 3)
            }
            test("a circle") {
                refusal(model(listOf(node("Add", "x z", "y"), node("Neg", "y", "z")))) shouldContain
                    "runs in a circle"
            }
            test("an undefined name") {
                refusal(model(listOf(node("Add", "x z", "y")))) shouldContain
                    "defines the value 'z'"
            }
            test("a name that is defined twice") {
                refusal(model(listOf(relu, node("Neg", "x", "y")))) shouldContain
                    "defines 'y' twice"
            }
            test("an output that does not depend on the input") {
                refusal(
                    model(listOf(node("Relu", "w", "y")), listOf(floats("w", listOf(1), 1f)))
                ) shouldContain "does not depend on its input 'x'"
            }
            test("an unknown operator") {
                val message = refusal(model(listOf(node("Nonsense", "x", "y"))))
                message shouldContain "the operator Nonsense (node 'the Nonsense')"
                message shouldContain "Supported are Abs, Acos, "
            }
            test("an operator of another domain") {
                val foreign = relu.toBuilder().setDomain("com.example").build()
                refusal(model(listOf(foreign))) shouldContain "com.example:Relu"
            }
            test("100,000 nodes in a row") {
                val row =
                    (0 until 100_000).map {
                        node("Identity", if (it == 0) "x" else "h$it", "h${it + 1}")
                    }
                val long = model(row + node("Relu", "h100000", "y"))
                val graph = Graph()
                read(long.toByteArray())
                    .append(graph, graph.placeholder("x", 4, 3))
                    .shape() shouldBe longArrayOf(4, 3)
            }
        }

        context("weights") {
            fun refusedWeights(weights: TensorProto) =
                refusal(model(listOf(matmul), listOf(weights)))
            test("not a number, or infinite") {
                refusedWeights(floats("w", listOf(3, 1), 1f, Float.NaN, 2f)) shouldContain
                    "'w' of the model holds the value NaN"
                refusedWeights(floats("w", listOf(3, 1), 1f, 1f / 0f, 2f)) shouldContain "Infinity"
            }
            test("sizes that do not fit the data, overflow or are negative") {
                refusedWeights(floats("w", listOf(3, 2), 1f, 2f)) shouldContain
                    "has the shape [3, 2] but 2 values"
                refusedWeights(floats("w", listOf(1L shl 40, 1L shl 40), 1f)) shouldContain
                    "but 1 values"
                refusedWeights(floats("w", listOf(-1, -2), 1f, 2f)) shouldContain
                    "has the shape [-1, -2]"
            }
            test("raw data that is cut off") {
                val raw =
                    floats("w", listOf(3, 1))
                        .toBuilder()
                        .setRawData(org.nd4j.shade.protobuf.ByteString.copyFrom(ByteArray(11)))
                        .build()
                refusedWeights(raw) shouldContain "has the shape [3, 1]"
            }
            test("in another file") {
                val elsewhere =
                    StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/passwd")
                refusedWeights(
                    floats("w", listOf(3, 1)).toBuilder().addExternalData(elsewhere).build()
                ) shouldContain "'/etc/passwd', which is no file in the model's folder"
            }
            test("of strings") {
                refusedWeights(
                    floats("w", listOf(0)).toBuilder().setDataType(8).build()
                ) shouldContain "type string"
            }
        }

        context("signals and operators that do not fit") {
            val image = value("x", 0, 3, 8, 8)
            fun convolution(weights: TensorProto, vararg attributes: Pair<String, Any>) =
                model(listOf(node("Conv", "x w", "y", *attributes)), listOf(weights), listOf(image))
            fun kernel(vararg shape: Long) =
                floats("w", shape.toList(), *FloatArray(shape.fold(1L, Long::times).toInt()))

            test("a signal of another size") {
                refusal(convolution(kernel(4, 3, 1, 1)), 1, 9, 9, 3) shouldContain
                    "signals [1, 3, 9, 9] do not fit the model's input 'x' [-1, 3, 8, 8]"
                refusal(model(listOf(relu)), 1, 9, 9, 3) shouldContain
                    "do not fit the model's input"
            }
            test("weights for other channels") {
                refusal(convolution(kernel(4, 2, 1, 1)), 1, 8, 8, 3) shouldContain
                    "do not fit 3 channels"
                refusal(convolution(kernel(4, 3, 1, 1), "group" to 0), 1, 8, 8, 3) shouldContain
                    "0 groups"
            }
            test("a kernel larger than the image") {
                refusal(convolution(kernel(4, 3, 9, 9)), 1, 8, 8, 3) shouldContain
                    "larger than its input of 8×8"
            }
            test("strides of zero") {
                refusal(
                    convolution(kernel(4, 3, 1, 1), "strides" to listOf(0, 1)),
                    1,
                    8,
                    8,
                    3,
                ) shouldContain "[0, 1]"
            }
            test("three-dimensional convolutions") {
                val volume = value("x", 0, 1, 4, 4, 4)
                val conv =
                    model(
                        listOf(node("Conv", "x w", "y")),
                        listOf(kernel(1, 1, 1, 1, 1)),
                        listOf(volume),
                    )
                refusal(conv, 1, 4, 4, 4, 1) shouldContain "of rank 3 or 4"
            }
            test("matrices of other sizes") {
                refusal(model(listOf(matmul), listOf(kernel(4, 2))), 1, 3) shouldContain
                    "[1, 3] with [4, 2]"
            }
            test("shapes that do not broadcast") {
                refusal(
                    model(listOf(node("Add", "x w", "y")), listOf(kernel(4))),
                    1,
                    3,
                ) shouldContain "[1, 3], a constant of shape [4]], whose shapes do not broadcast"
            }
            test("a reshape to another length") {
                val reshape =
                    model(listOf(node("Reshape", "x s", "y")), listOf(integers("s", 0, 4)))
                refusal(reshape, 2, 3) shouldContain "the shape [0, 4]"
            }
            test("sizes that would fill the memory") {
                val huge = 1L shl 40
                val fill =
                    model(
                        listOf(node("ConstantOfShape", "s", "c"), node("Add", "x c", "y")),
                        listOf(integers("s", huge, 3)),
                    )
                refusal(fill, 1, 3) shouldContain "at most"
                val pad =
                    model(listOf(node("Pad", "x p", "y")), listOf(integers("p", 0, 0, 0, huge)))
                refusal(pad, 1, 3) shouldContain "Pad"
            }
            test("a constant that depends on the signal") {
                val dynamic = model(listOf(node("Neg", "x", "h"), node("Reshape", "x h", "y")))
                refusal(dynamic, 3, 3) shouldContain "must be a constant"
            }
            test("an axis that is not there") {
                refusal(model(listOf(node("Softmax", "x", "y", "axis" to 5))), 1, 3) shouldContain
                    "the axis 5"
            }
            test("an output that is not supported") {
                refusal(
                    model(
                        listOf(
                            node("TopK", "x", "h places", "k" to 2),
                            node("Add", "h places", "y"),
                        )
                    ),
                    1,
                    3,
                ) shouldContain "'places', output 2 of the operator TopK"
            }
        }
    })
