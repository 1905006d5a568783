package org.rde4j.nd4j.onnx

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.doubles.shouldBeGreaterThanOrEqual
import java.nio.ByteOrder
import java.nio.file.Files
import java.nio.file.Path
import java.util.Random
import kotlin.math.abs
import onnx.Onnx.ModelProto
import onnx.Onnx.TensorProto
import onnx.Onnx.TensorProto.DataType.BOOL
import onnx.Onnx.TensorProto.DataType.DOUBLE
import onnx.Onnx.TensorProto.DataType.FLOAT
import onnx.Onnx.TensorProto.DataType.INT16
import onnx.Onnx.TensorProto.DataType.INT32
import onnx.Onnx.TensorProto.DataType.INT64
import onnx.Onnx.TensorProto.DataType.INT8
import onnx.Onnx.TensorProto.DataType.UINT16
import onnx.Onnx.TensorProto.DataType.UINT32
import onnx.Onnx.TensorProto.DataType.UINT64
import onnx.Onnx.TensorProto.DataType.UINT8
import onnx.Onnx.ValueInfoProto
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.RdeException
import org.rde4j.nd4j.adjoint.Adjoint
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.value

/** ONNX's own tests of single operators; Debian's package libonnx-testdata puts them there. */
private val folder =
    Path.of(System.getProperty("rde4j.onnx.nodes", "/usr/share/libonnx-testdata/data/node"))

/** Operators that no explanation can pass through, by the reason. */
private val outOfScope =
    mapOf(
        "training" to "Adam Adagrad Momentum Gradient",
        "strings" to "StringNormalizer TfIdfVectorizer",
        "sequences, maps and optional values" to
            "SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap " +
                "SplitToSequence ConcatFromSequence OptionalGetElement OptionalHasElement Optional",
        "random numbers" to
            "Bernoulli RandomNormal RandomNormalLike RandomUniform RandomUniformLike Multinomial",
        "arithmetic with quantised integers" to
            "QLinearConv QLinearMatMul ConvInteger MatMulInteger DynamicQuantizeLinear BitShift",
        "complex numbers" to "DFT STFT",
        "detection" to "NonMaxSuppression RoiAlign MaxRoiPool",
        "integers made of the signal, without gradient" to "ArgMax ArgMin NonZero Unique",
    )

private val reasons =
    outOfScope.flatMap { (reason, operators) -> operators.split(" ").map { it to reason } }.toMap()

/** Numbers of a tensor, decoded here so that the importer's own decoding is tested too. */
private class Numbers(val shape: LongArray, val values: DoubleArray) {
    fun array(): INDArray {
        val floats = FloatArray(values.size) { values[it].toFloat() }
        return if (shape.isEmpty()) Nd4j.scalar(floats.single())
        else Nd4j.createFromArray(*floats).reshape('c', *shape)
    }

    companion object {
        fun of(tensor: TensorProto): Numbers? {
            val shape = tensor.dimsList.toLongArray()
            val size = shape.fold(1L, Long::times).toInt()
            val raw = tensor.rawData.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)
            val read: (Int) -> Number =
                when (TensorProto.DataType.forNumber(tensor.dataType)) {
                    FLOAT ->
                        if (tensor.floatDataCount > 0) tensor::getFloatData
                        else { i -> raw.getFloat(4 * i) }
                    DOUBLE ->
                        if (tensor.doubleDataCount > 0) tensor::getDoubleData
                        else { i -> raw.getDouble(8 * i) }
                    INT64 ->
                        if (tensor.int64DataCount > 0) tensor::getInt64Data
                        else { i -> raw.getLong(8 * i) }
                    INT32 ->
                        if (tensor.int32DataCount > 0) tensor::getInt32Data
                        else { i -> raw.getInt(4 * i) }
                    BOOL,
                    INT8 ->
                        if (tensor.int32DataCount > 0) tensor::getInt32Data else { i -> raw.get(i) }
                    INT16 ->
                        if (tensor.int32DataCount > 0) tensor::getInt32Data
                        else { i -> raw.getShort(2 * i) }
                    UINT16 ->
                        if (tensor.int32DataCount > 0) tensor::getInt32Data
                        else { i -> raw.getShort(2 * i).toInt() and 65535 }
                    UINT32 ->
                        if (tensor.uint64DataCount > 0) tensor::getUint64Data
                        else { i -> raw.getInt(4 * i).toUInt().toLong() }
                    UINT64 ->
                        if (tensor.uint64DataCount > 0) tensor::getUint64Data
                        else { i -> raw.getLong(8 * i) }
                    UINT8 ->
                        if (tensor.int32DataCount > 0) tensor::getInt32Data
                        else { i -> raw.get(i).toInt() and 255 }
                    else -> return null
                }
            return Numbers(shape, DoubleArray(size) { read(it).toDouble() })
        }
    }
}

private enum class Outcome {
    EQUAL,
    REFUSED,
    WRONG,
    OTHER_EXCEPTION,
}

private class Trial(val outcome: Outcome, val message: String = "", val gradient: Boolean = false)

