package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Files
import java.nio.file.Path
import kotlin.math.exp
import onnx.Onnx.FunctionProto
import onnx.Onnx.GraphProto
import onnx.Onnx.ModelProto
import onnx.Onnx.NodeProto
import onnx.Onnx.OperatorSetIdProto
import onnx.Onnx.StringStringEntryProto
import onnx.Onnx.TensorProto
import onnx.Onnx.ValueInfoProto
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.RdeException
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.normal
import org.rde4j.nd4j.value

private fun row(vararg values: Float): INDArray = Nd4j.createFromArray(arrayOf(values))

private fun graph(
    nodes: List<onnx.Onnx.NodeProto>,
    inputs: List<String>,
    outputs: List<String>,
): GraphProto =
    GraphProto.newBuilder()
        .addAllNode(nodes)
        .addAllInput(inputs.map { ValueInfoProto.newBuilder().setName(it).build() })
        .addAllOutput(outputs.map { ValueInfoProto.newBuilder().setName(it).build() })
        .build()

private fun truth(name: String, value: Int): TensorProto =
    TensorProto.newBuilder().setName(name).setDataType(9).addInt32Data(value).build()

private fun typed(name: String, type: Int, vararg shape: Long): ValueInfoProto {
    val plain = value(name, *shape).toBuilder()
    plain.typeBuilder.tensorTypeBuilder.elemType = type
    return plain.build()
}

