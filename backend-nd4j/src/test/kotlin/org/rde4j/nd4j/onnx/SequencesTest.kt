package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.string.shouldContain
import onnx.Onnx.NodeProto
import onnx.Onnx.TensorProto
import org.rde4j.RdeException
import org.rde4j.nd4j.graph.Graph

/** What recurrent operators, Einsum and Attention refuse; what they compute is in OperatorTest. */
class SequencesTest :
    FunSpec({
        val file = tempfile("sequence", ".onnx")
        fun refusal(nodes: List<NodeProto>, weights: List<TensorProto>, steps: Long = 5): String {
            val whole = model(nodes, weights, listOf(value("x", 0, steps, 3)))
            file.writeBytes(whole.toByteArray())
            val error =
                shouldThrow<RdeException> {
                    val graph = Graph()
                    // Channels last: [N, 3, T] holds the steps of [N, T, 3].
                    OnnxModel.read(file.toPath())
                        .channelsFirst()
                        .append(graph, graph.placeholder("x", 2, 3, steps))
                }
            error.message!!.lines() shouldHaveAtLeastSize 2
            return error.message!!
        }
        fun zeros(name: String, vararg shape: Long) =
            floats(name, shape.toList(), *FloatArray(shape.fold(1L, Long::times).toInt()))
        fun recurrent(vararg attributes: Pair<String, Any>, inputs: String = "x w r") =
            listOf(
                node("RNN", inputs, "all last", "layout" to 1, *attributes),
                node("Flatten", "all", "y"),
            )
        val weights = listOf(zeros("w", 1, 4, 3), zeros("r", 1, 4, 4))

        context("recurrent networks") {
            test("another activation") {
                refusal(recurrent("activations" to listOf("ScaledTanh")), weights) shouldContain
                    "uses the activation 'ScaledTanh', which is not supported"
            }
            test("too few activations") {
                refusal(recurrent("activations" to listOf("Tanh", "Tanh")), weights) shouldContain
                    "has the activations [Tanh, Tanh], but needs 1"
            }
            test("another direction") {
                refusal(recurrent("direction" to "sideways"), weights) shouldContain
                    "direction 'sideways'"
            }
            test("weights of another size") {
                refusal(recurrent(), listOf(zeros("w", 1, 5, 3), weights[1])) shouldContain
                    "wants one of shape [1, 4, 3]"
            }
            test("weights for one direction of two") {
                refusal(recurrent("direction" to "bidirectional"), weights) shouldContain
                    "wants one of shape [2, 4, 3]"
            }
            test("sequences of several lengths") {
                refusal(
                    recurrent(inputs = "x w r  lengths"),
                    weights + integers("lengths", 5, 4),
                ) shouldContain "gets sequences shorter than the 5 steps"
            }
            test("a first state of another shape") {
                refusal(
                    recurrent(inputs = "x w r   h"),
                    weights + zeros("h", 2, 1, 3),
                ) shouldContain "wants the shape [1, 1, 4]"
            }
            test("more steps than are written out") {
                refusal(recurrent(), weights, 1025) shouldContain
                    "runs over 1025 steps, but must run over 1 to 1024"
            }
        }

        context("Einsum") {
            fun einsum(equation: String, other: TensorProto? = null) =
                refusal(
                    listOf(
                        node(
                            "Einsum",
                            if (other == null) "x" else "x w",
                            "y",
                            "equation" to equation,
                        )
                    ),
                    listOfNotNull(other),
                )
            test("a diagonal") { einsum("nii->ni") shouldContain "takes a diagonal" }
            test("names of nothing") { einsum("nij->nik") shouldContain "that no input has" }
            test("another number of terms") {
                einsum("nij,jk->nik") shouldContain "has 2 terms for 1 inputs"
            }
            test("another rank") { einsum("ni->n") shouldContain "does not fit the ranks" }
            test("no letters") { einsum("n1j->n") shouldContain "is not made of letters" }
            test("other sizes") {
                einsum("nij,jk->nik", zeros("w", 4, 2)) shouldContain "does not fit the sizes"
            }
        }

        context("Attention") {
            fun attention(
                inputs: String,
                vararg attributes: Pair<String, Any>,
                others: List<TensorProto> = listOf(),
            ) = refusal(listOf(node("Attention", inputs, "y", *attributes)), others)
            val one = arrayOf<Pair<String, Any>>("q_num_heads" to 1, "kv_num_heads" to 1)
            test("heads that do not divide the features") {
                attention("x x x", "q_num_heads" to 2, "kv_num_heads" to 1) shouldContain
                    "into 2 heads"
            }
            test("a mask that leaves nothing") {
                val mask = zeros("m", 5, 5).toBuilder().setDataType(9).clearFloatData()
                repeat(25) { mask.addInt32Data(if (it >= 5) 1 else 0) }
                attention("x x x m", *one, others = listOf(mask.build())) shouldContain
                    "a mask with which nothing can be looked at"
            }
            test("a mask and a cap") {
                attention(
                    "x x x m",
                    "softcap" to 2.0,
                    *one,
                    others = listOf(zeros("m", 5, 5)),
                ) shouldContain "mixes a causal mask, a cap or a past"
            }
        }
    })