private fun isFloat(tensor: TensorProto) =
    tensor.dataType == FLOAT.number || tensor.dataType == DOUBLE.number

/** One folder: a model, its inputs and what it makes of them. */
private class NodeCase(private val home: Path) {
    val name: String = home.fileName.toString().removePrefix("test_")
    private val model = ModelProto.parseFrom(Files.readAllBytes(home.resolve("model.onnx")))
    private val operators = model.graph.nodeList.map { it.opType }.toSet()
    /** What the test is about: expanded ones say by other operators what one operator does. */
    val subject: String =
        if ("_expanded" in name) "functions written out" else operators.joinToString("+")
    val reason = operators.firstNotNullOfOrNull { reasons[it] }
    private val inputs = tensors("input", model.graph.inputList)
    private val outputs = tensors("output", model.graph.outputList)

    private fun tensors(kind: String, declared: List<ValueInfoProto>): List<TensorProto?> =
        declared.indices.map { i ->
            val file = home.resolve("test_data_set_0/${kind}_$i.pb")
            if (!declared[i].type.hasTensorType() || !Files.exists(file)) null
            else TensorProto.parseFrom(Files.readAllBytes(file))
        }

    /** Brain floats are kept as bare integers of 16 bits, against what the model declares. */
    private val isAsDeclared =
        (model.graph.inputList + model.graph.outputList).zip(inputs + outputs).all {
            (declared, tensor) ->
            tensor == null || tensor.dataType == declared.type.tensorType.elemType
        }

    /** Inputs that can be the signal. */
    private val signals =
        inputs.indices.filter { i ->
            inputs[i]?.let { isFloat(it) && it.dimsCount > 0 && 0L !in it.dimsList } ?: false
        }
    private val numbers = outputs.indices.filter { outputs[it]?.let(Numbers::of) != null }
    /** Texts are no numbers, and those of 16 bits cannot be equal to 1e-4. */
    val isNumeric = isAsDeclared && numbers.isNotEmpty() && numbers.size == outputs.size
    val isFloating = (inputs + outputs).any { it != null && isFloat(it) }
    /** Whether nothing in the test can be a signal. */
    val isConstant = signals.isEmpty()

    /**
     * Each input in turn is the signal. One of them must give every output of floats; for the
     * others the network may be refused, as it is for weights that are computed.
     */
    fun outcome(): Trial {
        val trials =
            (if (isConstant) listOf(null) else signals).map { signal ->
                numbers.map { output -> output to run(signal, output) }
            }
        val all = trials.flatten().map { it.second }
        val broken =
            all.firstOrNull { it.outcome == Outcome.OTHER_EXCEPTION }
                ?: all.firstOrNull { it.outcome == Outcome.WRONG }
        if (broken != null) return broken
        val wanted =
            trials.map { each ->
                each
                    .filter { (output, _) -> isFloat(outputs[output]!!) || each.size == 1 }
                    .map { it.second }
            }
        return wanted.firstOrNull { each -> each.all { it.outcome == Outcome.EQUAL } }?.first()
            ?: wanted.first().first { it.outcome == Outcome.REFUSED }
    }

    private fun run(signal: Int?, output: Int): Trial =
        try {
            compared(signal, Numbers.of(outputs[output]!!)!!, output)
        } catch (e: RdeException) {
            Trial(Outcome.REFUSED, e.message ?: "")
        } catch (e: Exception) {
            Trial(Outcome.OTHER_EXCEPTION, "$e ${e.stackTrace.take(6)}")
        }

    private fun compared(signal: Int?, expected: Numbers, output: Int): Trial {
        val graph = Graph()
        val x = if (signal == null) Nd4j.zeros(1, 1) else Numbers.of(inputs[signal]!!)!!.array()
        val input = graph.placeholder("x", *x.shape())
        val source = OnnxSource.of(with(signal, output), ModelFolder(home, FileBytes()))
        val network = source.leadingTo(source.outputs()).also(Operators::requireKnown)
        val given = Activation(graph, graph.channelsLast(input), Layout.CHANNELS_LAST)
        val result = Lowering.of(network, graph, listOf(given), null).outputs().single()
        if (result is Constant) {
            val empty = 0L in result.shape() && result.shape().contentEquals(expected.shape)
            val wrong = if (empty) null else difference(result.array(), expected)
            return wrong?.let { Trial(Outcome.WRONG, it) } ?: Trial(Outcome.EQUAL)
        }
        val node = (result as Activation).plain()
        difference(graph.value(node, mapOf("x" to x)), expected)?.let {
            return Trial(Outcome.WRONG, it)
        }
        // The slope of a rounding passes as if it were not there.
        return if ("QuantizeLinear" in operators) Trial(Outcome.EQUAL)
        else checkGradient(graph, input, node, x)
    }

