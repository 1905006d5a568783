package org.rde4j.nd4j.onnx

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.nio.file.Files
import java.nio.file.Path
import java.util.Locale
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.indexing.NDArrayIndex.interval
import org.rde4j.nd4j.adjoint.Adjoint
import org.rde4j.nd4j.engine.Engine
import org.rde4j.nd4j.graph.Graph
import org.rde4j.nd4j.lastFromFirst

/** The folder that src/test/python/torch_exports.py wrote; without it nothing is compared. */
private val exports: Path? = System.getProperty("rde4j.exports")?.let(Path::of)

private val smallest = longArrayOf(1, 2, 5)

/** What one file of a network came to. */
private class Compared(
    val values: Double,
    val gradient: Double,
    val lowering: Double,
    val total: Double,
)

private fun array(file: Path): INDArray =
    Nd4j.createNpyFromByteArray(file.readBytes()).castTo(DataType.DOUBLE)

private fun first(all: INDArray, count: Long): INDArray =
    all.get(interval(0, count)).dup('c').reshape(count, *all.shape().drop(1).toLongArray())

private fun <T> seconds(work: () -> T): Pair<T, Double> {
    val start = System.nanoTime()
    return work() to (System.nanoTime() - start) / 1e9
}

/**
 * The outputs for some signals, and on demand the gradient, both with channels last; and the
 * seconds of lowering.
 */
private class Run(model: OnnxModel, signals: INDArray, withGradient: Boolean) {
    val output: INDArray
    val gradient: INDArray?
    val lowering: Double

    init {
        val x = signals.lastFromFirst().castTo(DataType.FLOAT).dup('c')
        val graph = Graph()
        val input = graph.placeholder("x", *x.shape())
        val (node, time) = seconds { model.append(graph, input) }
        lowering = time
        val wanted = mutableListOf(node)
        if (withGradient) {
            val loss = graph.sum(graph.mul(node, graph.constant(weights(node.shape()))), false)
            wanted += Adjoint.of(graph, loss, listOf(input))
        }
        val names = wanted.map { it.variable().name() }
        val values = Engine.of(graph.sameDiff(), mapOf("x" to x)).run(names)
        val arrays = names.map { values.getValue(it).castTo(DataType.DOUBLE).dup('c') }
        output = arrays[0]
        gradient = arrays.getOrNull(1)
    }

    /** k mod 7 − 3 over the outputs k of each signal in ONNX's order. */
    private fun weights(shape: LongArray): INDArray {
        val onnx = listOf(1L, shape.last()) + shape.drop(1).dropLast(1)
        val size = onnx.fold(1L, Long::times).toInt()
        return Nd4j.createFromArray(*FloatArray(size) { (it % 7 - 3).toFloat() })
            .reshape(*onnx.toLongArray())
            .lastFromFirst()
            .dup('c')
    }
}

private fun compare(folder: Path, file: Path): Compared {
    val x = array(folder.resolve("x.npy"))
    val y = array(folder.resolve("y.npy"))
    var lowering = 0.0
    var values = 0.0
    var gradient = 0.0
    val (_, total) =
        seconds {
            // Sequences as the file holds them.
            val model = OnnxModel.read(file).channelsFirst()
            for (count in smallest) {
                val run = Run(model, first(x, count), count == 2L)
                val expected = first(y, count).lastFromFirst()
                run.output.shape() shouldBe expected.shape()
                val off =
                    run.output.sub(expected).amaxNumber().toDouble() /
                        expected.amaxNumber().toDouble()
                values = maxOf(values, if (off.isNaN()) Double.POSITIVE_INFINITY else off)
                lowering = maxOf(lowering, run.lowering)
                run.gradient?.let {
                    val slope = array(folder.resolve("gradient.npy")).lastFromFirst()
                    gradient =
                        it.sub(slope).norm2Number().toDouble() / slope.norm2Number().toDouble()
                }
            }
        }
    return Compared(values, gradient, lowering, total)
}

/**
 * Networks as torch.onnx exports them, against PyTorch in double precision, for 1, 2 and 5 signals:
 * outputs relative to the largest output, gradients relative to their norm.
 */
class TorchExportsTest :
    FunSpec({
        val rows = mutableListOf<String>()
        exports
            ?.listDirectoryEntries()
            ?.filter { it.resolve("rounding.txt").exists() }
            ?.sorted()
            ?.forEach { folder ->
                val smooth = folder.resolve("smooth.txt").exists()
                val outcomes = mutableMapOf<String, Compared>()
                context(folder.name) {
                    test("all four files were exported") {
                        folder.listDirectoryEntries("*.onnx") shouldHaveSize 4
                    }
                    test("explain image ended with 0") {
                        (folder.explained() ?: "4 of 4") shouldBe "4 of 4"
                    }
                    folder.listDirectoryEntries("*.onnx").sorted().forEach { file ->
                        test(file.name) {
                            val outcome = compare(folder, file)
                            outcomes[file.name.removeSuffix(".onnx")] = outcome
                            withClue("outputs") { outcome.values shouldBeLessThan 1e-5 }
                            // A unit that rounding moves over its kink changes the gradient; a
                            // wrong one is off by more.
                            withClue("gradient") {
                                outcome.gradient shouldBeLessThan if (smooth) 1e-3 else 0.1
                            }
                        }
                    }
                }
                afterTest { (case, _) ->
                    if (case.parent == null && case.name.testName == folder.name) {
                        rows += row(folder, smooth, outcomes)
                        println(rows.last())
                    }
                }
            }
        test("the exports are compared").config(enabled = exports != null) {
            println("\n" + HEAD + rows.joinToString("\n"))
            Files.writeString(
                exports!!.resolve("table.md"),
                HEAD + rows.joinToString("\n", postfix = "\n"),
            )
        }
    })

private const val HEAD =
    "| network | files | outputs | gradients | PyTorch's float32 | writing, s | all, s | explain image |\n|---|---|---|---|---|---|---|---|\n"

/** How many files explained a picture on the command line; null where signals are no pictures. */
private fun Path.explained(): String? =
    resolve("explained.txt").takeIf { it.exists() }?.readText()?.trim()

/** The worst of a network's files. */
private fun row(folder: Path, smooth: Boolean, outcomes: Map<String, Compared>): String {
    fun worst(of: (Compared) -> Double) = outcomes.values.maxOfOrNull(of) ?: Double.NaN
    val (values, slopes) =
        folder.resolve("rounding.txt").readText().trim().split(" ").map(String::toDouble)
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.1e | %.1e%s | %.1e, %.1e | %.1f | %.0f | %s |",
        folder.name,
        outcomes.size,
        worst { it.values },
        worst { it.gradient },
        if (smooth) "" else " (kinks)",
        values,
        slopes,
        worst { it.lowering },
        worst { it.total },
        folder.explained() ?: "–",
    )
}
