package org.rde4j.radiomap.network

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.math.abs
import kotlin.math.cos
import kotlin.math.sin
import kotlin.math.sqrt
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.rde4j.RdeException
import org.rde4j.nd4j.Models
import org.rde4j.nd4j.adjoint.Adjoint
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.graph.Node
import org.rde4j.nd4j.model.Nd4jModel
import org.rde4j.radiomap.network.RadioModelFile.Precision.FULL
import org.rde4j.radiomap.network.RadioModelFile.Precision.HALF

private val first = RadioUNet(3, 0.05, RadioUNet.Depth.FIRST)

/** Maps of 64×64 pixels, channels last. */
private val maps: INDArray =
    Nd4j.createFromArray(*FloatArray(2 * 64 * 64 * 3) { abs(sin(0.37 * it)).toFloat() })
        .reshape(2, 64, 64, 3)

private fun estimated(model: Nd4jModel): INDArray {
    val graph = Graph()
    val y = model.append(graph, graph.placeholder("x", 2, 64, 64, 3)).variable().name()
    return Engine.of(graph.sameDiff(), mapOf("x" to maps)).run(listOf(y)).getValue(y).dup('c')
}

private fun difference(a: INDArray, b: INDArray) = a.sub(b).amaxNumber().toDouble()

/** Weights by a formula, for numbers that PyTorch gave once. */
private fun formula(network: RadioUNet): List<INDArray> =
    network.initialWeights(0).mapIndexed { at, array ->
        val layer = at / 2
        val shape = array.shape()
        val values =
            FloatArray(array.length().toInt()) {
                if (shape.size == 1) (0.05 * cos((it + layer).toDouble()) + 0.02).toFloat()
                else
                    (0.9 * (0.25 + sin(1.3 * it + layer)) /
                            sqrt((shape[0] * shape[1] * shape[2]).toDouble()))
                        .toFloat()
            }
        Nd4j.createFromArray(*values).reshape('c', *shape)
    }

private fun raw(file: Path, values: INDArray) {
    val bytes = ByteBuffer.allocate(4 * values.length().toInt()).order(ByteOrder.LITTLE_ENDIAN)
    bytes.asFloatBuffer().put(values.dup('c').data().asFloat())
    Files.write(file, bytes.array())
}

private fun raw(file: Path): INDArray {
    val floats =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
    return Nd4j.createFromArray(*FloatArray(floats.remaining()) { floats.get() })
        .reshape(2, 64, 64, 1)
}

/** The Python that PyTorch and ONNX are installed for; tests that need them skip without. */
private val PYTHON = System.getenv("PYTHON") ?: "python3"

/** Runs the script beside this test; what PyTorch estimates for [maps]. */
private fun pytorch(mode: String, onnx: Path): INDArray {
    val (x, y) = listOf("x.raw", "y.raw").map(onnx::resolveSibling)
    raw(x, maps.permute(0, 3, 1, 2))
    val script = Path.of(RadioModelFileTest::class.java.getResource("/radiounet.py")!!.toURI())
    val log = onnx.resolveSibling("log").toFile()
    val process =
        ProcessBuilder(PYTHON, "$script", mode, "0.05", "$onnx", "$x", "$y")
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start()
    if (!process.waitFor(120, TimeUnit.SECONDS)) process.destroyForcibly()
    check(process.exitValue() == 0) { log.readText() }
    return raw(y)
}

private val hasPyTorch by lazy {
    runCatching { ProcessBuilder(PYTHON, "-c", "import torch, onnx").start().waitFor() == 0 }
        .getOrDefault(false)
}