    /** The model with the signal as its only input and one output; other inputs are weights. */
    private fun with(signal: Int?, output: Int): ModelProto {
        val graph = model.graph.toBuilder().clearInput().clearOutput()
        graph.addInput(
            if (signal == null) ValueInfoProto.newBuilder().setName("no signal").build()
            else model.graph.getInput(signal)
        )
        graph.addOutput(model.graph.getOutput(output))
        inputs.forEachIndexed { i, tensor ->
            if (i != signal && tensor != null)
                graph.addInitializer(tensor.toBuilder().setName(model.graph.getInput(i).name))
        }
        return model.toBuilder().setGraph(graph).build()
    }

    private fun difference(actual: INDArray, expected: Numbers): String? {
        if (!actual.shape().contentEquals(expected.shape))
            return "shape ${actual.shape().toList()} for ${expected.shape.toList()}"
        val values = actual.ravel().toDoubleVector()
        for (i in values.indices) {
            val e = expected.values[i]
            val near = abs(values[i] - e) <= 1e-4 + 1e-4 * abs(e)
            if (!near && values[i] != e && !(values[i].isNaN() && e.isNaN()))
                return "$i: ${values[i]} for $e"
        }
        return null
    }

    /**
     * Along random directions of ones and minus ones; where the slopes to both sides differ there
     * is a kink nearby or too much rounding, and nothing can be told.
     */
    private fun checkGradient(graph: Graph, input: Node, output: Node, x: INDArray): Trial {
        val random = Random(5)
        val weights =
            Nd4j.createFromArray(*FloatArray(output.length().toInt()) { random.nextInt(7) - 3f })
                .reshape(*output.shape())
        val loss = graph.sum(graph.mul(output, graph.constant(weights)), false)
        val slope = Adjoint.of(graph, loss, listOf(input)).single()
        val gradient = graph.value(slope, mapOf("x" to x))
        if (x.length() > 4000 || x.isInfinite.any() || x.isNaN.any()) return Trial(Outcome.EQUAL)
        val w = weights.ravel().toDoubleVector()
        fun loss(at: INDArray): Double =
            graph.value(output, mapOf("x" to at)).ravel().toDoubleVector().foldIndexed(0.0) {
                i,
                sum,
                y ->
                sum + y * w[i]
            }
        repeat(2) {
            val signs = FloatArray(x.length().toInt()) { if (random.nextBoolean()) 1f else -1f }
            val direction = Nd4j.createFromArray(*signs).reshape(*x.shape())
            val h = 2e-3
            val half = (loss(x.add(direction.mul(h / 2))) - loss(x.sub(direction.mul(h / 2)))) / h
            val before = loss(x.sub(direction.mul(h)))
            val here = loss(x)
            val behind = loss(x.add(direction.mul(h)))
            val narrow = (behind - before) / (2 * h)
            val analytic = gradient.mul(direction).sumNumber().toDouble()
            val scale = 0.1 + gradient.norm2Number().toDouble() + abs(narrow)
            val kink =
                abs(behind + before - 2 * here) > 1e-2 * scale * h ||
                    abs(half - narrow) > 5e-3 * scale
            if (kink || narrow.isNaN()) return Trial(Outcome.EQUAL)
            if (abs(analytic - narrow) > 1.5e-2 * scale)
                return Trial(Outcome.WRONG, "gradient $analytic for $narrow")
        }
        return Trial(Outcome.EQUAL, gradient = true)
    }
}

private fun Collection<Trial>.counts(): String =
    Outcome.values().joinToString(", ") { o ->
        "${count { it.outcome == o }} ${o.name.lowercase().replace('_', ' ')}"
    }

class OnnxNodeTest :
    FunSpec({
        test("ONNX's tests of single operators").config(enabled = Files.isDirectory(folder)) {
            val cases = Files.list(folder).use { it.toList() }.sorted().map(::NodeCase)
            val (outside, inside) = cases.filter { it.isNumeric }.partition { it.reason != null }
            val (floating, integers) =
                inside.associateWith { it.outcome() }.toList().partition { it.first.isFloating }
            (floating + integers).forEach { (case, trial) ->
                if (trial.outcome != Outcome.EQUAL)
                    println(
                        "${trial.outcome} ${case.name}: ${trial.message.replace('\n', ' ').take(240)}"
                    )
            }
            println("Not numbers of 32 bits or more: ${cases.count { !it.isNumeric }} tests")
            outside
                .groupBy { it.reason }
                .forEach { (reason, of) -> println("Out of scope, $reason: ${of.size} tests") }
            println("Constants of integers alone: " + integers.map { it.second }.counts())
            floating.groupBy({ it.first.subject }, { it.second }).toSortedMap().forEach {
                (subject, of) ->
                val gradients = of.count { it.gradient }
                println("%-28s %s, %s gradients".format(subject, of.counts(), gradients))
            }
            println("All of ${floating.size}: " + floating.map { it.second }.counts())
            (floating + integers)
                .filter { it.second.outcome in setOf(Outcome.WRONG, Outcome.OTHER_EXCEPTION) }
                .map { it.first.name }
                .shouldBeEmpty()
            val equal = floating.count { it.second.outcome == Outcome.EQUAL }
            equal.toDouble() / floating.size shouldBeGreaterThanOrEqual 0.9
        }
    })
