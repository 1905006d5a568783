package org.rde4j.nd4j.onnx

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.util.Random
import kotlin.math.sqrt
import onnx.Onnx.AttributeProto
import onnx.Onnx.GraphProto
import onnx.Onnx.ModelProto
import onnx.Onnx.NodeProto
import onnx.Onnx.OperatorSetIdProto
import onnx.Onnx.TensorProto
import onnx.Onnx.ValueInfoProto
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.RdeException
import org.rde4j.nd4j.ModelProbe

private const val N = 60

private fun tensor(name: String, values: FloatArray, vararg shape: Long) =
    TensorProto.newBuilder()
        .setName(name)
        .setDataType(1)
        .addAllDims(shape.toList())
        .addAllFloatData(values.toList())
        .build()

private fun node(operator: String, inputs: String, output: String) =
    NodeProto.newBuilder()
        .setOpType(operator)
        .setName("makes $output")
        .addAllInput(inputs.split(" "))
        .addOutput(output)

/** y = [x·A + c, x·B]: over the unit vectors the output is the weights themselves. */
class RandomWeightsTest :
    FunSpec({
        val random = Random(7)
        val a = FloatArray(N * N) { (0.5 + 2 * random.nextGaussian()).toFloat() }
        val b = FloatArray(N * N) { (-1 + 0.1 * random.nextGaussian()).toFloat() }
        val axis = AttributeProto.newBuilder().setName("axis").setI(1).build()
        val file = tempfile("two", ".onnx")
        val graph =
            GraphProto.newBuilder()
                .addNode(node("MatMul", "x A", "p"))
                .addNode(node("Add", "p c", "q"))
                .addNode(node("MatMul", "x B", "r"))
                .addNode(node("Concat", "q r", "y").addAttribute(axis))
                .addInitializer(tensor("A", a, N.toLong(), N.toLong()))
                .addInitializer(tensor("B", b, N.toLong(), N.toLong()))
                .addInitializer(tensor("c", FloatArray(N) { 10f }, N.toLong()))
                .addInput(ValueInfoProto.newBuilder().setName("x"))
                .addOutput(ValueInfoProto.newBuilder().setName("y"))
        file.writeBytes(
            ModelProto.newBuilder()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build()
                .toByteArray()
        )
        val model = OnnxModel.read(file.toPath())

        /** A + c and B of a model. */
        fun weights(model: OnnxModel): Pair<List<Double>, List<Double>> {
            val rows = ModelProbe(model, Nd4j.eye(N.toLong())).output().toDoubleMatrix()
            return rows.flatMap { it.take(N) } to rows.flatMap { it.drop(N) }
        }

        fun deviation(values: List<Double>): Double {
            val mean = values.average()
            return sqrt(values.sumOf { (it - mean) * (it - mean) } / values.size)
        }

        fun correlation(x: List<Double>, y: List<Double>): Double =
            x.indices.sumOf { (x[it] - x.average()) * (y[it] - y.average()) } /
                (x.size * deviation(x) * deviation(y))

        val trained = weights(model)

        test("layers are listed from the last that is computed to the first") {
            model.layers() shouldBe listOf("makes p", "makes r")
        }

        test("no random layer is the model itself") {
            weights(model.randomised(0, 3)) shouldBe trained
            model.randomised(0, 3).name() shouldBe model.name()
        }

        test(
            "the last layer gets weights of the same mean and deviation, and nothing else changes"
        ) {
            val (last, first) = weights(model.randomised(1, 3))
            first shouldBe trained.second
            // Five standard errors of 3600 values; the mean holds the bias of 10 as well.
            last.average() shouldBe (trained.first.average() plusOrMinus 5 * 2.0 / N)
            deviation(last) / deviation(trained.first) shouldBe
                (1.0 plusOrMinus 5 / sqrt(2.0 * N * N))
            correlation(last, trained.first) shouldBe (0.0 plusOrMinus 5.0 / N)
        }

        test("then the layer before it; the last one keeps its random weights") {
            val (last, first) = weights(model.randomised(2, 3))
            last shouldBe weights(model.randomised(1, 3)).first
            first.average() shouldBe (trained.second.average() plusOrMinus 5 * 0.1 / N)
            deviation(first) / deviation(trained.second) shouldBe
                (1.0 plusOrMinus 5 / sqrt(2.0 * N * N))
            correlation(first, trained.second) shouldBe (0.0 plusOrMinus 5.0 / N)
            correlation(first, last) shouldBe (0.0 plusOrMinus 5.0 / N)
        }

        test("one seed, one network") {
            weights(model.randomised(2, 3)) shouldBe weights(model.randomised(2, 3))
            weights(model.randomised(2, 4)) shouldNotBe weights(model.randomised(2, 3))
        }

        test("more layers than there are, or fewer than none, are refused") {
            shouldThrow<RdeException> { model.randomised(3, 0) }.message shouldContain
                "(3) must be between 0 and 2"
            shouldThrow<RdeException> { model.randomised(-1, 0) }
        }
    })