/** What lies around operators: control flow, files, batches, inputs and outputs. */
class OnnxStructureTest :
    FunSpec({
        val folder: Path = tempdir().toPath()
        fun read(model: ModelProto, name: String = "model.onnx"): OnnxModel =
            OnnxModel.read(Files.write(folder.resolve(name), model.toByteArray()))

        fun OnnxModel.of(x: INDArray): INDArray {
            val graph = Graph()
            return graph.value(append(graph, graph.constant(x)))
        }
        fun refusal(action: () -> Unit): String = shouldThrow<RdeException> { action() }.message!!

        context("what was wrong without a word") {
            test("a cast like integers is refused as a cast to integers is") {
                val nodes = listOf(node("CastLike", "x whole", "i"), node("CastLike", "i x", "y"))
                refusal {
                    read(model(nodes, listOf(integers("whole", 1)))).of(row(0.5f, 1f, 2f))
                } shouldContain "CastLike"
            }
            test("a slice backwards that begins before the first position begins at it") {
                val sliced = node("Slice", "x from to axes steps", "y")
                val weights =
                    listOf(
                        integers("from", -10),
                        integers("to", -100),
                        integers("axes", 1),
                        integers("steps", -1),
                    )
                read(model(listOf(sliced), weights)).of(row(7f, 8f, 9f)) shouldBe row(7f)
            }
            test("a product with a constant of higher rank has its rank") {
                val nodes =
                    listOf(
                        node("MatMul", "x w", "three"),
                        node("ReduceMean", "three", "y", "axes" to listOf(0), "keepdims" to 0),
                    )
                val w = floats("w", listOf(1, 3, 2), 1f, 0f, 0f, 1f, 1f, 1f)
                read(model(nodes, listOf(w))).of(row(1f, 2f, 3f)) shouldBe row(4f, 5f)
            }
            test("constants that are too large for their integers become the largest") {
                val nodes =
                    listOf(
                        node("QuantizeLinear", "huge scale zero", "q"),
                        node("Cast", "q", "f", "to" to 1),
                        node("Add", "x f", "y"),
                    )
                val zero = TensorProto.newBuilder().setName("zero").setDataType(2).addInt32Data(128)
                val weights =
                    listOf(
                        floats("huge", listOf(), 1e20f),
                        floats("scale", listOf(), 1f),
                        zero.build(),
                    )
                read(model(nodes, weights)).of(row(0f, 1f, 2f)) shouldBe row(255f, 256f, 257f)
            }
        }

        context("control flow") {
            fun branched(condition: Int) =
                model(
                    listOf(
                        node(
                            "If",
                            "c",
                            "y",
                            "then_branch" to
                                graph(listOf(node("Neg", "x", "t")), listOf(), listOf("t")),
                            "else_branch" to
                                graph(listOf(node("Nonsense", "x", "e")), listOf(), listOf("e")),
                        )
                    ),
                    listOf(truth("c", condition)),
                )
            test("the branch that is taken counts, and sees names around it") {
                read(branched(1)).of(row(1f, -2f, 3f)) shouldBe row(-1f, 2f, -3f)
                refusal { read(branched(0)).of(row(1f, 2f, 3f)) } shouldContain "Nonsense"
            }
            test("a loop runs as often as it says, and collects values") {
                // y = x + 2 + 2 + 2, and the rows of all three sums added up.
                val body =
                    graph(
                        listOf(
                            node("Identity", "on", "goes"),
                            node("Add", "sum two", "next"),
                            node("Identity", "next", "row"),
                        ),
                        listOf("i", "on", "sum"),
                        listOf("goes", "next", "row"),
                    )
                fun looped(runs: Long) =
                    model(
                        listOf(
                            node("Loop", "n c x", "last rows", "body" to body),
                            node("ReduceSum", "rows zero", "all", "keepdims" to 0),
                            node("Add", "last all", "y"),
                        ),
                        listOf(
                            integers("zero", 0),
                            integers("n", runs),
                            truth("c", 1),
                            floats("two", listOf(), 2f),
                        ),
                    )
                // (x + 6) + (x + 2) + (x + 4) + (x + 6)
                read(looped(3)).of(row(1f, 0f, -1f)) shouldBe row(22f, 18f, 14f)
                refusal { read(looped(1L shl 40)).of(row(1f, 0f, -1f)) } shouldContain
                    "more than 1024 times"
            }
        }

        test("functions of the model are written out where they are called") {
            val twice =
                FunctionProto.newBuilder()
                    .setName("Twice")
                    .setDomain("mine")
                    .addInput("a")
                    .addOutput("b")
                    .addNode(node("Neg", "a", "h"))
                    .addNode(node("Sub", "a h", "b"))
            val calls =
                listOf(
                    node("Twice", "x", "h").toBuilder().setDomain("mine").build(),
                    node("Twice", "h", "y").toBuilder().setDomain("mine").build(),
                )
            val model = model(calls).toBuilder().addFunctions(twice).build()
            read(model).of(row(1f, 2f, -3f)) shouldBe row(4f, 8f, -12f)
            val endless =
                twice
                    .clone()
                    .clearNode()
                    .addNode(node("Twice", "a", "b").toBuilder().setDomain("mine"))
            refusal { read(model(calls).toBuilder().addFunctions(endless).build()) } shouldContain
                "call each other"
        }

        test("operators of opset 7 to 25") {
            fun of(version: Long) =
                read(
                    model(listOf(node("Neg", "x", "y")))
                        .toBuilder()
                        .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(version))
                        .build()
                )
            for (version in 7L..25L) of(version).of(row(1f, 2f, 3f)) shouldBe row(-1f, -2f, -3f)
            refusal { of(26) } shouldContain "(opset 26)"
        }

        context("weights in another file") {
            fun outside(vararg entries: Pair<String, String>): ModelProto {
                val weights = floats("w", listOf(3, 1)).toBuilder().setDataLocationValue(1)
                entries.forEach { (key, value) ->
                    weights.addExternalData(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)
                    )
                }
                return model(listOf(node("MatMul", "x w", "y")), listOf(weights.build()))
            }
            val bytes = java.nio.ByteBuffer.allocate(16).order(java.nio.ByteOrder.LITTLE_ENDIAN)
            listOf(9f, 1f, 10f, 100f).forEach(bytes::putFloat)
            val home = Files.createDirectories(folder.resolve("home/data"))
            Files.write(home.resolve("w.bin"), bytes.array())
            Files.write(folder.resolve("secret.bin"), bytes.array())
            Files.createSymbolicLink(home.resolve("link.bin"), folder.resolve("secret.bin"))
            fun refused(vararg entries: Pair<String, String>) = refusal {
                read(outside(*entries), "home/model.onnx")
            }
            test("is read from inside the model's folder") {
                read(outside("location" to "data/w.bin", "offset" to "4"), "home/model.onnx")
                    .of(row(1f, 2f, 3f)) shouldBe row(321f)
            }
            test("never from elsewhere") {
                val elsewhere = "which is no file in the model's folder"
                refused("location" to "../secret.bin") shouldContain elsewhere
                refused("location" to "data/link.bin") shouldContain elsewhere
                refused("location" to "$folder/secret.bin") shouldContain elsewhere
                refused("location" to "data") shouldContain elsewhere
                refused("location" to "") shouldContain elsewhere
                refused("location" to "data/w\u0000.bin") shouldContain elsewhere
            }
            test("must be there and long enough") {
                refused("location" to "data/none.bin") shouldContain "cannot be read"
                refused("location" to "data/w.bin", "offset" to "8") shouldContain "cut off"
                refused("location" to "data/w.bin", "offset" to "-4") shouldContain "'-4'"
                refused("location" to "data/w.bin", "length" to "16") shouldContain
                    "has 16 bytes in 'data/w.bin', but its shape needs 12"
                refused("location" to "data/w.bin", "offset" to "9223372036854775807") shouldContain
                    "cut off"
            }
        }

        /** Signals together, and each alone. */
        fun OnnxModel.together(x: INDArray): INDArray {
            val rows =
                (0 until x.size(0)).map { i ->
                    val one = x.shape().clone().also { it[0] = 1 }
                    val row = x.reshape(x.size(0), x.length() / x.size(0)).getRow(i)
                    of(row.dup().reshape(*one))
                }
            val all = of(x)
            val alone = Nd4j.concat(0, *rows.toTypedArray())
            all.sub(alone).amaxNumber().toDouble() shouldBeLessThan 1e-5
            return all
        }
        fun signals(vararg shape: Long) =
            normal(3, *shape).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT)
        /** Written once for all signals, a network has as many operations for five as for two. */
        fun OnnxModel.isWrittenAtOnce(vararg signal: Long): Boolean {
            val (two, five) =
                listOf(2L, 5L).map { batch ->
                    val graph = Graph()
                    append(graph, graph.placeholder("x", batch, *signal))
                    graph.sameDiff().ops.size
                }
            return two == five
        }

        context("a batch that the file leaves open") {
            fun open(
                vararg nodes: onnx.Onnx.NodeProto,
                weights: List<TensorProto> = listOf(),
                shape: LongArray = longArrayOf(0, 3),
            ) = read(model(nodes.toList(), weights, listOf(value("x", *shape))))
            fun zeros(name: String, vararg shape: Long, fill: Float = 0f) =
                floats(
                    name,
                    shape.toList(),
                    *FloatArray(shape.fold(1L, Long::times).toInt()) { fill },
                )
            /** Signals of several ranges, since mixing may show in some only. */
            fun OnnxModel.isApart(atOnce: Boolean, vararg signal: Long) {
                for (batch in listOf(1L, 2L, 5L)) for (scale in listOf(0.5, 1.0, 255.0)) {
                    together(signals(batch, *signal).mul(scale))
                }
                isWrittenAtOnce(*signal) shouldBe atOnce
            }
            test("a softmax over it") {
                open(node("Softmax", "x", "h", "axis" to 0), node("Mul", "h x", "y"))
                    .isApart(false, 3)
            }
            test("a running sum over it") {
                open(node("CumSum", "x zero", "y"), weights = listOf(integers("zero", 0)))
                    .isApart(false, 3)
            }
            test("a mean over it") {
                open(
                        node("ReduceMean", "x", "m", "axes" to listOf(0), "keepdims" to 1),
                        node("Mul", "x m", "y"),
                    )
                    .isApart(false, 3)
            }
            test("the largest of all signals, which shows where some number is above 100") {
                open(
                        node("Sub", "x hundred", "d"),
                        node("Relu", "d", "r"),
                        node("CumSum", "r zero", "c"),
                        node("Add", "x c", "y"),
                        weights = listOf(integers("zero", 0), floats("hundred", listOf(), 100f)),
                    )
                    .isApart(false, 3)
            }
            test("another order of the signals") {
                open(
                        node("Slice", "x from to zero back", "r"),
                        node("Add", "x r", "y"),
                        weights =
                            listOf(
                                integers("from", -1),
                                integers("to", -100),
                                integers("zero", 0),
                                integers("back", -1),
                            ),
                    )
                    .isApart(false, 3)
            }
            test("a reshape that lets signals overlap") {
                open(
                        node("Reshape", "x s", "a"),
                        node("Softmax", "a", "b", "axis" to 1),
                        node("Reshape", "b t", "y"),
                        weights = listOf(integers("s", 2, -1), integers("t", -1, 6)),
                        shape = longArrayOf(0, 6),
                    )
                    .isApart(true, 6)
            }
            test("attention of signals to each other") {
                open(
                        node("Transpose", "x", "t", "perm" to listOf(1, 0)),
                        node("MatMul", "x t", "a"),
                        node("Softmax", "a", "p", "axis" to 1),
                        node("MatMul", "p x", "y"),
                    )
                    .isApart(false, 3)
            }
            test("groups of channels that hold the batch") {
                // [N, 4, 3, 3] to [1, N·4, 3, 3], normalised in two groups.
                open(
                        node("Transpose", "x", "t", "perm" to listOf(1, 0, 2, 3)),
                        node("Reshape", "t s", "a"),
                        node("Reshape", "a g", "b"),
                        node("InstanceNormalization", "b one zero", "c"),
                        node("Reshape", "c back", "d"),
                        node("Transpose", "d", "y", "perm" to listOf(1, 0, 2, 3)),
                        weights =
                            listOf(
                                integers("s", 1, -1, 3, 3),
                                integers("g", 1, 2, -1),
                                integers("back", 4, -1, 3, 3),
                                zeros("one", 2, fill = 1f),
                                zeros("zero", 2),
                            ),
                        shape = longArrayOf(0, 4, 3, 3),
                    )
                    .channelsFirst()
                    .together(signals(2, 3, 3, 4))
            }
            context("batch normalisation in training mode") {
                fun trained(opset: Long, outputs: String, vararg shape: Long): OnnxModel {
                    val mode =
                        if (opset < 14) arrayOf()
                        else arrayOf<Pair<String, Any>>("training_mode" to 1)
                    val weights =
                        listOf("s" to 2f, "b" to 1f, "m" to 0f, "v" to 1f).map { (name, fill) ->
                            zeros(name, 3, fill = fill)
                        }
                    val norm = node("BatchNormalization", "x s b m v", outputs, *mode)
                    val whole = model(listOf(norm), weights, listOf(value("x", *shape)))
                    val version = OperatorSetIdProto.newBuilder().setVersion(opset)
                    return read(whole.toBuilder().setOpsetImport(0, version).build())
                }
                val outputs =
                    mapOf(9L to "y mean var saved spread", 13L to "y mean var", 15L to "y mean var")
                test("goes by the moments of each signal") {
                    outputs.forEach { (opset, names) ->
                        val model = trained(opset, names, 0, 3, 4, 4)
                        model.isApart(false, 4, 4, 3)
                        val y = model.of(signals(2, 4, 4, 3).mul(3))
                        y.mean(1, 2).sub(1).amaxNumber().toDouble() shouldBeLessThan 1e-5
                    }
                }
                test("makes no sense of one number") {
                    outputs.forEach { (opset, names) ->
                        for (batch in listOf(1L, 4L)) {
                            refusal {
                                trained(opset, names, 0, 3).of(signals(batch, 3))
                            } shouldContain "model.eval()"
                        }
                    }
                }
                test("is off where there is one output") {
                    val y = trained(9, "y", 0, 3).of(row(1f, 2f, 3f))
                    y.sub(row(3f, 5f, 7f)).amaxNumber().toDouble() shouldBeLessThan 1e-4
                }
            }
            test("moments over the batch and all places are those of each signal") {
                val norm = node("MeanVarianceNormalization", "x", "y")
                open(norm, shape = longArrayOf(0, 3, 4, 4)).isApart(false, 4, 4, 3)
                refusal {
                    open(norm, shape = longArrayOf(0, 3, 1, 1)).of(signals(2, 1, 1, 3))
                } shouldContain "moments of one number"
            }
            test("moments inside the signal are written at once") {
                open(node("MeanVarianceNormalization", "x", "y", "axes" to listOf(1)))
                    .isApart(true, 3)
            }
            test("sizes that the network takes from its signals") {
                // Shape, Gather, Concat, Reshape, as exporters write x.view(N, 2, 3); and what
                // expands to N rows.
                open(
                        node("Shape", "x", "shape"),
                        node("Gather", "shape zero", "n", "axis" to 0),
                        node("Concat", "n rest", "s", "axis" to 0),
                        node("Reshape", "x s", "a"),
                        node("Concat", "n token", "t", "axis" to 0),
                        node("Expand", "w t", "first"),
                        node("Concat", "first a", "all", "axis" to 1),
                        node("Softmax", "all", "p", "axis" to 2),
                        node("Flatten", "p", "y"),
                        weights =
                            listOf(
                                integers("zero", 0),
                                integers("rest", 2, 3),
                                integers("token", 1, 3),
                                floats("w", listOf(1, 1, 3), 1f, 2f, 3f),
                            ),
                        shape = longArrayOf(0, 6),
                    )
                    .isApart(true, 6)
            }
            test("a branch that looks at the size of the signals") {
                val flat =
                    graph(
                        listOf(
                            node("Shape", "x", "shape"),
                            node("Gather", "shape zero", "n", "axis" to 0),
                            node("Concat", "n rest", "s", "axis" to 0),
                            node("Reshape", "x s", "a"),
                            // The mean over everything: for one signal its own.
                            node("Size", "x", "all"),
                            node("Cast", "all", "count", "to" to 1),
                            node("Div", "a count", "d"),
                        ),
                        listOf(),
                        listOf("d"),
                    )
                open(
                        node("If", "c", "h", "then_branch" to flat, "else_branch" to flat),
                        node("Softmax", "h", "p", "axis" to 2),
                        node("Flatten", "p", "y"),
                        weights =
                            listOf(truth("c", 1), integers("zero", 0), integers("rest", 2, 3)),
                        shape = longArrayOf(0, 6),
                    )
                    .isApart(true, 6)
            }
            test("convolutions, pools, normalisations and products are written at once") {
                open(
                        node(
                            "Conv",
                            "x k",
                            "a",
                            "pads" to listOf(1, 1, 1, 1),
                            "dilations" to listOf(1, 1),
                        ),
                        node("Relu", "a", "b"),
                        node(
                            "MaxPool",
                            "b",
                            "c",
                            "kernel_shape" to listOf(2, 2),
                            "strides" to listOf(2, 2),
                        ),
                        node("InstanceNormalization", "c one zero", "d"),
                        node("GlobalAveragePool", "d", "e"),
                        node("Flatten", "e", "f"),
                        node("MatMul", "f m", "g"),
                        node("Softmax", "g", "y", "axis" to 1),
                        weights =
                            listOf(
                                zeros("k", 4, 3, 3, 3, fill = 0.1f),
                                zeros("one", 4, fill = 1f),
                                zeros("zero", 4),
                                zeros("m", 4, 2, fill = 0.5f),
                            ),
                        shape = longArrayOf(0, 3, 6, 6),
                    )
                    .isApart(true, 6, 6, 3)
            }
        }

        context("a batch that the file fixes") {
            test("attention with the batch behind the sequence") {
                // [1, 4, 6] to [4, 1, 6] to heads [4, 2, 3] to [2, 4, 3], and back.
                val model =
                    model(
                        listOf(
                            node("Transpose", "x", "s", "perm" to listOf(1, 0, 2)),
                            node("Reshape", "s heads", "h"),
                            node("Transpose", "h", "q", "perm" to listOf(1, 0, 2)),
                            node("Transpose", "q", "k", "perm" to listOf(0, 2, 1)),
                            node("MatMul", "q k", "a"),
                            node("Softmax", "a", "p", "axis" to 2),
                            node("MatMul", "p q", "v"),
                            node("Transpose", "v", "t", "perm" to listOf(1, 0, 2)),
                            node("Reshape", "t whole", "u"),
                            node("Transpose", "u", "y", "perm" to listOf(1, 0, 2)),
                        ),
                        listOf(integers("heads", 4, 2, 3), integers("whole", 4, 1, 6)),
                        listOf(value("x", 1, 4, 6)),
                    )
                read(model).channelsLast().together(signals(5, 4, 6))
            }
            test("a sum over what may be the batch") {
                val model =
                    model(
                        listOf(
                            node("ReduceMax", "x", "m", "axes" to listOf(0), "keepdims" to 1),
                            node("Sub", "x m", "d"),
                            node("Exp", "d", "y"),
                        ),
                        inputs = listOf(value("x", 1, 3)),
                    )
                read(model).together(signals(4, 3)) shouldBe Nd4j.ones(4, 3)
            }
            test("a softmax at the end stays at the end") {
                val model =
                    model(
                        listOf(
                            node("Reshape", "x s", "a"),
                            node("ReduceMax", "a", "m", "axes" to listOf(0), "keepdims" to 1),
                            node("Sub", "a m", "d"),
                            node("Reshape", "d t", "h"),
                            node("Softmax", "h", "y", "axis" to 1),
                        ),
                        listOf(integers("s", 3, 2), integers("t", 1, 6)),
                        listOf(value("x", 1, 6)),
                    )
                read(model).together(signals(4, 6))
                val graph = Graph()
                val output = read(model).append(graph, graph.placeholder("x", 4, 6))
                graph.sameDiff().ops.values.last().op.opName() shouldBe "softmax"
                output.shape() shouldBe longArrayOf(4, 6)
            }
            test("a softmax at the end over the axis of the signals is written once for each") {
                for (axis in listOf(0, -2)) {
                    val softmax = node("Softmax", "h", "y", "axis" to axis)
                    val twice = listOf(node("Add", "x x", "h"), softmax)
                    val fixed = read(model(twice, listOf(), listOf(value("x", 1, 3))))
                    fixed.together(signals(4, 3)) shouldBe Nd4j.ones(4, 3)
                    fixed.isWrittenAtOnce(3) shouldBe false
                    val old = model(twice).toBuilder()
                    old.getOpsetImportBuilder(0).version = 11
                    read(old.build()).together(signals(4, 3))
                }
            }
            test("of several signals that depend on each other is refused") {
                val model =
                    model(
                        listOf(
                            node("ReduceSum", "x zero", "m", "keepdims" to 1),
                            node("Sub", "x m", "y"),
                        ),
                        listOf(integers("zero", 0)),
                        listOf(value("x", 2, 3)),
                    )
                for (batch in listOf(1L, 2L, 5L)) {
                    refusal { read(model).of(signals(batch, 3)) } shouldContain
                        "exported for batches of 2 signals, which may depend on each other"
                }
            }
            test("of several signals that do not is any batch") {
                val model =
                    model(
                        listOf(
                            node("Reshape", "x s", "a"),
                            node("Softmax", "a", "b", "axis" to 1),
                            node("Reshape", "b t", "y"),
                        ),
                        listOf(integers("s", 8, 3), integers("t", 4, 6)),
                        listOf(value("x", 4, 6)),
                    )
                for (batch in listOf(1L, 2L, 4L, 5L)) read(model).together(signals(batch, 6))
                read(model).isWrittenAtOnce(6) shouldBe true
            }
        }

        context("inputs") {
            fun input(shape: ValueInfoProto, operator: String = "Neg") =
                read(model(listOf(node(operator, "x", "y")), inputs = listOf(shape)))
            fun channelsLast(vararg shape: Long) =
                input(value("x", *shape)).inputs().single().channelsLast()
            test("channels are last where no image has so many in front") {
                channelsLast(0, 32, 32, 3) shouldBe true
                channelsLast(0, 28, 28, 1) shouldBe true
                channelsLast(0, 3, 24, 48) shouldBe false
                channelsLast(0, 4, 32, 32) shouldBe false
                channelsLast(0, 128, 3) shouldBe false
            }
            test("of an order that nothing tells are asked about") {
                fun of(vararg shape: Long) = input(value("x", *shape))
                for (model in listOf(of(0, 3, 8, 3), of(0, 0, 0, 0), of(0, 16, 8, 2))) {
                    shouldThrow<RdeException> { model.of(normal(3, 2, 2, 8, 3)) }
                        .message shouldContain "first or last"
                    model.channelsFirst().inputs().single().channelsLast() shouldBe false
                    model.channelsLast().inputs().single().channelsLast() shouldBe true
                }
                val x = normal(3, 2, 8, 3, 3)
                of(0, 3, 8, 3).channelsFirst().of(x).add(x).amaxNumber().toDouble() shouldBe 0.0
            }
            test("of several users have the order that these agree on") {
                fun users(vararg perm: List<Int>) =
                    read(
                        model(
                            listOf(node("Sigmoid", "x", "s"), node("Mul", "x s", "m")) +
                                perm.mapIndexed { i, p ->
                                    node("Transpose", "m", "t$i", "perm" to p)
                                } +
                                node("Identity", "t0", "y"),
                            inputs = listOf(value("x", 0, 8, 8, 8)),
                        )
                    )
                users(listOf(0, 3, 1, 2)).inputs().single().channelsLast() shouldBe true
                val conv =
                    read(
                        model(
                            listOf(
                                node("Transpose", "x", "t", "perm" to listOf(0, 3, 1, 2)),
                                node("GlobalMaxPool", "x", "p"),
                                node("Mul", "t p", "y"),
                            ),
                            inputs = listOf(value("x", 0, 8, 8, 8)),
                        )
                    )
                shouldThrow<RdeException> { conv.of(normal(3, 2, 8, 8, 8)) }.message shouldContain
                    "first or last"
            }
            test("of sequences have the order that recurrent networks and convolutions tell") {
                fun last(vararg nodes: NodeProto) =
                    read(model(nodes.toList(), inputs = listOf(value("x", 0, 12, 6))))
                        .inputs()
                        .single()
                fun turned(vararg perm: Int) = node("Transpose", "x", "t", "perm" to perm.toList())
                val pool = node("GlobalMaxPool", "t", "y")
                last(turned(1, 0, 2), node("Identity", "t", "y")).channelsLast() shouldBe true
                last(turned(1, 0, 2), node("Identity", "t", "y")).shape() shouldBe
                    listOf(-1L, 6L, 12L)
                last(turned(0, 2, 1), pool).channelsLast() shouldBe true
                last(turned(0, 2, 1), node("Softmax", "t", "y")).channelsLast() shouldBe false
                last(turned(2, 0, 1), node("Identity", "t", "y")).channelsLast() shouldBe false
                last(node("GlobalMaxPool", "x", "y")).channelsLast() shouldBe false
                val torn =
                    listOf(
                        turned(1, 0, 2),
                        node("GlobalMaxPool", "x", "z"),
                        node("Add", "t z", "y"),
                    )
                val both = read(model(torn, inputs = listOf(value("x", 0, 6, 6))))
                shouldThrow<RdeException> { both.of(normal(3, 2, 6, 6)) }.message shouldContain
                    "first or last"
            }
            test("the first operator says more than sizes") {
                val first =
                    model(
                        listOf(node("Cast", "x", "h", "to" to 1), node("GlobalMaxPool", "h", "y")),
                        inputs = listOf(value("x", 0, 16, 8, 1)),
                    )
                read(first).inputs().single().channelsLast() shouldBe false
                val last =
                    model(
                        listOf(node("Transpose", "x", "y", "perm" to listOf(0, 3, 1, 2))),
                        inputs = listOf(value("x", 0, 0, 0, 0)),
                    )
                read(last).inputs().single().channelsLast() shouldBe true
            }
            test("shapes are told with channels in front, signals given with channels last") {
                val model =
                    read(
                        model(
                            listOf(node("ReduceSum", "x axes", "y", "keepdims" to 0)),
                            listOf(integers("axes", 1, 2)),
                            listOf(value("x", 0, 5, 7, 3)),
                        )
                    )
                model.inputs().single().shape() shouldBe listOf(-1L, 3L, 5L, 7L)
                val x = normal(1, 2, 5, 7, 3).castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT)
                model.of(x).sub(x.sum(1, 2)).amaxNumber().toDouble() shouldBeLessThan 1e-5
                model.channelsFirst().inputs().single().shape() shouldBe listOf(-1L, 5L, 7L, 3L)
            }
            test("of integers are cast, and nothing else") {
                fun of(operator: String, vararg attributes: Pair<String, Any>) =
                    read(
                        model(
                            listOf(
                                node("Transpose", "x", "h", "perm" to listOf(0, 1)),
                                node(operator, "h", "y", *attributes),
                            ),
                            inputs = listOf(typed("x", 2, 0, 3)),
                        )
                    )
                of("Cast", "to" to 1).inputs().single().type() shouldBe "uint8"
                of("Cast", "to" to 1).of(row(0f, 100f, 255f)) shouldBe row(0f, 100f, 255f)
                refusal { of("Neg").of(row(0f, 100f, 255f)) } shouldContain
                    "computes with integers: 'h' (uint8), which has no gradient"
            }
            test("of words have no gradient") {
                val embedding =
                    model(
                        listOf(node("Gather", "w x", "y")),
                        listOf(floats("w", listOf(2, 2), 1f, 2f, 3f, 4f)),
                        listOf(typed("x", 7, 0, 3)),
                    )
                refusal { read(embedding).of(row(0f, 1f, 0f)) } shouldContain "'x' (int64)"
            }
        }

        test("weights keep their types: 64-bit integers beyond 2^53, halves, 4 bits") {
            val large = Constant.integers(Long.MAX_VALUE, Long.MAX_VALUE - 1)
            large.longs() shouldBe longArrayOf(Long.MAX_VALUE, Long.MAX_VALUE - 1)
            large.ints() shouldBe intArrayOf(Int.MAX_VALUE, Int.MAX_VALUE)
            val half = Constant.numbers(ElementType.FLOAT16, longArrayOf(3)) { exp(-3.0 * it) }
            half.number(1) shouldBe Half.value(Half.of(exp(-3.0).toFloat()))
            Constant.numbers(ElementType.BFLOAT16, longArrayOf(1)) { 1.00390625 }.number(0) shouldBe
                1.0
            Constant.numbers(ElementType.FLOAT16, longArrayOf(1)) { 1e6 }.number(0) shouldBe
                Double.POSITIVE_INFINITY
            val nibbles =
                TensorProto.newBuilder()
                    .setName("w")
                    .setDataType(22)
                    .addDims(3)
                    .setRawData(
                        org.nd4j.shade.protobuf.ByteString.copyFrom(byteArrayOf(0x7f, 0x08))
                    )
                    .build()
            TensorData.decode(nibbles).longs() shouldBe longArrayOf(-1, 7, -8)
        }

        test("a slice to the end may be 2^63 - 1") {
            val model =
                model(
                    listOf(node("Slice", "x from to axes", "y")),
                    listOf(integers("from", 1), integers("to", Long.MAX_VALUE), integers("axes", 1)),
                )
            read(model).of(row(1f, 2f, 3f)) shouldBe row(2f, 3f)
        }
    })
