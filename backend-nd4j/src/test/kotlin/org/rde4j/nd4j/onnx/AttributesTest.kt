package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import onnx.Onnx.AttributeProto
import onnx.Onnx.AttributeProto.AttributeType
import onnx.Onnx.FunctionProto
import onnx.Onnx.ModelProto
import onnx.Onnx.NodeProto
import onnx.Onnx.OperatorSetIdProto
import onnx.Onnx.TensorProto
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.shade.protobuf.ByteString
import org.nd4j.shade.protobuf.UnknownFieldSet
import org.rde4j.RdeException
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.value

private fun ModelProto.opset(version: Long): ModelProto =
    toBuilder().setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(version)).build()

/** Whatever a node says is understood, or the node is refused: nothing is passed over. */
class AttributesTest :
    FunSpec({
        val folder: Path = tempdir().toPath()
        fun append(model: ModelProto, vararg shape: Long): INDArray {
            val file = Files.write(folder.resolve("model.onnx"), model.toByteArray())
            val graph = Graph()
            val x = Nd4j.ones(*shape)
            return graph.value(
                OnnxModel.read(file).channelsFirst().append(graph, graph.constant(x))
            )
        }
        fun refusal(model: ModelProto, vararg shape: Long): String =
            shouldThrow<RdeException> { append(model, *shape) }.message!!

        test("an attribute that nobody knows is refused, whatever the operator") {
            val unknown =
                AttributeProto.newBuilder().setName("meaning").setType(AttributeType.INT).setI(1)
            val seen = mutableSetOf<String>()
            for (reference in references) {
                val graph = reference.proto.graph
                val at = graph.nodeList.indexOfFirst { it.opType !in seen }
                if (at < 0) continue
                val node = graph.getNode(at)
                seen += node.opType
                val changed = reference.proto.toBuilder()
                changed.graphBuilder.getNodeBuilder(at).addAttribute(unknown)
                withClue(node.opType) {
                    val whole = Graph()
                    val input = whole.constant(reference.expected("input"))
                    val strange = Reference(reference.name, changed.build().toByteArray())
                    shouldThrow<RdeException> { strange.written(whole, input) }
                        .message!! shouldContain
                        "has the attribute 'meaning', which is not supported"
                }
            }
            seen.size shouldBeGreaterThan 100
        }

        test("an attribute of another type than the operator's is refused") {
            fun leaky(type: AttributeType, build: AttributeProto.Builder.() -> Unit) =
                model(
                    listOf(
                        NodeProto.newBuilder()
                            .setOpType("LeakyRelu")
                            .addInput("x")
                            .addOutput("y")
                            .addAttribute(
                                AttributeProto.newBuilder()
                                    .setName("alpha")
                                    .setType(type)
                                    .apply(build)
                            )
                            .build()
                    )
                )
            refusal(leaky(AttributeType.INT) { i = 2 }, 1, 3) shouldContain
                "'alpha' of the type INT, but it must be FLOAT"
            append(leaky(AttributeType.FLOAT) { f = 2f }, 1, 3) shouldBe Nd4j.ones(1, 3)
        }

        test("before opset 11 negative indices are no classes") {
            fun hot(version: Long, signal: Boolean): INDArray {
                val weights =
                    listOf(integers("i", -1, 0), integers("d", 3), floats("v", listOf(2), 0f, 1f))
                // Off and on are constants, or 0 and 1 times what comes from the signal.
                val values = if (signal) node("Mul", "v s", "o") else node("Identity", "v", "o")
                val nodes =
                    listOf(
                        node("ReduceMax", "x", "s", "axes" to listOf(0, 1), "keepdims" to 0),
                        values,
                        node("OneHot", "i d o", "h"),
                        node("MatMul", "x h", "y"),
                    )
                return append(model(nodes, weights, listOf(value("x", 0, 2))).opset(version), 1, 2)
            }
            for (signal in listOf(false, true)) {
                hot(13, signal) shouldBe Nd4j.createFromArray(arrayOf(floatArrayOf(1f, 0f, 1f)))
                hot(10, signal) shouldBe Nd4j.createFromArray(arrayOf(floatArrayOf(1f, 0f, 0f)))
            }
        }

        test("attributes of a function have the values that it gives them itself") {
            val slope =
                AttributeProto.newBuilder()
                    .setName("slope")
                    .setType(AttributeType.FLOAT)
                    .setF(0.5f)
                    .build()
            val inner = node("LeakyRelu", "n", "b").toBuilder()
            inner.addAttribute(
                AttributeProto.newBuilder()
                    .setName("alpha")
                    .setType(AttributeType.FLOAT)
                    .setRefAttrName("slope")
            )
            val default =
                UnknownFieldSet.Field.newBuilder().addLengthDelimited(slope.toByteString()).build()
            val function =
                FunctionProto.newBuilder()
                    .setName("Bent")
                    .setDomain("mine")
                    .addInput("a")
                    .addOutput("b")
                    .addNode(node("Neg", "a", "n"))
                    .addNode(inner)
                    .setUnknownFields(UnknownFieldSet.newBuilder().addField(11, default).build())
            fun calling(vararg attributes: Pair<String, Any>) =
                model(
                        listOf(
                            node("Bent", "x", "y", *attributes)
                                .toBuilder()
                                .setDomain("mine")
                                .build()
                        )
                    )
                    .toBuilder()
                    .addFunctions(function)
                    .build()
            append(calling(), 1, 3) shouldBe
                Nd4j.valueArrayOf(longArrayOf(1, 3), -0.5).castTo(Nd4j.ones(1).dataType())
            append(calling("slope" to 0.25), 1, 3) shouldBe
                Nd4j.valueArrayOf(longArrayOf(1, 3), -0.25).castTo(Nd4j.ones(1).dataType())
        }

        context(
            "nodes that contradict themselves, or say what other versions understand otherwise"
        ) {
            suspend fun refused(
                says: String,
                version: Long,
                shape: List<Long>,
                weights: List<TensorProto>,
                vararg nodes: NodeProto,
            ) =
                test("${nodes.last().opType} $says") {
                    val open = longArrayOf(0) + shape.drop(1)
                    refusal(
                        model(nodes.toList(), weights, listOf(value("x", *open))).opset(version),
                        *(longArrayOf(shape[0]) + shape.drop(2) + shape[1]).takeIf {
                            shape.size > 2
                        } ?: shape.toLongArray(),
                    ) shouldContain says
                }
            val image = listOf(2L, 2L, 5L, 5L)
            val kernel = floats("w", listOf(2, 2, 3, 3), *FloatArray(36) { 1f })
            val moments = "s b m v".split(" ").map { floats(it, listOf(2), 1f, 2f) }
            val none = listOf<TensorProto>()

            refused(
                "has moments for each place",
                8,
                image,
                moments,
                node("BatchNormalization", "x s b m v", "y", "spatial" to 0),
            )
            refused(
                "for the kernel_shape [2, 3]",
                13,
                image,
                listOf(kernel),
                node("Conv", "x w", "y", "kernel_shape" to listOf(2, 3)),
            )
            refused(
                "has both the auto_pad 'SAME_UPPER' and the pads [0, 1, 0, 0]",
                13,
                image,
                listOf(kernel),
                node("Conv", "x w", "y", "auto_pad" to "SAME_UPPER", "pads" to listOf(0, 1, 0, 0)),
            )
            refused(
                "has other outputs than num_outputs says",
                18,
                image,
                none,
                node("Split", "x", "y z", "axis" to 1, "num_outputs" to 3),
            )
            refused(
                "is no operator of opset 11",
                11,
                image,
                listOf(floats("s", listOf(4), 1f, 1f, 2f, 2f)),
                node("Upsample", "x s", "y"),
            )
            for (pool in listOf("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")) refused(
                "at least rank 3",
                13,
                listOf(2, 3),
                none,
                node(pool, "x", "y"),
            )
            refused(
                "has the axes [1, 1], one of them twice",
                13,
                listOf(2, 3),
                listOf(integers("a", 1, 1)),
                node("Unsqueeze", "x a", "y"),
            )
            refused(
                "has an empty list of axes",
                13,
                listOf(2, 1, 3),
                listOf(integers("a")),
                node("Squeeze", "x a", "y"),
            )
            refused(
                "reduces no axes",
                18,
                listOf(2, 3),
                none,
                node("ReduceL1", "x", "y", "noop_with_empty_axes" to 1),
            )
            refused(
                "has the approximation 'erf'",
                20,
                listOf(2, 3),
                none,
                node("Gelu", "x", "y", "approximate" to "erf"),
            )
            refused(
                "cannot repeat a constant of shape [2] to [1, 1]",
                13,
                listOf(2, 3),
                listOf(floats("w", listOf(3, 1), 1f, 1f, 1f), floats("c", listOf(2), 1f, 2f)),
                node("Gemm", "x w c", "y"),
            )
            for (operator in listOf("LayerNormalization", "RMSNormalization", "PRelu")) refused(
                "cannot repeat a constant of shape [2, 1, 1] to [1, 1, 3]",
                23,
                listOf(4, 1, 3),
                listOf(floats("s", listOf(2, 1, 1), 1f, 2f)),
                node(operator, "x s", "y"),
            )
            refused(
                "has more activation_alpha or activation_beta than the activations [Tanh] take",
                14,
                listOf(2, 3, 1),
                listOf(floats("w", listOf(1, 1, 1), 1f), floats("r", listOf(1, 1, 1), 1f)),
                node("RNN", "x w r", "y", "activation_alpha" to listOf(0.5)),
            )
            refused(
                "has the attribute 'alpha' twice",
                13,
                listOf(2, 3),
                none,
                node("Elu", "x", "y", "alpha" to 0.5, "alpha" to 0.25),
            )
            refused(
                "has the hidden_size 4",
                14,
                listOf(2, 3, 1),
                listOf(floats("w", listOf(1, 1, 1), 1f), floats("r", listOf(1, 1, 1), 1f)),
                node("RNN", "x w r", "y", "hidden_size" to 4),
            )
            refused(
                "computes its input 'm' from the signal",
                23,
                image,
                none,
                node("Greater", "x x", "m"),
                node("Attention", "x x x m", "y"),
            )
            refused(
                "for 5 keys",
                24,
                image,
                listOf(floats("m", listOf(5, 1), 0f, 0f, 0f, 0f, 0f)),
                node("Attention", "x x x m", "y"),
            )
            for ((code, name) in
                mapOf(17 to "float8e4m3fn", 20 to "float8e5m2fnuz", 23 to "float4e2m1")) {
                refused(
                    "rounds to the type $name",
                    23,
                    listOf(2, 3),
                    listOf(floats("s", listOf(), 1f)),
                    node("QuantizeLinear", "x s", "y", "output_dtype" to code),
                )
                refused(
                    "has the type $name",
                    23,
                    listOf(2, 3),
                    listOf(
                        TensorProto.newBuilder()
                            .setName("w")
                            .setDataType(code)
                            .addDims(3)
                            .setRawData(ByteString.copyFrom(byteArrayOf(1, 2, 3)))
                            .build()
                    ),
                    node("Mul", "x w", "y"),
                )
                refused(
                    "makes values of the type $name",
                    23,
                    listOf(2, 3),
                    none,
                    node("Cast", "x", "y", "to" to code),
                )
            }
            refused(
                "rounds to the type int8 with a zero of the type uint8",
                21,
                listOf(2, 3),
                listOf(
                    floats("s", listOf(), 1f),
                    TensorProto.newBuilder().setName("z").setDataType(2).addInt32Data(1).build(),
                ),
                node("QuantizeLinear", "x s z", "y", "output_dtype" to 3),
            )
        }
    })