class RadioModelFileTest :
    FunSpec({
        val folder = tempdir().toPath()
        val both = RadioUNet(3, 0.1, RadioUNet.Depth.BOTH)
        val model = RadioModel(both, both.initialWeights(4).map { it.muli(1.4) })

        test("a written network reads back with the same weights, and runs like any ONNX file") {
            val file = folder.resolve("both.onnx")
            RadioModelFile.write(model, file, FULL)
            val read = RadioModelFile.read(file)
            read shouldBe model
            val expected = estimated(model)
            expected.stdNumber().toDouble() shouldBeGreaterThan 1e-3
            difference(estimated(Models.onnx(file)), expected) shouldBeLessThan
                1e-5 * expected.amaxNumber().toDouble()
        }

        test("16-bit weights take half the file and hardly change the estimate") {
            val (whole, half) = listOf("whole.onnx", "half.onnx").map(folder::resolve)
            RadioModelFile.write(model, whole, FULL)
            RadioModelFile.write(model, half, HALF)
            Files.size(half) * 100 shouldBeLessThan Files.size(whole) * 55
            val read = RadioModelFile.read(half)
            for ((a, b) in read.weights().zip(model.weights())) {
                difference(a, b) shouldBeLessThan b.amaxNumber().toDouble() / 2048 + 1e-9
            }
            val expected = estimated(model)
            val change = difference(estimated(read), expected)
            change shouldBeLessThan 0.01 * expected.amaxNumber().toDouble()
            difference(estimated(Models.onnx(half)), estimated(read)) shouldBeLessThan 1e-5
        }

        test("the first U-net gives the numbers that PyTorch gave for the same weights") {
            val y = estimated(RadioModel(first, formula(first)))
            y.castTo(DataType.DOUBLE).meanNumber().toDouble() shouldBe
                (MEAN plusOrMinus 1e-5 * MEAN)
            POINTS.forEach { (place, value) ->
                val (n, row, column) = place
                y.getDouble(n, row, column, 0) shouldBe (value plusOrMinus 1e-5 * (1 + value))
            }
        }

        test("PyTorch runs a file of ours to 1e-5").config(enabledIf = { hasPyTorch }) {
            val file = folder.resolve("ours.onnx")
            val ours = RadioModel(first, formula(first))
            RadioModelFile.write(ours, file, FULL)
            val expected = estimated(ours)
            difference(pytorch("forward", file), expected) shouldBeLessThan
                1e-5 * expected.amaxNumber().toDouble()
        }

        test("a network that PyTorch exports runs here to 1e-5, and gives its weights").config(
            enabledIf = { hasPyTorch }
        ) {
            val file = folder.resolve("theirs.onnx")
            val expected = pytorch("export", file)
            expected.amaxNumber().toDouble() shouldBeGreaterThan 1e-3
            difference(estimated(Models.onnx(file)), expected) shouldBeLessThan 1e-5
            val read = RadioModel(first, RadioModelFile.weights(first, file))
            difference(estimated(read), expected) shouldBeLessThan 1e-5
        }

        test("training gradients equal central differences") {
            val graph = Graph()
            val nodes = formula(first).mapIndexed { i, w -> graph.variable("w$i", w) }
            val weights = nodes.map { it.variable().arr }
            val y: Node = first.append(graph, graph.constant(maps), nodes)
            val loss = graph.mean(graph.square(graph.add(y, -0.3)), false)
            val gradients = Adjoint.of(graph, loss, nodes)
            val engine = Engine.of(graph.sameDiff(), mapOf())
            fun loss() =
                loss.variable().name().let { engine.run(listOf(it)).getValue(it).getDouble(0) }
            val names = gradients.map { it.variable().name() }
            val found = engine.run(names).let { values -> names.map { values.getValue(it).dup() } }
            for (at in listOf(0, 1, 8, 18, 20, 26, 34, 36)) {
                // Along the gradient itself, where the change is largest.
                val norm = found[at].norm2Number().toDouble()
                val direction = found[at].div(norm)
                val step = 2e-3 * weights[at].norm2Number().toDouble()
                weights[at].addi(direction.mul(step))
                val after = loss()
                weights[at].subi(direction.mul(2 * step))
                val before = loss()
                weights[at].addi(direction.mul(step))
                (after - before) / (2 * step) shouldBe (norm plusOrMinus 0.02 * norm)
            }
        }

        test("other files and other networks are refused in a sentence") {
            val file = folder.resolve("first.onnx")
            RadioModelFile.write(RadioModel(first, formula(first)), file, FULL)
            fun refused(network: RadioUNet) =
                shouldThrow<RdeException> { RadioModelFile.weights(network, file) }.message!!
            refused(RadioUNet(3, 0.05, RadioUNet.Depth.BOTH)) shouldContain "has 19 convolutions"
            refused(RadioUNet(2, 0.05, RadioUNet.Depth.FIRST)) shouldContain "convolution 1"
            refused(RadioUNet(3, 0.1, RadioUNet.Depth.FIRST)) shouldContain
                "is not that of the network"
            shouldThrow<RdeException> {
                    RadioModelFile.write(model, folder.resolve("none/x.onnx"), FULL)
                }
                .message!! shouldContain "cannot be written"
            if (hasPyTorch) {
                val theirs = folder.resolve("unnamed.onnx")
                pytorch("export", theirs)
                shouldThrow<RdeException> { RadioModelFile.read(theirs) }.message!! shouldContain
                    "does not say which RadioUNet"
            }
        }
    })

// What radiounet.py's network gives in PyTorch 1.13 with the weights of formula(first) on maps.
private const val MEAN = 2.7259839597463724
private val POINTS =
    mapOf(
        Triple(0L, 0L, 0L) to 0.5047560,
        Triple(0L, 31L, 17L) to 3.4035516,
        Triple(1L, 63L, 40L) to 1.0231731,
        Triple(1L, 5L, 60L) to 2.3106225,
    )
